import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { joinPeriods, type StatementColumns, type Statements } from '../../src/columnar/join-periods.ts'
import { periodKeys } from '../../src/columnar/period-rows.ts'
import type { Batch } from '../../src/core/schema.ts'
import { statementFigures } from '../../src/datasets/ratios/fields.ts'
import { batchOf, type Row, rowsOf } from '../helpers/batches.ts'

type Given = Readonly<Record<string, string | number | bigint | null>>

const usual = {
  cik: '1',
  tickers: 'A',
  period_end: 100,
  filing_date: 110,
  fiscal_year: 2023,
  fiscal_quarter: 1,
  timeframe: 'quarterly',
  observed_at: 0n,
}

/** A statement's rows; what one does not say is that of one quarter of company 1. */
function statement(...rows: readonly Given[]): Batch<StatementColumns>[] {
  const figures = [...new Set(rows.flatMap(Object.keys))].filter((name) => !Object.hasOwn(usual, name))
  const kinds = {
    ...periodKeys,
    observed_at: 'timestamp_us',
    ...Object.fromEntries(figures.map((name) => [name, 'float64'] as const)),
  } as const
  const names = Object.keys(kinds)
  const values = names.map((name) => [name, rows.map((row) => ({ ...usual, ...row })[name] ?? null)])
  return [batchOf(kinds as StatementColumns, Object.fromEntries(values))]
}

const none: Statements = { balance: [], income: [], cash: [] }

function joined(statements: Partial<Statements>): Row[] {
  return joinPeriods({ ...none, ...statements }, statementFigures).batches.flatMap(rowsOf)
}

const pick = (rows: readonly Row[], ...names: readonly string[]): unknown[] =>
  rows.map((row) => names.map((name) => row[name]))

test('three statements of a period are one row, with the latest filing date', () => {
  const rows = joined({
    balance: statement({ total_assets: 1, filing_date: 111 }),
    income: statement({ revenue: 2, filing_date: 112 }),
    cash: statement({ dividends: -3 }),
  })
  assert.deepEqual(pick(rows, 'total_assets', 'revenue', 'dividends', 'filing_date', 'timeframe'), [
    [1, 2, -3, 112, 'quarterly'],
  ])
})

test('a figure that two statements have stays apart', () => {
  const rows = joined({
    balance: statement({ noncontrolling_interest: 1 }),
    income: statement({ noncontrolling_interest: 2, depreciation_depletion_amortization: 4 }),
    cash: statement({ noncontrolling_interests: 3, depreciation_depletion_and_amortization: 5 }),
  })
  const names = ['noncontrolling_interest', 'income_noncontrolling_interest', 'noncontrolling_interests']
  assert.deepEqual(pick(rows, ...names, 'depreciation_depletion_and_amortization'), [[1, 2, 3, 5]])
})

describe('of several vintages the newest is taken, and rows never multiply:', () => {
  const cases: Readonly<Record<string, readonly Given[]>> = {
    'a restatement': [{ revenue: 1 }, { revenue: 2, filing_date: 150 }],
    'a restatement that comes first': [{ revenue: 2, filing_date: 150 }, { revenue: 1 }],
    'the same filing, seen again': [{ revenue: 1 }, { revenue: 2, observed_at: 7n }],
    'a restatement that was taken back': [
      { revenue: 1, filing_date: 150 },
      { revenue: 2, observed_at: 7n },
    ],
    'the very same row': [{ revenue: 2 }, { revenue: 2 }],
    'a filing without a date': [{ revenue: 2 }, { revenue: 1, filing_date: null }],
  }
  for (const [title, rows] of Object.entries(cases))
    test(title, () => {
      const income = rows.flatMap((row) => statement(row))
      assert.deepEqual(pick(joined({ income, balance: statement(...rows) }), 'revenue'), [[2]])
    })
})

test('a row of twelve months has its stocks from the quarterly balance sheet of its end', () => {
  const ttm = { timeframe: 'trailing_twelve_months' }
  const rows = joined({
    balance: statement(
      { total_assets: 1 },
      { total_assets: 2, timeframe: 'annual' },
      { total_assets: 3, period_end: 190, fiscal_quarter: 2 },
      { total_assets: 4, filing_date: 150 },
    ),
    income: statement({ ...ttm, revenue: 9 }, { ...ttm, revenue: 8, period_end: 280, fiscal_quarter: 3 }),
    cash: statement({ ...ttm, dividends: -7 }),
  })
  const found = rows.filter(({ timeframe }) => timeframe === 'ttm')
  assert.deepEqual(pick(found, 'period_end', 'total_assets', 'revenue', 'dividends', 'filing_date'), [
    [100, 4, 9, -7, 150],
    [280, null, 8, null, 110],
  ])
})

test('a year is one period, whatever quarter it is said to end with', () => {
  const year = { timeframe: 'annual' }
  const rows = joined({
    balance: statement({ ...year, total_assets: 1, fiscal_quarter: 4 }),
    income: statement({ ...year, revenue: 2, fiscal_quarter: null }),
  })
  assert.deepEqual(pick(rows, 'total_assets', 'revenue'), [[1, 2]])
})

test('rows without a fiscal year meet by the end of their period', () => {
  const undated = { fiscal_year: null }
  const rows = joined({
    balance: statement({ ...undated, total_assets: 1 }, { ...undated, total_assets: 2, period_end: 190 }),
    income: statement({ ...undated, revenue: 3, period_end: 190 }),
  })
  assert.deepEqual(pick(rows, 'period_end', 'total_assets', 'revenue'), [
    [100, 1, null],
    [190, 2, 3],
  ])
})

test('companies go by cik, and by tickers without one; rows without both are left out and counted', () => {
  const { batches, unnamed } = joinPeriods(
    {
      ...none,
      income: statement(
        { cik: '2', revenue: 2 },
        { cik: null, tickers: 'B,C', revenue: 3 },
        { cik: null, tickers: null, revenue: 4 },
        { cik: '1', tickers: 'OLD', revenue: 1 },
      ),
      balance: statement({ cik: '1', tickers: 'NEW', total_assets: 5 }),
    },
    statementFigures,
  )
  assert.deepEqual(pick(batches.flatMap(rowsOf), 'revenue', 'total_assets'), [
    [1, 5],
    [2, null],
    [3, null],
  ])
  assert.equal(unnamed, 1)
})

test('without rows there is one batch, with all columns', () => {
  const { batches } = joinPeriods(none, statementFigures)
  assert.deepEqual(
    batches.map((batch) => [batch.numRows, batch.numCols]),
    [[0, 7 + 83]],
  )
})
