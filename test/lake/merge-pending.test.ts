import assert from 'node:assert/strict'
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { DataError } from '../../src/core/errors.ts'
import { readManifest } from '../../src/core/manifest.ts'
import type { Replaced } from '../../src/lake/merge-rule.ts'
import { type BringingUnit, bring, type SharedRow, sharedFiles, sharedRule } from '../helpers/shared-rows.ts'
import { filesUnder } from '../helpers/sink-laws.ts'
import { tempDir } from '../helpers/temp-dir.ts'

const day = (date: string): number => Date.parse(date) / 86_400_000
const row = (ticker: string, date: string, value: number | null = 1, seen = 0): SharedRow => ({
  ticker,
  day: day(date),
  value,
  seen,
})
const of = (ticker: string, ...rows: SharedRow[]): BringingUnit => ({
  id: ticker,
  rows,
  replaces: { tickers: [ticker] },
})
const parquetOf = (root: string): string[] => filesUnder(root).filter((path) => path.endsWith('.parquet'))
const state = (root: string): string[] => readdirSync(join(root, '_millrace'))

test('rows of all companies share the file of their month, sorted, and nothing waits any more', async (t) => {
  const root = tempDir(t)
  await bring(root, [
    of('MSFT', row('MSFT', '2024-01-31'), row('MSFT', '2024-02-01')),
    of('AAPL', row('AAPL', '2024-01-05'), row('AAPL', '2024-01-04', 2)),
    of('NONE'),
  ])
  assert.deepEqual(await sharedFiles(root), {
    't/year=2024/month=01/part-0.parquet': [
      row('AAPL', '2024-01-04', 2),
      row('AAPL', '2024-01-05'),
      row('MSFT', '2024-01-31'),
    ],
    't/year=2024/month=02/part-0.parquet': [row('MSFT', '2024-02-01')],
  })
  assert.deepEqual(readdirSync(join(root, '_millrace/pending')), [])
  const again = await bring(root, [of('MSFT'), of('NONE')])
  assert.deepEqual([again.done, again.skipped], [0, 2])
})

test('in the layout by ticker each company has a file a month, and the manifest a line a company', async (t) => {
  const root = tempDir(t)
  const rule = sharedRule({ layout: 'ticker' })
  const goog = { ...row('GOOG,GOOGL', '2024-01-31'), day: null }
  await bring(
    root,
    [of('GOOG', goog, row('GOOG,GOOGL', '2024-02-01')), of('BRK.a', row('BRK.a', '2024-02-01'))],
    {
      rule,
    },
  )
  assert.deepEqual(parquetOf(root), [
    't/year=2024/month=02/ticker=BRK.%61.parquet',
    't/year=2024/month=02/ticker=GOOG.parquet',
    't/year=__HIVE_DEFAULT_PARTITION__/month=__HIVE_DEFAULT_PARTITION__/ticker=GOOG.parquet',
  ])
  const lines = [...(await readManifest(root)).values()].map(({ unit, files }) => [unit, files.length])
  assert.deepEqual(lines.sort(), [
    ['BRK.a', 1],
    ['GOOG', 2],
  ])
  // A file that stays is still told.
  await bring(
    root,
    [{ ...of('GOOG', goog), id: 'GOOG again', replaces: { tickers: ['GOOGL'], from: '2024-02-01' } }],
    {
      rule,
    },
  )
  const [, files] = Object.entries(await sharedFiles(root)).sort()
  assert.deepEqual(files, ['t/year=2024/month=02/ticker=GOOG.parquet', []])
})

test('a table without months is one file, and one with a date that is not known has a folder for it', async (t) => {
  const root = tempDir(t)
  const { time: _, ...rule } = sharedRule()
  await bring(root, [of('A', row('A', '2024-01-31')), of('B', { ...row('B', '2024-02-01'), day: null })], {
    rule,
  })
  assert.deepEqual(parquetOf(root), ['t/part-0.parquet'])
})

test('to refill a company touches its months alone, and those that it has left', async (t) => {
  const root = tempDir(t)
  const month = (n: number): string => `2024-0${n}-01`
  await bring(root, [
    of('A', row('A', month(1)), row('A', month(2)), row('A', month(3))),
    of('B', row('B', month(1)), row('B', month(2)), row('B', month(4))),
  ])
  const paths = parquetOf(root)
  const before = paths.map((path) => statSync(join(root, path)).ino)
  await bring(root, [{ ...of('A', row('A', month(1)), row('A', month(2), 7)), id: 'A anew' }])
  const changed = paths.filter((path, i) => statSync(join(root, path)).ino !== before[i])
  assert.deepEqual(changed, ['t/year=2024/month=02/part-0.parquet', 't/year=2024/month=03/part-0.parquet'])
  assert.deepEqual((await sharedFiles(root))['t/year=2024/month=03/part-0.parquet'], [])
})

