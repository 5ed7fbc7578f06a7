import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { createRun } from '../../src/core/run.ts'
import { keepViews, viewsFile } from '../../src/lake/keep-views.ts'
import { makeCompanies } from '../../src/testing/rest-companies.ts'
import { query } from '../helpers/duckdb.ts'
import { onDay } from '../helpers/rest-days.ts'
import { tempDir } from '../helpers/temp-dir.ts'

const before = makeCompanies({ count: 2, quarters: 8 })
const after = before.map(({ statements, ...company }) => ({
  ...company,
  statements: {
    ...statements,
    balanceSheets: statements.balanceSheets.map((row) =>
      row['period_end'] === '2021-06-30' ? { ...row, total_assets: 1, filing_date: '2024-08-06' } : row,
    ),
  },
}))

for (const layout of ['month', 'ticker'])
  test(`a view shows the newest of each statement, its vintages are all of them, by ${layout}`, async (t) => {
    const out = tempDir(t)
    const views = keepViews()
    const flags = { out, layout, tickers: 'MWA,MWH.A,MWH.B', tables: 'balance_sheets,related_tickers' }
    const options = { observer: views.observer }
    await onDay(t, '2024-08-01', 'run', { companies: before, recipe: 'screener', flags, options })
    await views.update(createRun())
    const { layout: _, ...same } = flags
    await onDay(t, '2024-08-08', 'sync', { companies: after, recipe: 'screener', flags: same })
    const told = (sql: string) => query(sql, readFileSync(viewsFile(out), 'utf8'))
    // Two companies, eight quarters and two years; both restate the second quarter of 2021.
    assert.deepEqual(await told('select count(*) from balance_sheets'), [['20']])
    assert.deepEqual(await told('select count(*) from balance_sheets_vintages'), [['22']])
    assert.deepEqual(
      await told(
        "select total_assets, filing_date from balance_sheets where tickers = 'MWA' and period_end = '2021-06-30'",
      ),
      [['1.0', '2024-08-06']],
    )
    // Taken back: what was there before is the newest again, and once more, asked anew, it is nothing new.
    for (const day of ['2024-08-15', '2024-08-16']) {
      await onDay(t, day, 'run', { companies: before, recipe: 'screener', flags, options: { force: true } })
      assert.deepEqual(await told('select count(*) from balance_sheets'), [['20']])
      assert.deepEqual(await told('select count(*) from balance_sheets_vintages'), [['24']])
      assert.deepEqual(
        await told(
          "select total_assets > 1, filing_date < '2024-01-01' from balance_sheets where tickers = 'MWA' and period_end = '2021-06-30'",
        ),
        [['true', 'true']],
      )
    }
    assert.deepEqual(await told("select related_ticker from related_tickers where ticker = 'MWA' limit 1"), [
      ['MWH.A'],
    ])
  })
