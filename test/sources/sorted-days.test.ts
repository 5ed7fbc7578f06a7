import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { Batch } from '../../src/core/schema.ts'
import { type DayFile, sortedDays } from '../../src/sources/sorted-days.ts'
import { batchOf, rowsOf } from '../helpers/batches.ts'
import { collect } from '../helpers/collect.ts'
import { writeParquet } from '../helpers/parquet-file.ts'
import { filesUnder, openUnder } from '../helpers/sink-laws.ts'
import { sourceLaws } from '../helpers/stage-laws.ts'

const root = mkdtempSync(join(tmpdir(), 'millrace-days-'))
after(() => rmSync(root, { recursive: true, force: true }))
mkdirSync(join(root, 'days'))

type Bar = readonly [ticker: string | null, minute: number | null, volume: number | null]
const kinds = { ticker: 'utf8', volume: 'float64', window_start: 'timestamp_us' } as const
const barsOf = (bars: readonly Bar[]): Batch =>
  batchOf(kinds, {
    ticker: bars.map(([ticker]) => ticker),
    volume: bars.map(([, , volume]) => volume),
    window_start: bars.map(([, minute]) => (minute === null ? null : BigInt(minute))),
  })

async function dayFile(date: string, batches: readonly Batch[], name = date): Promise<DayFile> {
  const path = join(root, 'days', name)
  const rows = batches.reduce((sum, { numRows }) => sum + numRows, 0)
  const bytes = await writeParquet(path, batches, { rowGroupRows: 4 })
  const sha256 = createHash('sha256').update(readFileSync(path)).digest('hex')
  return { date, path, bytes, rows, sha256 }
}
const days = (files: readonly DayFile[]) =>
  sortedDays({ files, slot: { root, table: 't', unit: '2024-03' }, shape: {} })

const files = [
  await dayFile('2024-03-01', [
    barsOf([
      ['A', 1, 10],
      ['A', 2, null],
      ['BApA', 1, 11],
      ['BAPA', 3, 12],
      ['C', 1, 13],
    ]),
  ]),
  // The tickers in no order, one of them twice, and its minutes in no order.
  await dayFile('2024-03-04', [
    barsOf([
      ['C', 11, 20],
      ['A', 13, 21],
      ['BAPA', 11, 22],
    ]),
    barsOf([
      ['A', 11, 23],
      [null, 11, 24],
      ['A', null, 25],
      ['A', 12, 26],
    ]),
  ]),
  await dayFile('2024-03-05', [barsOf([])]),
]

const expected = [
  ['A', 1, 10, 1],
  ['A', 2, null, 1],
  ['A', 11, 23, 4],
  ['A', 12, 26, 4],
  ['A', 13, 21, 4],
  ['A', null, 25, 4],
  ['BAPA', 3, 12, 1],
  ['BAPA', 11, 22, 4],
  ['BApA', 1, 11, 1],
  ['C', 1, 13, 1],
  ['C', 11, 20, 4],
  [null, 11, 24, 4],
]
const told = (batches: readonly Batch[]): unknown[] =>
  batches.flatMap((batch) =>
    rowsOf(batch).map(({ ticker, window_start, volume, date }) => [
      ticker,
      window_start === null ? null : Number(window_start),
      volume,
      Number(date) - Date.parse('2024-02-29') / 86_400_000,
    ]),
  )

sourceLaws(() => days(files), {
  check: (batches) => assert.deepEqual(told(batches), expected),
  truncated: {
    from: () => days(files.map((file) => ({ ...file, rows: (file.rows ?? 0) + 1 }))),
    error: { name: 'DataError', stage: 'sorted-days', message: /holds 5 rows, and was written with 6/ },
  },
})

test('columns stay as they are, and the day is the last one', async () => {
  const [batch] = await collect(days(files))
  assert.deepEqual(
    batch?.schema.fields.map(({ name, type }) => `${name} ${type}`),
    ['ticker Utf8', 'volume Float64', 'window_start Timestamp<MICROSECOND>', 'date Date32<DAY>'],
  )
})

test('days without any row are one batch that tells the columns', async () => {
  const batches = await collect(days(files.slice(2)))
  assert.deepEqual(
    batches.map((batch) => [batch.numRows, batch.schema.fields.length]),
    [[0, 4]],
  )
})

test('nothing is left of rows that waited on disk', async () => {
  await collect(days(files))
  assert.deepEqual(openUnder(root), [])
  assert.deepEqual(
    filesUnder(root).filter((path) => path.includes('_millrace')),
    [],
  )
})

const other = { utf8: 'utf8', at: 'timestamp_us' } as const
const refusals: readonly (readonly [string, () => Promise<DayFile>, object])[] = [
  [
    'a file without tickers',
    () => dayFile('2024-03-06', [batchOf(other, { utf8: ['A'], at: [1n] })], 'x1'),
    { name: 'UsageError', message: /x1 has no column ticker/ },
  ],
  [
    'a file without times',
    () => dayFile('2024-03-06', [batchOf({ ticker: 'utf8' }, { ticker: ['A'] })], 'x2'),
    { name: 'UsageError', message: /x2 has no column window_start to sort by/ },
  ],
]
for (const [what, make, error] of refusals)
  test(`${what} is refused`, async () => {
    const bad = await make()
    await assert.rejects(collect(days([bad])), error)
  })

test('a day with other columns than the first is an error that names it', async () => {
  const kinds = { ticker: 'utf8', volume: 'int64', window_start: 'timestamp_us' } as const
  const bar = batchOf(kinds, { ticker: ['A'], volume: [1n], window_start: [1n] })
  const bad = await dayFile('2024-03-06', [bar], 'x3')
  await assert.rejects(collect(days([...files, bad])), {
    name: 'DataError',
    message: /x3 has the columns .*Int64.*, where the first file has .*Float64/s,
  })
})
