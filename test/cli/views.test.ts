import assert from 'node:assert/strict'
import { readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { query } from '../helpers/duckdb.ts'
import { writeRaw } from '../helpers/raw-files.ts'
import { tempDir } from '../helpers/temp-dir.ts'
import { millrace } from './spawn-millrace.ts'

const trade = { ticker: 'A', exchange: 4, price: 1.5, size: 1, sip_timestamp: '1709908200000000000' }
const nanosOf = (utc: string, rest: string): string => `${Date.parse(`${utc}Z`)}${rest}`

/** Trades around both switches of daylight saving time, in UTC, and when they happened in New York. */
const trades = [
  ['2024-03-08', '2024-03-09T00:59:59.999', '999999', '2024-03-08 19:59:59.999999999'],
  ['2024-03-11', '2024-03-11T23:59:59.999', '000001', '2024-03-11 19:59:59.999000001'],
  ['2024-03-11', '2024-03-11T08:00:00.000', '000000', '2024-03-11 04:00:00'],
  ['2024-11-01', '2024-11-01T23:30:00.123', '456789', '2024-11-01 19:30:00.123456789'],
  ['2024-11-04', '2024-11-05T00:30:00.000', '000007', '2024-11-04 19:30:00.000000007'],
] as const

async function run(root: string, ...args: readonly string[]): Promise<void> {
  const { code, stderr } = await millrace(['run', ...args, '--from', join(root, 'raw'), '--quiet'])
  assert.equal(code, 0, stderr)
}

function writeTrades(root: string): void {
  for (const date of new Set(trades.map(([day]) => day))) {
    const rows = trades.filter(([day]) => day === date)
    const at = rows.map(([, utc, rest]) => ({ ...trade, sip_timestamp: nanosOf(utc, rest) }))
    writeRaw(root, 'stocks-trades', date, at)
  }
}

const viewsIn = (lake: string): string => readFileSync(join(lake, 'views.sql'), 'utf8')

test('a run leaves views that DuckDB reads, with the time of New York to the nanosecond', async (t) => {
  const root = tempDir(t)
  const lake = join(root, 'lake')
  writeTrades(join(root, 'raw'))
  await run(root, 'stocks-trades', '--start', '2024-03-08', '--end', '2024-11-04', '--out', lake)
  for (const zone of ['UTC', 'Asia/Tokyo', 'America/New_York']) {
    const first = `set TimeZone = '${zone}'; ${viewsIn(lake)}`
    const times = 'select date, ny(sip_timestamp) from stocks_trades order by sip_timestamp'
    const expected = trades.map(([date, , , there]) => [date, there]).sort((a, b) => (a < b ? -1 : 1))
    assert.deepEqual(await query(times, first), expected)
    const parts = 'typeof(date), bool_and(ny(sip_timestamp)::date = date), max(hour(ny(sip_timestamp)))'
    assert.deepEqual(await query(`select ${parts} from stocks_trades group by 1`, first), [
      ['DATE', 'true', '19'],
    ])
    const bars = `select ny(timestamp '2024-07-01 13:30:00')::time, ny(timestamptz '2024-07-01 13:30:00+00')::time, ny(null::timestamp)`
    assert.deepEqual(await query(bars, first), [['09:30:00', '09:30:00', null]])
  }
})

const conditions: readonly (readonly [list: string, codes: readonly number[]])[] = [
  ['12,37', [12, 37]],
  ['137', [137]],
  ['37', [37]],
  ['370,1,3', [370, 1, 3]],
  ['37,12,37', [37, 12]],
  ['', []],
]
test('has_condition finds a code, not a part of one', async (t) => {
  const root = tempDir(t)
  const rows = conditions.map(([list], i) => ({ ...trade, conditions: list, exchange: i }))
  writeRaw(join(root, 'raw'), 'stocks-trades', '2024-03-08', rows)
  await run(root, 'stocks-trades', '--start', '2024-03-08', '--out', join(root, 'lake'))
  for (const code of [37, 1, 3, 12, 137, 370]) {
    const sql = `select exchange from stocks_trades where has_condition(conditions, ${code}) order by 1`
    const found = conditions.flatMap(([, codes], i) => (codes.includes(code) ? [[String(i)]] : []))
    assert.deepEqual(await query(sql, viewsIn(join(root, 'lake'))), found)
  }
  const none = 'select count(*) from stocks_trades where not has_condition(conditions, 37)'
  assert.deepEqual(await query(none, viewsIn(join(root, 'lake'))), [['3']])
})

test('names that SQL keeps for itself, levels of folders and odd paths are read as they are', async (t) => {
  const root = tempDir(t)
  const lake = join(root, "it's [a] *lake?")
  const put = { ...trade, ticker: 'O:SPY241220P00720000', exchange: 301 }
  writeRaw(join(root, 'raw'), 'options-trades', '2024-03-08', [put])
  const asked = ['options-trades', '--start', '2024-03-08', '--out', lake]
  await run(root, ...asked, '--osi')
  await run(root, ...asked, '--name', 'by-exchange.and', '--partition-by', 'exchange,ticker')
  const sql = 'select "right", strike, date from options_trades'
  assert.deepEqual(await query(sql, viewsIn(lake)), [['P', '720.0', '2024-03-08']])
  const levels = 'select typeof(exchange), exchange, typeof(ticker), ticker from "by-exchange.and"'
  assert.deepEqual(await query(levels, viewsIn(lake)), [
    ['INTEGER', '301', 'VARCHAR', 'O:SPY241220P00720000'],
  ])
})

test('views.sql changes with a new table and new columns, and not with each run', async (t) => {
  const root = tempDir(t)
  const lake = join(root, 'lake')
  writeTrades(join(root, 'raw'))
  await run(root, 'stocks-trades', '--start', '2024-03-08', '--out', lake)
  const before = statSync(join(lake, 'views.sql'))
  await run(root, 'stocks-trades', '--start', '2024-03-08', '--end', '2024-03-11', '--out', lake)
  assert.equal(statSync(join(lake, 'views.sql')).ino, before.ino)
  await run(root, 'stocks-trades', '--start', '2024-03-08', '--out', lake, '--name', 'few')
  const views = 'select view_name from duckdb_views() where not internal order by 1'
  assert.deepEqual(await query(views, viewsIn(lake)), [['few'], ['stocks_trades']])
  const only = ['--name', 'few', '--columns', 'price,size', '--replace']
  await run(root, 'stocks-trades', '--start', '2024-03-08', '--out', lake, ...only)
  assert.deepEqual(await query('from few', viewsIn(lake)), [['1.5', '1.0', '2024-03-08']])
})

test('a run that finds all done makes up for one that was killed before it wrote the views', async (t) => {
  const root = tempDir(t)
  const lake = join(root, 'lake')
  writeTrades(join(root, 'raw'))
  await run(root, 'stocks-trades', '--start', '2024-03-08', '--out', lake)
  rmSync(join(lake, 'views.sql'))
  await run(root, 'stocks-trades', '--start', '2024-03-08', '--out', lake)
  assert.match(viewsIn(lake), /view "stocks_trades"/)
})

test('millrace views writes them anew for a lake that was moved, or lost a table', async (t) => {
  const root = tempDir(t)
  const [lake, moved] = [join(root, 'lake'), join(root, 'moved')]
  writeTrades(join(root, 'raw'))
  for (const name of ['one', 'other'])
    await run(root, 'stocks-trades', '--start', '2024-03-08', '--out', lake, '--name', name)
  renameSync(lake, moved)
  rmSync(join(moved, 'other'), { recursive: true })
  const told = await millrace(['views', moved])
  assert.deepEqual(told, { code: 0, stdout: '', stderr: `${moved}/views.sql: 1 view\n` })
  assert.deepEqual(await query('select count(*) from one', viewsIn(moved)), [['1']])
  const { stdout } = await millrace(['views', moved, '--json'])
  assert.deepEqual(JSON.parse(stdout), { path: join(moved, 'views.sql'), tables: ['one'] })
})

test('raw files make no views', async (t) => {
  const root = tempDir(t)
  writeTrades(join(root, 'raw'))
  const asked = ['stocks-trades', '--start', '2024-03-08', '--out', join(root, 'out')]
  await run(root, ...asked, '--format', 'raw')
  assert.throws(() => viewsIn(join(root, 'out')), /ENOENT/)
})

const refusals: readonly (readonly [args: readonly string[], says: RegExp])[] = [
  [[], /which lake\?/],
  [['nowhere'], /nowhere: there is no such folder\n {2}hint: name the folder/],
  [['src', 'more'], /more is one word too many/],
]
describe('what views refuses', () => {
  for (const [args, says] of refusals)
    test(`millrace views ${args.join(' ')} exits 2`, async () => {
      const { code, stderr } = await millrace(['views', ...args])
      assert.equal(code, 2)
      assert.match(stderr, says)
    })
})
