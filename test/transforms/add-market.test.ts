import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { parseDate } from '../../src/columnar/numbers.ts'
import { periodKeys } from '../../src/columnar/period-rows.ts'
import { addMarket, marketColumns } from '../../src/transforms/add-market.ts'
import { batchOf, rowsOf } from '../helpers/batches.ts'
import { addUnit } from '../helpers/made-lake.ts'
import { addCloses } from '../helpers/ratio-market.ts'
import { batchTransformLaws } from '../helpers/stage-laws.ts'
import { addStatements } from '../helpers/statement-lake.ts'

const root = mkdtempSync(join(tmpdir(), 'millrace-market-'))
after(() => rmSync(root, { recursive: true, force: true }))

const day = (text: string): number => parseDate(text) as number

interface Case {
  readonly what: string
  readonly cik: string
  readonly tickers: string
  readonly end: string
  readonly filed: string | null
  /** As the filings index tells it. */
  readonly first?: string
  readonly market: Readonly<Record<(typeof marketColumns)[number], number | null>>
}

const none = { price: null, shares_outstanding: 100, share_factor: 1, dividends_per_share: 0 }
const end = '2023-12-29'
const cases: readonly Case[] = [
  {
    what: 'the price of the next session, not that of the day itself',
    ...{ cik: '1', tickers: 'A', end, filed: '2024-02-08' },
    market: { ...none, price: 11, dividends_per_share: 0.5 },
  },
  {
    what: 'over a weekend',
    ...{ cik: '1', tickers: 'A', end: '2022-12-30', filed: '2024-02-09' },
    market: { ...none, price: 12, dividends_per_share: 8 },
  },
  {
    what: 'over a holiday, on which no bars are missed',
    ...{ cik: '1', tickers: 'A', end, filed: '2024-02-16' },
    market: { ...none, price: 13, dividends_per_share: 0.5 },
  },
  {
    what: 'a hole in the daily bars: the session after the next one is there',
    ...{ cik: '1', tickers: 'A', end, filed: '2024-02-20' },
    market: { ...none, dividends_per_share: 0.5 },
  },
  {
    what: 'not filed',
    cik: '1',
    tickers: 'A',
    end,
    filed: null,
    market: { ...none, dividends_per_share: 0.5 },
  },
  {
    what: 'the one who has the ticker now, before it had it',
    ...{ cik: '3', tickers: 'X', end, filed: '2024-02-08' },
    market: { ...none, price: 21 },
  },
  {
    what: 'the one who had the ticker before, split on the session: ten at 31 for one of the filing',
    ...{ cik: '2', tickers: 'X', end, filed: '2024-02-08' },
    market: { ...none, price: 310, share_factor: 10 },
  },
  {
    what: 'the one who had the ticker before, after it was delisted',
    ...{ cik: '2', tickers: 'X', end, filed: '2024-02-09' },
    market: none,
  },
  {
    what: 'nobody has ever heard of it',
    ...{ cik: '9', tickers: 'OLD', end, filed: '2024-02-08' },
    market: none,
  },
  {
    what: 'several classes',
    ...{ cik: '1', tickers: 'A,B', end, filed: '2024-02-08' },
    market: { ...none, price: 11, shares_outstanding: null, dividends_per_share: 0.5 },
  },
  {
    what: 'filed before, as the index knows: the session after that, not after the latest filing',
    ...{ cik: '0000000004', tickers: 'F', end, filed: '2024-02-20', first: '2024-02-08' },
    market: { ...none, price: 41 },
  },
  {
    what: 'split between the first filing and the latest, whose shares all figures are in',
    ...{ cik: '5', tickers: 'S', end, filed: '2024-02-20', first: '2024-02-08' },
    market: { ...none, price: 25 },
  },
  {
    what: 'the index knows of a later report alone, which is not that of this period',
    ...{ cik: '6', tickers: 'G', end, filed: '2024-02-08' },
    market: { ...none, price: 61 },
  },
  {
    what: 'a dividend in another currency in the year: what all of them come to is not known',
    ...{ cik: '7', tickers: 'E', end, filed: '2024-02-09' },
    market: { ...none, dividends_per_share: null },
  },
  {
    what: 'the year before, which had one in dollars and one that says no currency',
    ...{ cik: '7', tickers: 'E', end: '2022-12-30', filed: '2024-02-09' },
    market: { ...none, dividends_per_share: 0.75 },
  },
  {
    what: 'a dividend of which no amount is told',
    ...{ cik: '7', tickers: 'E', end: '2021-12-31', filed: '2024-02-09' },
    market: { ...none, dividends_per_share: null },
  },
]