test('to refill a company opens no file of another one, where each company has its own', async (t) => {
  const root = tempDir(t)
  const rule = sharedRule({ layout: 'ticker' })
  const months = ['2024-01-01', '2024-02-01', '2024-03-01']
  await bring(
    root,
    ['A', 'B'].map((ticker) => of(ticker, ...months.map((date) => row(ticker, date)))),
    { rule },
  )
  const spoil = (paths: readonly string[]): void => {
    for (const path of paths) writeFileSync(join(root, path), new Uint8Array(statSync(join(root, path)).size))
  }
  // Whoever opens one of these fails.
  spoil(parquetOf(root).filter((path) => path.includes('ticker=B')))
  const single = { single: true } as const
  const anew = (id: string, replaces: Replaced) => bring(root, [{ id, rows: [], replaces }], { rule })
  await anew('A of February', { tickers: ['A'], from: '2024-02-01', to: '2024-02-29', ...single })
  spoil(parquetOf(root).filter((path) => path.includes('ticker=A') && !path.includes('month=03')))
  await anew('A from March on', { tickers: ['A'], from: '2024-03-01', ...single })
  const counts = [...(await readManifest(root)).values()].map(({ unit, counts }) => [unit, counts.rowsOut])
  assert.deepEqual(counts.sort(), [
    ['A', 1],
    ['B', 3],
  ])
  // Where a row may be of several companies, it may lie with any of them.
  await assert.rejects(anew('A, also with others', { tickers: ['A'] }), { reason: 'data' })
})

test('what was said once stays, and what is said again adds nothing but where it differs', async (t) => {
  const root = tempDir(t)
  const rule = sharedRule({ vintage: 'seen' })
  await bring(root, [of('A', row('A', '2024-01-31', 1, 10), row('A', '2024-01-31', null, 10))], { rule })
  const [path = ''] = parquetOf(root)
  const { ino } = statSync(join(root, path))
  await bring(
    root,
    [{ ...of('A', row('A', '2024-01-31', 1, 20), row('A', '2024-01-31', null, 20)), id: 'same' }],
    {
      rule,
    },
  )
  assert.equal(statSync(join(root, path)).ino, ino)
  await bring(root, [{ ...of('A', row('A', '2024-01-31', 2, 30)), id: 'restated' }], { rule })
  assert.deepEqual(await sharedFiles(root), {
    [path]: [row('A', '2024-01-31', null, 10), row('A', '2024-01-31', 1, 10), row('A', '2024-01-31', 2, 30)],
  })
})

test('what a run that was ended has brought waits, is done, and is merged by the next run, be it one with nothing to do', async (t) => {
  const root = tempDir(t)
  const stop = new AbortController()
  const units = [of('A', row('A', '2024-01-31')), of('B', row('B', '2024-01-31'))]
  const at = (unit: string): void => {
    if (unit === 'B') stop.abort(new Error('enough'))
  }
  await bring(root, units.slice(0, 1), { signal: stop.signal, at: () => {} })
  await bring(root, [...units, of('C')], { signal: stop.signal, at })
  assert.deepEqual(parquetOf(root), ['t/year=2024/month=01/part-0.parquet'])
  const report = await bring(root, units)
  assert.deepEqual([report.done, report.skipped, report.failed], [1, 1, []])
  assert.equal(Object.values(await sharedFiles(root)).flat().length, 2)
})

test('of units that fail the others are merged all the same', async (t) => {
  const root = tempDir(t)
  const report = await bring(root, [
    of('A', row('A', '2024-01-31')),
    { ...of('B', row('B', '2024-01-31')), error: new DataError('B is bad') },
  ])
  assert.deepEqual([report.done, report.failed.length], [1, 1])
  assert.equal(Object.values(await sharedFiles(root)).flat().length, 1)
})

test('when a file of the table is gone, no unit of it is done', async (t) => {
  const root = tempDir(t)
  const units = [of('A', row('A', '2024-01-31')), of('B', row('B', '2024-02-01'))]
  await bring(root, units)
  rmSync(join(root, 't/year=2024/month=02/part-0.parquet'))
  assert.equal((await bring(root, units)).done, 2)
  assert.equal(Object.values(await sharedFiles(root)).flat().length, 2)
})

test('the same rows make the same files, byte for byte, in whichever order they came', async (t) => {
  const rows = ['A', 'B', 'C', 'D'].map((ticker) =>
    of(ticker, row(ticker, '2024-01-31'), row(ticker, '2024-01-30')),
  )
  const bytes = async (units: readonly BringingUnit[]): Promise<Buffer> => {
    const root = tempDir(t)
    for (const unit of units) await bring(root, [unit])
    return readFileSync(join(root, 't/year=2024/month=01/part-0.parquet'))
  }
  assert.deepEqual(await bytes(rows), await bytes(rows.toReversed()))
})

test('the state of a lake has no more files for it than it needs', async (t) => {
  const root = tempDir(t)
  await bring(root, [of('A', row('A', '2024-01-31'))])
  assert.deepEqual(
    state(root)
      .filter((name) => !['events.ndjson', 'progress', 'locks'].includes(name))
      .sort(),
    ['manifest.ndjson', 'pending', 'tmp', 'units.ndjson'],
  )
})
