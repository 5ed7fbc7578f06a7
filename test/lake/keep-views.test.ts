import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { from } from '../../src/core/pipeline.ts'
import { recipe } from '../../src/core/recipe.ts'
import { createRun } from '../../src/core/run.ts'
import { runRecipe } from '../../src/core/run-recipe.ts'
import type { Batch } from '../../src/core/schema.ts'
import { keepViews, viewsFile, writeViews } from '../../src/lake/keep-views.ts'
import { parquetLake } from '../../src/sinks/parquet-lake.ts'
import { pendingRows } from '../../src/sinks/pending-rows.ts'
import { batchOf } from '../helpers/batches.ts'
import { feed } from '../helpers/collect.ts'
import { query } from '../helpers/duckdb.ts'
import { leftIn } from '../helpers/left-in.ts'
import { tempDir } from '../helpers/temp-dir.ts'

const day = (date: string): number => Date.parse(date) / 86_400_000

/** A run that writes one batch to a table of a lake. */
async function write(root: string, table: string, partition: Readonly<Record<string, string>>, batch: Batch) {
  const id = Object.values(partition).join('/')
  const one = recipe({
    name: 'one',
    summary: 'one batch',
    params: {},
    units: () => [{ id }],
    build: () =>
      from(
        feed(async function* (run) {
          run.count('rowsIn', batch.numRows)
          yield batch
        }),
      ).into(parquetLake({ root, table, partition })),
  })
  const views = keepViews()
  const report = await runRecipe(one, {}, createRun(), { tool: 'test', observer: views.observer })
  assert.deepEqual(report.failed, [])
  return views
}

const bars = (closes: Readonly<Record<string, number>>): Batch => {
  const prices = Object.values(closes)
  return batchOf(
    { ticker: 'utf8', open: 'float64', high: 'float64', low: 'float64', close: 'float64', volume: 'float64' },
    {
      ticker: Object.keys(closes),
      open: prices,
      high: prices.map((price) => price + 1),
      low: prices.map((price) => price - 1),
      close: prices,
      volume: prices.map(() => 600),
    },
  )
}
const splits = batchOf(
  { ticker: 'utf8', execution_date: 'date', split_from: 'float64', split_to: 'float64' },
  {
    ticker: ['AAPL', 'AAPL', 'AAPL', 'LATER'],
    execution_date: [day('2024-03-04'), day('2024-03-06'), day('2024-03-01'), day('2999-01-04')],
    split_from: [1, 3, 1, 1],
    split_to: [2, 1, 100, 2],
  },
)

test('with a table of splits there are adjusted daily bars, and without one there are none', async (t) => {
  const root = tempDir(t)
  for (const date of ['2024-03-01', '2024-03-04', '2024-03-06'])
    await write(root, 'stocks_daily', { date }, bars({ AAPL: 120, LATER: 10 }))
  const views = await write(root, 'other', { date: '2024-03-01' }, bars({ AAPL: 1 }))
  await views.update(createRun())
  assert.doesNotMatch(readFileSync(viewsFile(root), 'utf8'), /adjusted/)
  await (await write(root, 'splits', { year: '2024', month: '03' }, splits)).update(createRun())
  const text = readFileSync(viewsFile(root), 'utf8')
  const sql = `select date, open, high, low, close, volume from stocks_daily_adjusted where ticker = `
  assert.deepEqual(await query(`${sql} 'AAPL' order by date`, text), [
    // Two shares for one on the fourth, one for three on the sixth.
    ['2024-03-01', '180.0', '181.5', '178.5', '180.0', '400.0'],
    ['2024-03-04', '360.0', '363.0', '357.0', '360.0', '200.0'],
    ['2024-03-06', '120.0', '121.0', '119.0', '120.0', '600.0'],
  ])
  const untouched = [['10.0', '600.0']]
  const later = `select distinct close, volume from stocks_daily_adjusted where ticker = 'LATER'`
  assert.deepEqual(await query(later, text), untouched)
  const levels = 'select distinct typeof(year), year, typeof(month), month from splits'
  assert.deepEqual(await query(levels, text), [['INTEGER', '2024', 'INTEGER', '3']])
})

test('of several who write the views at once, the last one leaves what all have added', async (t) => {
  const root = tempDir(t)
  const names = ['a', 'b', 'c', 'd', 'e', 'f']
  const under: Promise<void>[] = []
  for (const name of names) {
    const views = await write(root, name, { date: '2024-03-01' }, bars({ A: 1 }))
    // Not awaited: the next run takes the lock, sweeps and commits meanwhile.
    under.push(views.update(createRun()))
  }
  await Promise.all(under)
  const sql = 'select view_name from duckdb_views() where not internal order by 1'
  assert.deepEqual(
    await query(sql, readFileSync(viewsFile(root), 'utf8')),
    names.map((name) => [name]),
  )
  assert.deepEqual(
    leftIn(root).filter((path) => path.startsWith('_millrace')),
    [],
  )
})

/** A run of a whole table that is made of other things, as ratios are. */
async function make(root: string, table: string, batch: Batch, version: number) {
  const one = recipe({
    name: 'whole',
    summary: 'a whole table',
    params: {},
    units: () => [{ id: table, identity: { version } }],
    build: () =>
      from(
        feed(async function* (run) {
          run.count('rowsIn', batch.numRows)
          yield batch
        }),
      ).into(
        pendingRows({
          slot: { root, table, unit: 'all' },
          rule: { layout: 'month', company: 'ticker', order: ['ticker'] },
          replaces: {},
          shape: { version },
        }),
      ),
  })
  const views = keepViews()
  const options = { tool: 'test', observer: views.observer, replace: true }
  return { views, report: await runRecipe(one, {}, createRun(), options) }
}

test('columns that a table has got are in its view, also when the run that brought them was killed before', async (t) => {
  const root = tempDir(t)
  const few = batchOf({ ticker: 'utf8', margin: 'float64' }, { ticker: ['AAPL'], margin: [1] })
  const more = batchOf(
    { ticker: 'utf8', margin: 'float64', growth: 'float64' },
    { ticker: ['AAPL'], margin: [1], growth: [2] },
  )
  const columns = async () =>
    (await query('describe made', readFileSync(viewsFile(root), 'utf8'))).map(([name]) => name)
  await (await make(root, 'made', few, 1)).views.update(createRun())
  assert.deepEqual(await columns(), ['ticker', 'margin'])
  await make(root, 'made', more, 2)
  assert.deepEqual(await columns(), ['ticker', 'margin'])
  const again = await make(root, 'made', more, 2)
  assert.equal(again.report.skipped, 1)
  await again.views.update(createRun())
  assert.deepEqual(await columns(), ['ticker', 'margin', 'growth'])
  await (await make(root, 'made', few, 3)).views.update(createRun())
  assert.deepEqual(await columns(), ['ticker', 'margin'])
})

test('what another run commits while the views are written is in them', async (t) => {
  const root = tempDir(t)
  for (const name of ['a', 'b']) await write(root, name, { date: '2024-03-01' }, bars({ A: 1 }))
  const manifest = join(root, '_millrace', 'manifest.ndjson')
  const all = readFileSync(manifest, 'utf8')
  writeFileSync(manifest, `${all.split('\n')[0]}\n`)
  const tables = await writeViews(root, {
    // Asked for when the tables are known, and before the file has its name.
    get durability() {
      writeFileSync(manifest, all)
      return 'none' as const
    },
  })
  assert.deepEqual(
    tables.map(({ name }) => name),
    ['a', 'b'],
  )
  assert.match(readFileSync(viewsFile(root), 'utf8'), /view "b"/)
})
