import assert from 'node:assert/strict'
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { test } from 'node:test'
import { DataError, UsageError } from '../../src/core/errors.ts'
import { readManifest } from '../../src/core/manifest.ts'
import { type BringingUnit, bring, type SharedRow, sharedFiles, sharedRule } from '../helpers/shared-rows.ts'
import { filesUnder } from '../helpers/sink-laws.ts'
import { tempDir } from '../helpers/temp-dir.ts'

const row = (ticker: string, day: number, value = 1): SharedRow => ({ ticker, day, value, seen: 0 })
const unit = (ticker: string, ...rows: SharedRow[]): BringingUnit => ({
  id: ticker,
  rows,
  replaces: { tickers: [ticker] },
})
const [january, february] = [19_723, 19_760]
const both = [unit('A', row('A', january), row('A', february)), unit('B', row('B', january))]

/** A lake whose run was ended after so many units, whose rows wait. */
async function waiting(root: string, units: readonly BringingUnit[]): Promise<void> {
  const stop = new AbortController()
  const last = { ...unit('last'), id: 'last' }
  await bring(root, [...units, last], {
    signal: stop.signal,
    workers: 1,
    at: (id) => {
      if (id === 'last') stop.abort(new Error('enough'))
    },
  })
}

const pendingOf = (root: string): string =>
  join(root, filesUnder(root).find((path) => path.endsWith('.rows')) ?? '')

test('rows that a crash has cut off were never done, those before them were', async (t) => {
  const root = tempDir(t)
  await waiting(root, both)
  const path = pendingOf(root)
  const whole = readFileSync(path)
  const secondAt = whole.indexOf('{"v":1', 10)
  for (const length of [secondAt, secondAt + 10, whole.length - 40, whole.length - 1]) {
    writeFileSync(path, whole.subarray(0, length))
    const again = tempDir(t)
    // Each from the same lake.
    for (const file of filesUnder(root)) {
      const to = join(again, file)
      await import('node:fs').then(({ mkdirSync }) => mkdirSync(join(to, '..'), { recursive: true }))
      copyFileSync(join(root, file), to)
    }
    const report = await bring(again, both)
    assert.deepEqual([report.done, report.skipped], [1, 1], `cut at ${length} of ${whole.length}`)
    assert.equal(Object.values(await sharedFiles(again)).flat().length, 3)
  }
})

test('rows whose bytes have changed are an error that says what to do, and nothing is written', async (t) => {
  const root = tempDir(t)
  await waiting(root, both)
  const path = pendingOf(root)
  const bytes = readFileSync(path)
  const at = bytes.length - 60
  bytes[at] = (bytes[at] as number) ^ 1
  writeFileSync(path, bytes)
  await assert.rejects(bring(root, both), (error) => {
    assert.ok(error instanceof DataError)
    assert.match(error.message, /rows of t B are not those that were written/)
    assert.match(error.hint ?? '', /remove the file/)
    return true
  })
  assert.deepEqual(
    filesUnder(root).filter((file) => file.endsWith('.parquet')),
    [],
  )
})

test('something else among what waits is an error that names the place', async (t) => {
  const root = tempDir(t)
  await waiting(root, both)
  const { size } = statSync(pendingOf(root))
  appendFileSync(pendingOf(root), 'hello\nhello\n')
  await assert.rejects(bring(root, both), {
    name: 'DataError',
    message: new RegExp(`no rows of millrace begin at byte ${size}`),
  })
})

test('a merge that was ended after some of its files goes on where it was, and asks for nothing again', async (t) => {
  const root = tempDir(t)
  await bring(root, [unit('Z', row('Z', january), row('Z', february))])
  const before = new Map(filesUnder(root).map((path) => [path, readFileSync(join(root, path))]))
  await waiting(root, both)
  const pending = readFileSync(pendingOf(root))
  const path = pendingOf(root)
  await bring(root, both)
  const after = new Map(filesUnder(root).map((file) => [file, readFileSync(join(root, file))]))
  const lines = [...(await readManifest(root)).values()]
  // As it was when the first file had its name, and no line told of it.
  const [first, second] = lines.flatMap(({ files }) => files)
  if (!first || !second) throw new Error('there are two files')
  writeFileSync(join(root, second.path), before.get(second.path) ?? '')
  for (const name of ['manifest', 'units'])
    writeFileSync(join(root, `_millrace/${name}.ndjson`), before.get(`_millrace/${name}.ndjson`) ?? '')
  writeFileSync(path, pending)
  writeFileSync(join(root, '_millrace/pending/begun.json'), JSON.stringify({ files: [first, second] }))
  const report = await bring(root, [...both, unit('Z', row('Z', january), row('Z', february))])
  assert.deepEqual([report.done, report.skipped], [0, 3])
  for (const { path } of [first, second])
    assert.deepEqual(readFileSync(join(root, path)), after.get(path), path)
  assert.equal(existsSync(join(root, '_millrace/pending/begun.json')), false)
})

