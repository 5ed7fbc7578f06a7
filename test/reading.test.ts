import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import polars from 'nodejs-polars'
import { createRun } from '../src/core/run.ts'
import { writeViews } from '../src/lake/keep-views.ts'
import { query } from './helpers/duckdb.ts'
import { makeReferenceLake } from './helpers/reference-lake.ts'

const page = readFileSync('docs/reading.md', 'utf8')
const folder = mkdtempSync(join(tmpdir(), 'millrace-reading-'))
const lake = join(folder, 'lake')
after(() => rmSync(folder, { recursive: true }))
before(async () => {
  await makeReferenceLake(lake)
  await writeViews(lake, createRun({ durability: 'none' }))
})

const execute = promisify(execFile)
const blockOf = (text: string, language: string): string =>
  new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``).exec(text)?.[1] ?? ''
const hasPython = spawnSync('python3', ['-c', 'import polars, pandas, pyarrow']).status === 0
const noPython = !hasPython && 'no python3 with polars, pandas and pyarrow here'

async function python(code: string): Promise<number> {
  const { stdout } = await execute('python3', ['-c', `${blockOf(page, 'py')}${code}print(len(rows))`], {
    cwd: folder,
  })
  return Number(stdout)
}

/** Runs where millrace is found by its own name. */
async function javascript(code: string, name: string): Promise<number> {
  mkdirSync('build/reading', { recursive: true })
  const path = `build/reading/${name}.mjs`
  writeFileSync(path, `${blockOf(page, 'js')}${code}console.log(rows.numRows)\n`)
  const { stdout } = await execute(process.execPath, [resolve(path)], { cwd: folder })
  return Number(stdout)
}

/** How many rows each section finds. */
const found: Readonly<Record<string, number>> = {
  'Trades and quotes': 2,
  Bars: 2,
  Months: 1,
  Statements: 1,
  Dividends: 2,
  Related: 1,
  Ratios: 2,
}
const sections = page.split(/^## /m).filter((text) => text.includes('```sql'))
test('every kind of table has its lines in the page', () => {
  assert.equal(sections.length, Object.keys(found).length)
})

describe('the lines of docs/reading.md find the same rows', { concurrency: 2 }, () => {
  for (const [title, rows] of Object.entries(found)) {
    const text = sections.find((section) => section.startsWith(title)) ?? ''
    const blocks = Object.fromEntries(
      ['sql', 'polars', 'pandas', 'openlake'].map((language) => [language, blockOf(text, language)]),
    )
    test(`${title}: three lines each`, () => {
      for (const [language, code] of Object.entries(blocks))
        assert.equal(code.trimEnd().split('\n').length, 3, language)
    })
    test(`${title}, in DuckDB`, async () => {
      const first = readFileSync(join(lake, 'views.sql'), 'utf8')
      assert.equal((await query(blocks['sql'] as string, first)).length, rows)
    })
    test(`${title}, by openLake`, async () => {
      assert.equal(await javascript(blocks['openlake'] as string, title.replaceAll(' ', '-')), rows)
    })
    for (const language of ['polars', 'pandas'])
      test(`${title}, in ${language}`, { skip: noPython }, async () => {
        assert.equal(await python(blocks[language] as string), rows)
      })
  }
})

describe('Polars scans the folder of each table, whatever its layout', () => {
  for (const [table, height] of Object.entries({
    stocks_trades: 4,
    stocks_daily_by_month: 3,
    balance_sheets: 3,
    dividends_by_ticker: 2,
    related_tickers: 2,
    related_by_ticker: 2,
  }))
    test(table, async () => {
      assert.equal((await polars.scanParquet(join(lake, table)).collect()).height, height)
    })
})