await addStatements(
  root,
  'income',
  cases.map(({ cik, tickers, end, filed }) => ({
    cik,
    tickers,
    period_end: day(end),
    filing_date: filed && day(filed),
    fiscal_year: 2023,
  })),
)
await addCloses(root, {
  '2024-02-08': { A: 10, X: 30, OLD: 20, F: 40, S: 49, G: 60 },
  '2024-02-09': { A: 11, X: 31, OLD: 21, F: 41, S: 50, G: 61 },
  '2024-02-12': { A: 12, X: 32 },
  '2024-02-20': { A: 13 },
  '2024-02-22': { A: 14 },
})
const whole = (table: string, batch: ReturnType<typeof batchOf>) =>
  addUnit(root, { table, unit: 'all', files: { 'part-0.parquet': [batch as never] } })
await whole(
  'symbols',
  batchOf(
    { ticker: 'utf8', current_ticker: 'utf8', cik: 'utf8', valid_from: 'date', valid_to: 'date' },
    {
      ticker: ['A', 'X', 'OLD', 'X', 'F', 'S', 'G', 'E'],
      current_ticker: ['A', 'X', 'X', 'X', 'F', 'S', 'G', 'E'],
      cik: ['1', '2', '3', '3', '0000000004', '5', '6', '7'],
      valid_from: [null, null, null, day('2024-02-12'), null, null, null, null],
      valid_to: [null, day('2024-02-09'), day('2024-02-11'), null, null, null, null, null],
    },
  ) as never,
)
await whole(
  'splits',
  batchOf(
    { ticker: 'utf8', execution_date: 'date', split_from: 'float64', split_to: 'float64' },
    {
      ticker: ['X', 'A', 'S'],
      execution_date: [day('2024-02-09'), null, day('2024-02-12')],
      split_from: [1, 1, 1],
      split_to: [10, 7, 2],
    },
  ) as never,
)
await whole(
  'filings',
  batchOf(
    { cik: 'utf8', form_type: 'utf8', filing_date: 'date' },
    {
      // Another endpoint may write the number without its zeros.
      cik: ['4', '4', '4', '4', '5', '6', null, '4'],
      form_type: ['10-K', '10-K', '10-K/A', '10-Q', '10-K', '10-K', '10-K', '10-K'],
      filing_date: [
        '2024-02-08',
        '2023-02-10',
        '2024-01-05',
        '2024-01-08',
        '2024-02-08',
        '2024-02-16',
        '2024-01-02',
      ]
        .map((date): number | null => day(date))
        .concat([null]),
    },
  ) as never,
)
await whole(
  'dividends',
  batchOf(
    { ticker: 'utf8', ex_dividend_date: 'date', cash_amount: 'float64', currency: 'utf8' },
    {
      ticker: ['A', 'A', 'A', 'A', 'E', 'E', 'E', 'E', 'E'],
      ex_dividend_date: [
        ...[end, '2022-12-29', '2023-06-01', '2024-01-02'].map(day),
        ...['2023-06-01', '2023-09-01', '2022-06-01', '2022-09-01', '2021-06-01'].map(day),
      ],
      cash_amount: [0.25, 8, 0.25, 8, 0.5, 0.5, 0.5, 0.25, null],
      currency: ['USD', 'USD', 'USD', 'USD', 'USD', 'EUR', 'USD', null, 'USD'],
    },
  ) as never,
)

const columns = { ...periodKeys, basic_shares_outstanding: 'float64' } as const
const input = batchOf(columns, {
  cik: cases.map(({ cik }) => cik),
  tickers: cases.map(({ tickers }) => tickers),
  period_end: cases.map(({ end }) => day(end)),
  filing_date: cases.map(({ filed }) => (filed === null ? null : day(filed))),
  fiscal_year: cases.map(() => 2023),
  fiscal_quarter: cases.map(() => 4),
  timeframe: cases.map(() => 'annual'),
  basic_shares_outstanding: cases.map(() => 100),
})
const market = {
  daily: 'stocks_daily',
  splits: 'splits',
  dividends: 'dividends',
  details: 'ticker_details',
  symbols: 'symbols',
}

batchTransformLaws(
  () =>
    addMarket<typeof columns>({
      root,
      tables: market,
      statements: ['income_statements', 'none'],
      filings: 'filings',
    }),
  {
    input: [input],
    check(output) {
      const rows = output.flatMap(rowsOf)
      for (const [i, { what, market, first = null }] of cases.entries())
        assert.deepEqual(
          Object.fromEntries(['first_filed', ...marketColumns].map((name) => [name, rows[i]?.[name]])),
          { first_filed: first && day(first), ...market },
          what,
        )
    },
  },
)
