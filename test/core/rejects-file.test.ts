import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { failureOf } from '../../src/core/ledger.ts'
import { readManifest } from '../../src/core/manifest.ts'
import { rejectsFile } from '../../src/core/rejects-file.ts'
import { query } from '../helpers/duckdb.ts'
import { runFlat } from '../helpers/run-flat.ts'
import { sampleKey } from '../helpers/sample-day.ts'
import { tempDir } from '../helpers/temp-dir.ts'

const date = '2024-03-07'
const header = 'ticker,volume,open,close,high,low,window_start,transactions'
const good = (ticker: string): string => `${ticker},1,2,2,2,2,1709787600000000000,1`
const bad = [
  'B,x,2,2,2,2,1709787600000000000,1',
  'short,1',
  '"a ""quoted"" one",1,2,2,2,,1709787600000000000,1.5',
]

function rawDay(t: TestContext): { from: string; out: string } {
  const [from, out] = [tempDir(t), tempDir(t)]
  const path = join(from, sampleKey('stocks-daily', date))
  mkdirSync(join(path, '..'), { recursive: true })
  const lines = [header, good('A'), bad[0], bad[1], good('C'), bad[2], good('D')]
  writeFileSync(path, gzipSync(`${lines.join('\r\n')}\n`))
  return { from, out }
}

test('bad rows are set aside as they are written, and the others are committed', async (t) => {
  const { from, out } = rawDay(t)
  const path = join(tempDir(t), 'rejects.ndjson')
  const rejects = rejectsFile(path, 'none')
  const report = await runFlat('stocks-daily', { start: date, from, out }, { mostRejects: 3 }, { rejects })
  assert.equal(failureOf(report), undefined)
  const lines = readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  assert.deepEqual(
    lines.map(({ line, offset, column, text }) => [line, offset, column, text]),
    [
      [3, 96, 'volume', bad[0]],
      [4, 131, undefined, bad[1]],
      [6, 175, 'transactions', bad[2]],
    ],
  )
  assert.equal(lines[0].reason, '"x" is not a decimal number')
  assert.equal(statSync(path).mode & 0o777, 0o600)
  const [row] = await query(`select count(*)::int as n from '${out}/stocks_daily/*/*.parquet'`)
  assert.deepEqual(row, ['3'])
  const [line] = (await readManifest(out)).values()
  const { rowsIn, rowsOut, rejected, filtered } = line?.counts ?? {}
  assert.deepEqual([rowsIn, rowsOut, rejected, filtered], [6, 3, 3, 0])
})

test('one bad row too many fails the file, and nothing of it is committed or set aside', async (t) => {
  const { from, out } = rawDay(t)
  const path = join(tempDir(t), 'rejects.ndjson')
  writeFileSync(path, '')
  const rejects = rejectsFile(path, 'none')
  const report = await runFlat('stocks-daily', { start: date, from, out }, { mostRejects: 2 }, { rejects })
  assert.equal(failureOf(report), 'data')
  assert.match(
    String(report.failed[0]?.error),
    /3 of 6 rows cannot be read, more than the 2 that may be set aside/,
  )
  assert.equal(readFileSync(path, 'utf8'), '')
  assert.equal((await readManifest(out)).size, 0)
})

test('when they cannot be set aside the unit is not done', async (t) => {
  const { from, out } = rawDay(t)
  const rejects = rejectsFile(join(out, 'no', 'folder'), 'none')
  const report = await runFlat('stocks-daily', { start: date, from, out }, { mostRejects: 3 }, { rejects })
  assert.equal(failureOf(report), 'write')
  assert.equal((await readManifest(out)).size, 0)
})
