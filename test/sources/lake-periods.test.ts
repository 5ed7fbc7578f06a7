import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { lakePeriods } from '../../src/sources/lake-periods.ts'
import { rowsOf } from '../helpers/batches.ts'
import { collect } from '../helpers/collect.ts'
import { sourceLaws } from '../helpers/stage-laws.ts'
import { addStatements, statementTables } from '../helpers/statement-lake.ts'

const root = mkdtempSync(join(tmpdir(), 'millrace-periods-'))
after(() => rmSync(root, { recursive: true, force: true }))

const row = (company: number, year: number, more = {}) => ({
  cik: String(company),
  tickers: `T${company}`,
  period_end: year * 365,
  filing_date: year * 365 + 40,
  fiscal_year: year,
  ...more,
})
const companies = Array.from({ length: 60 }, (_, i) => i)
const years = [2022, 2023]
const rows = companies.flatMap((company) => years.map((year) => row(company, year)))

await addStatements(
  root,
  'income',
  rows.map((one) => ({ ...one, revenue: Number(one.cik) })),
)
await addStatements(root, 'balance', [
  ...rows.toReversed().map((one) => ({ ...one, total_assets: 1 })),
  // What was filed later counts.
  row(7, 2023, { filing_date: 2024 * 365, total_assets: 2 }),
])

const tables = { balance: statementTables.balance.table, income: statementTables.income.table, cash: 'none' }
const slot = { root, table: 'financial_ratios', unit: 'all' }
const periods = (given: Parameters<typeof lakePeriods>[0]['tables'] = tables) =>
  lakePeriods({ root, tables: given, slot })

sourceLaws(periods, {
  check(batches) {
    const found = batches.flatMap(rowsOf)
    const starts = found.flatMap(({ cik }, i) => (cik === found[i - 1]?.['cik'] ? [] : [cik]))
    assert.equal(found.length, rows.length, 'a row for each period of any of the tables')
    assert.equal(new Set(starts).size, starts.length, 'companies come whole')
    for (const { cik, fiscal_year, revenue, total_assets, net_income } of found) {
      const restated = cik === '7' && fiscal_year === 2023
      assert.deepEqual([revenue, total_assets, net_income], [Number(cik), restated ? 2 : 1, null])
    }
  },
})

test('a lake with no statements has no periods', async () => {
  const none = { balance: 'a', income: 'b', cash: 'c' }
  await assert.rejects(collect(periods(none)), {
    name: 'MissingError',
    message: /none of the tables a, b, c/,
  })
})