test('a file of a table that somebody has changed is an error, and what waits goes on waiting', async (t) => {
  const root = tempDir(t)
  await bring(root, both)
  const path = join(root, (await readManifest(root)).get('t\n2024-01')?.files[0]?.path ?? '')
  truncateSync(path, 100)
  await assert.rejects(bring(root, [unit('C', row('C', january))]), /has 100 bytes, and was written with/)
  rmSync(path)
  const report = await bring(root, [...both, unit('C', row('C', january))])
  // What is gone is fetched again; C waits, and is merged at last.
  assert.deepEqual([report.done, report.skipped], [2, 1])
  assert.deepEqual(
    Object.values(await sharedFiles(root))
      .flat()
      .map(({ ticker }) => ticker)
      .sort(),
    ['A', 'A', 'B', 'C'],
  )
})

test('rows that wait are of one shape: a run of another one is refused before it asks for anything', async (t) => {
  const root = tempDir(t)
  await waiting(root, both)
  await assert.rejects(
    bring(root, [unit('C', row('C', january))], {
      rule: { layout: 'ticker', company: 'ticker', order: ['ticker'] },
    }),
    (error) =>
      error instanceof UsageError && /holds rows that wait to be merged, with merge/.test(error.message),
  )
  const report = await bring(root, both)
  assert.equal(report.skipped, 2)
})

const byTicker = sharedRule({ layout: 'ticker' })
const all = (...rows: SharedRow[]): BringingUnit => ({ id: 'all', rows, replaces: {} })
const dataFiles = (root: string): string[] => filesUnder(root).filter((path) => path.endsWith('.parquet'))

test('a unit that is a whole table takes the place of one of another shape, and leaves nothing of it', async (t) => {
  const root = tempDir(t)
  await bring(root, [all(row('A', january), row('B', january), row('A', february))], { rule: byTicker })
  const anew = [all(row('A', january, 2), row('B', january))]
  await assert.rejects(bring(root, anew), (error) => {
    assert.ok(error instanceof UsageError)
    assert.match(error.message, / holds merge layout "ticker" .*would write merge layout "month"$/)
    assert.match(error.hint ?? '', /with --replace$/)
    return true
  })
  assert.equal((await bring(root, anew, { replace: true })).done, 1)
  const path = 't/year=2024/month=01/part-0.parquet'
  assert.deepEqual(dataFiles(root), [path])
  assert.deepEqual(await sharedFiles(root), { [path]: [row('A', january, 2), row('B', january)] })
  assert.equal((await bring(root, anew)).skipped, 1)
})

test('units that share files give no other shape a place, and it is said what to do', async (t) => {
  const root = tempDir(t)
  await bring(root, both)
  for (const replace of [false, true])
    await assert.rejects(bring(root, both, { rule: byTicker, replace }), (error) => {
      assert.ok(error instanceof UsageError)
      assert.equal(/^not even --replace/.test(error.hint ?? ''), replace)
      assert.match(error.hint ?? '', /a folder of its own with --name, or .*, or move .*t away/)
      return true
    })
  assert.equal((await bring(root, both)).skipped, 2)
})

const endings: Readonly<Record<string, { readonly old: boolean; readonly made: boolean }>> = {
  'before any file had its name': { old: true, made: false },
  'when all had their names': { old: true, made: true },
  'when the former ones were gone': { old: false, made: true },
}
for (const [when, { old, made }] of Object.entries(endings))
  test(`a merge of another shape that was ended ${when} comes to its end with the next run`, async (t) => {
    const root = tempDir(t)
    await bring(root, [all(row('A', january), row('B', february))], { rule: byTicker })
    const contents = (paths: readonly string[]) =>
      paths.map((path) => [join(root, path), readFileSync(join(root, path))] as const)
    const former = contents(dataFiles(root))
    const books = contents(['_millrace/manifest.ndjson', '_millrace/units.ndjson'])
    const anew = all(row('A', january, 2))
    // Waits beside the former files, and the next run merges it.
    const stop = new AbortController()
    const waits = bring(root, [anew], {
      replace: true,
      signal: stop.signal,
      done: () => stop.abort(new Error('enough')),
    })
    assert.equal((await waits).done, 1)
    const pending = contents([relative(root, pendingOf(root))])
    const names = dataFiles(root)
    assert.deepEqual(names.length, former.length)
    await bring(root, [anew], { replace: true })
    const after = contents(dataFiles(root))
    const put = (files: typeof former) => {
      for (const [path, bytes] of files) {
        mkdirSync(dirname(path), { recursive: true })
        writeFileSync(path, bytes)
      }
    }
    put([...books, ...pending, ...(old ? former : [])])
    if (!made) for (const [path] of after) rmSync(path)
    assert.equal((await bring(root, [anew], { replace: true })).skipped, 1)
    assert.deepEqual(contents(dataFiles(root)), after)
    assert.deepEqual(Object.values(await sharedFiles(root)), [[row('A', january, 2)]])
  })
