import assert from 'node:assert/strict'
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { DataError, UsageError, WriteError } from '../../src/core/errors.ts'
import { appendFailure } from '../../src/core/failures.ts'
import { lostUnits, readTables } from '../../src/core/lake-tables.ts'
import { appendManifest, eachManifestLine, readManifest, slotKey } from '../../src/core/manifest.ts'
import { lineFor } from '../helpers/lake-state.ts'
import { tempDir } from '../helpers/temp-dir.ts'
import { watchFs } from '../helpers/watch-fs.ts'

const run = { epoch: 'e' }
const files = (...bytes: readonly number[]) =>
  bytes.map((n, i) => ({ path: `t/d${i}`, bytes: n, ...(i < 2 && { rows: n * 10 }) }))

test('tables are told by name, by the last line of each unit, with what failed and was not done since', async (t) => {
  const root = tempDir(t)
  await appendManifest(root, [{ ...lineFor('d1', run), files: files(7) }], 'none')
  await appendManifest(root, [{ ...lineFor('d1', run), files: files(1, 2, 3) }], 'none')
  await appendManifest(root, [{ ...lineFor('d2', run), identity: { etag: 'a' } }], 'none')
  await appendManifest(root, [{ ...lineFor('d9', run), table: 'a' }], 'none')
  for (const [unit, at] of [
    ['d1', '2024-02-29'],
    ['d2', '2024-03-02'],
    ['d3', '2024-02-29'],
  ] as const)
    await appendFailure({ root, table: 't', unit }, new Error('no'), { epoch: 'e', at, durability: 'none' })
  const [a, b, ...more] = await readTables(root)
  assert.deepEqual(more, [])
  assert.equal(a?.table, 'a')
  assert.deepEqual([...(b?.units.keys() ?? [])], ['d1', 'd2'])
  const first = { rows: 30, bytes: 6, identity: undefined, file: { path: 't/d0', bytes: 1 } }
  assert.deepEqual(b?.units.get('d1'), first)
  assert.deepEqual(b?.units.get('d2'), {
    rows: undefined,
    bytes: 0,
    identity: { etag: 'a' },
    file: undefined,
  })
  assert.deepEqual([...(b?.failures.keys() ?? [])], ['d2', 'd3'])
})

test('a stream of the manifest says what reading it whole says, wherever a takeover or a cut stands', async (t) => {
  const epochs = fc.constantFrom('e', 'f', 'g')
  const written = fc.oneof(
    fc.record({ unit: fc.constantFrom('d1', 'd2', 'd3'), epoch: epochs, long: fc.nat(200_000) }),
    fc.record({ over: fc.array(epochs) }),
    fc.constant('{"v":1,"table":"t","un'),
    fc.constant('\0\0'),
  )
  const textOf = (
    one: string | { over: string[] } | { unit: string; epoch: string; long: number },
  ): string => {
    if (typeof one === 'string') return one
    if ('over' in one) return JSON.stringify({ ...lineFor('x', run), table: '_millrace', over: one.over })
    return JSON.stringify({ ...lineFor(one.unit, one), tool: 'x'.repeat(one.long) })
  }
  const equal = fc.asyncProperty(fc.array(written, { maxLength: 12 }), fc.boolean(), async (lines, ended) => {
    const root = tempDir(t)
    mkdirSync(join(root, '_millrace'))
    const text = lines.map(textOf).join('\n') + (ended ? '\n' : '')
    writeFileSync(join(root, '_millrace/manifest.ndjson'), text)
    const streamed = new Map<string, unknown>()
    for await (const line of eachManifestLine(root)) streamed.set(slotKey(line), line)
    assert.deepEqual(streamed, await readManifest(root))
  })
  await fc.assert(equal, { numRuns: 50 })
})

test('a line of another kind is an error that names it, and so is a file that may not be read', async (t) => {
  const root = tempDir(t)
  await appendManifest(root, [lineFor('d1', run)], 'none')
  appendFileSync(join(root, '_millrace/manifest.ndjson'), 'hello\n')
  await assert.rejects(
    readTables(root),
    (error) => error instanceof DataError && /manifest\.ndjson, line 2: /.test(error.message),
  )
  const other = tempDir(t)
  mkdirSync(join(other, '_millrace/manifest.ndjson'), { recursive: true })
  await assert.rejects(readTables(other), WriteError)
})

test('a folder without a state is no lake', async (t) => {
  const root = tempDir(t)
  await assert.rejects(readTables(root), UsageError)
  await assert.rejects(readTables(join(root, 'none')), UsageError)
  mkdirSync(join(root, '_millrace'))
  assert.deepEqual(await readTables(root), [])
})

test('a unit is lost when its first file is gone or has another size', async (t) => {
  const root = tempDir(t)
  const changes: string[] = []
  for (const [unit, bytes] of Object.entries({ same: 3, other: 4, gone: 3, bare: 0 })) {
    const own = bytes > 0 ? [{ path: unit, bytes }] : []
    await appendManifest(root, [{ ...lineFor(unit, run), files: own }], 'none')
    if (unit !== 'gone') writeFileSync(join(root, unit), 'abc')
  }
  watchFs(t, ({ what, path }) => {
    if (what !== 'readFile') changes.push(`${what} ${path}`)
  })
  const [table] = await readTables(root)
  assert.ok(table)
  assert.deepEqual([...(await lostUnits(root, table))].sort(), ['gone', 'other'])
  assert.deepEqual(changes, [], 'nothing is written')
})
