import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { WriteError } from '../../src/core/errors.ts'
import { openLake } from '../../src/core/open-lake.ts'
import { createRun } from '../../src/core/run.ts'
import { compactTickers } from '../../src/lake/compact-tickers.ts'
import { type BringingUnit, bring, type SharedRow, sharedFiles, sharedRule } from '../helpers/shared-rows.ts'
import { filesUnder } from '../helpers/sink-laws.ts'
import { tempDir } from '../helpers/temp-dir.ts'

const row = (ticker: string, day: number | null, value = 1): SharedRow => ({ ticker, day, value, seen: 0 })
const units: readonly BringingUnit[] = [
  { id: 'A', rows: [row('A', 19_723), row('A', 19_760, 2), row('A', 19_724)], replaces: { tickers: ['A'] } },
  { id: 'B', rows: [row('B,C', 19_723), row('B,C', null)], replaces: { tickers: ['B'] } },
  { id: 'D', rows: [], replaces: { tickers: ['D'] } },
]
const byTicker = sharedRule({ layout: 'ticker' })
const compact = (root: string) =>
  compactTickers(root, 't', createRun({ durability: 'none' }), { tool: 'test' })

const sorted = async (root: string): Promise<string[]> =>
  Object.values(await sharedFiles(root))
    .flat()
    .map((one) => JSON.stringify(one))
    .sort()

const tableFiles = (root: string): string[] => filesUnder(root).filter((path) => path.startsWith('t/'))

type Files = ReadonlyMap<string, Buffer>
const filesOf = (root: string): Files =>
  new Map(filesUnder(root).map((path) => [path, readFileSync(join(root, path))]))
function lay(root: string, ...layers: readonly Files[]): void {
  for (const [path, bytes] of layers.flatMap((layer) => [...layer])) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), bytes)
  }
}
const only = (files: Files, says: RegExp): Files => new Map([...files].filter(([path]) => says.test(path)))

test('a file a company and month becomes a file a month, in order, and what was done stays done', async (t) => {
  const [root, other] = [tempDir(t), tempDir(t)]
  await bring(root, units, { rule: byTicker })
  const rows = await sorted(root)
  const files = tableFiles(root).length
  assert.deepEqual(await compact(root), { before: files, files: 3, rows: 5 })
  await bring(other, units)
  assert.deepEqual(await sharedFiles(root), await sharedFiles(other))
  assert.deepEqual(tableFiles(root), tableFiles(other))
  assert.deepEqual(await sorted(root), rows)
  assert.deepEqual((await bring(root, units)).skipped, 3)
  assert.deepEqual(await compact(root), { before: 0, files: 3, rows: 5 })
})

test('a table without months becomes one file', async (t) => {
  const root = tempDir(t)
  const { time: _, ...rule } = byTicker
  await bring(root, units, { rule })
  assert.deepEqual(await compact(root), { before: 2, files: 1, rows: 5 })
  assert.deepEqual(tableFiles(root), ['t/part-0.parquet'])
})

test('rows that wait are merged before', async (t) => {
  const root = tempDir(t)
  const stop = new AbortController()
  await bring(root, units.slice(0, 1), { rule: byTicker })
  await bring(root, [...units.slice(1), { id: 'E', rows: [] }], {
    rule: byTicker,
    workers: 1,
    signal: stop.signal,
    at: (id) => void (id === 'E' && stop.abort(new Error('enough'))),
  })
  assert.equal((await compact(root)).rows, 5)
  assert.deepEqual((await bring(root, units)).skipped, 3)
})

test('ended at any time, readers of the manifest have each row once, and done again it comes to its end', async (t) => {
  const made = tempDir(t)
  await bring(made, units, { rule: byTicker })
  const rows = await sorted(made)
  const before = filesOf(made)
  await compact(made)
  const after = filesOf(made)
  const cases: Readonly<Record<string, readonly Files[]>> = {
    'some files are there': [before, new Map([...only(after, /^t\//)].slice(0, 1))],
    'all files are there': [before, only(after, /^t\//)],
    'the manifest names them': [before, only(after, /^t\/|manifest/)],
    'and the units are told': [before, only(after, /^t\/|manifest|units/)],
    'and some old ones are gone': [new Map([...only(before, /^t\//)].slice(1)), after],
  }
  for (const [when, layers] of Object.entries(cases)) {
    const root = tempDir(t)
    lay(root, ...layers)
    assert.deepEqual(await sorted(root), rows, when)
    await compact(root)
    assert.deepEqual(await sorted(root), rows, when)
    assert.deepEqual(tableFiles(root), tableFiles(made), when)
    assert.deepEqual((await bring(root, units)).skipped, 3, when)
  }
})

test('while a run writes to the lake it is refused', async (t) => {
  const root = tempDir(t)
  await bring(root, units, { rule: byTicker })
  const held = await openLake(root, createRun(), { tool: 'test' })
  t.after(() => held.close())
  await assert.rejects(compact(root), WriteError)
})
