import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { openLake } from '../../src/core/open-lake.ts'
import { createRun } from '../../src/core/run.ts'
import { fallAsleep } from '../helpers/lake-state.ts'
import { bring } from '../helpers/shared-rows.ts'
import { filesUnder } from '../helpers/sink-laws.ts'
import { tempDir } from '../helpers/temp-dir.ts'
import { fillLake, writeRaw } from '../helpers/verified-lake.ts'
import { millrace } from './spawn-millrace.ts'

const done = ['_millrace/manifest.ndjson', 'stocks_daily/date=2024-03-01/part-0.parquet']
const dead = '_millrace/tmp/20240301000000000-00000000/stocks_daily@2024-03-04/part-0.parquet.tmp'
const oldPart = '_millrace/parts/us_stocks_sip__a.csv.gz@0000.part'
const newPart = '_millrace/parts/us_stocks_sip__b.csv.gz@0000.part'
const oldTemp = 'raw/us_stocks_sip/.a.csv.gz.20240301000000000-00000000.tmp'
const newTemp = 'raw/us_stocks_sip/.b.csv.gz.20240301000000000-00000000.tmp'
const unlisted = 'stocks_daily/date=2024-03-04/extra/part-0.parquet'
const kept = ['notes/readme.txt', 'raw/us_stocks_sip/a.csv.gz']
const others = [dead, oldPart, newPart, oldTemp, newTemp, unlisted, ...kept]

function leave(root: string, path: string, daysAgo: number): void {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), 'left')
  const at = Date.now() / 1000 - daysAgo * 86_400
  utimesSync(join(root, path), at, at)
}

/** A lake with one day, and all that may be left in one. */
async function littered(t: Parameters<typeof tempDir>[0]): Promise<string> {
  const [root, raw] = [tempDir(t), tempDir(t)]
  await writeRaw(raw, { dataset: 'stocks-daily', date: '2024-03-01', rows: 12 })
  await fillLake(root, raw, { recipe: 'stocks-daily', start: '2024-03-01' })
  for (const path of others) leave(root, path, [oldPart, oldTemp].includes(path) ? 8 : 6)
  return root
}

const without = (...gone: readonly string[]): string[] =>
  [...done, ...others].filter((path) => !gone.includes(path)).sort()

const cases: readonly (readonly [flags: readonly string[], gone: readonly string[], says: RegExp])[] = [
  [[], [dead, oldPart, oldTemp], /\nfreed 12 B in 3 files\n$/],
  [['--older-than', '0h'], [dead, oldPart, newPart, oldTemp, newTemp], /\nfreed 20 B in 5 files\n$/],
  [['--older-than', '120h'], [dead, oldPart, newPart, oldTemp, newTemp], /\nfreed 20 B in 5 files\n$/],
  [
    ['--unlisted'],
    [dead, oldPart, oldTemp, unlisted],
    /freed: stocks_daily\/date=2024-03-04\/extra\/part-0\.parquet, 4 B: no line of the manifest names it\nfreed 16 B/,
  ],
  [
    ['--dry-run'],
    [],
    /^would free: _millrace\/tmp\/20240301000000000-00000000, 4 B: unfinished output of a run that has ended\n(would free: .*\n){2}left: stocks_daily\/\S+, 4 B: no line of the manifest names it\n {2}next: look at it; --unlisted removes it\nwould free 12 B in 3 files\n$/,
  ],
]
for (const [flags, gone, says] of cases)
  test(`millrace gc ${flags.join(' ')} removes ${gone.length} of what is left, and no data`, async (t) => {
    const root = await littered(t)
    const progress = filesUnder(root).filter((path) => /^_millrace\/(progress|events)/.test(path))
    const { code, stdout, stderr } = await millrace(['gc', root, ...flags])
    assert.deepEqual([code, stderr], [0, ''])
    assert.match(stdout, says)
    assert.deepEqual(filesUnder(root), [...without(...gone), ...progress].sort())
    const again = await millrace(['gc', root, ...flags])
    if (!flags.includes('--dry-run'))
      assert.match(again.stdout, /^(left: .*\n {2}next: .*\n)?freed 0 B in 0 files\n$/)
  })

test('folders that it leaves empty go, and the table stays', async (t) => {
  const root = await littered(t)
  await millrace(['gc', root, '--unlisted'])
  assert.throws(() => readFileSync(join(root, 'stocks_daily/date=2024-03-04')), { code: 'ENOENT' })
  const { code } = await millrace(['verify', root, '--hash'])
  assert.equal(code, 6, 'the temporary file that is too young is told')
  await millrace(['gc', root, '--older-than', '0h'])
  assert.equal((await millrace(['verify', root, '--hash'])).code, 0)
})

test('temporary files beside the lake go where --keep-raw names their folder', async (t) => {
  const [root, raw] = [await littered(t), tempDir(t)]
  for (const path of [oldTemp, newTemp, ...kept]) leave(raw, path, path === oldTemp ? 8 : 1)
  const { stdout } = await millrace(['gc', root, '--keep-raw', raw, '--json'])
  const { freed, files, bytes, dryRun } = JSON.parse(stdout)
  assert.deepEqual([files, bytes, dryRun], [4, 16, false])
  assert.equal(freed.at(-1).path, join(raw, oldTemp))
  assert.deepEqual(filesUnder(raw), [newTemp, ...kept].sort())
})

test('while a run is at work it is exit 7, and a dry run tells nothing of what that has begun', async (t) => {
  const root = await littered(t)
  const run = createRun()
  const lake = await openLake(root, run, { tool: 'test' })
  t.after(() => lake.close())
  leave(root, `_millrace/tmp/${run.epoch}/t@day/part-0.parquet.tmp`, 0)
  const before = filesUnder(root)
  const told = await millrace(['gc', root])
  assert.deepEqual([told.code, told.stdout], [7, ''])
  assert.match(told.stderr, /another run writes to this lake/)
  const dry = await millrace(['gc', root, '--dry-run'])
  assert.equal(dry.code, 0)
  assert.doesNotMatch(dry.stdout, new RegExp(run.epoch))
  assert.deepEqual(filesUnder(root), before)
  const verified = await millrace(['verify', root])
  assert.match(verified.stdout, /^note: stocks_daily\/\S+extra/m)
})

test('a run that is asleep is shut out, and what it had begun is freed', async (t) => {
  const root = await littered(t)
  const run = createRun()
  const lake = await openLake(root, run, { tool: 'test' })
  t.after(() => lake.close())
  leave(root, `_millrace/tmp/${run.epoch}/t@day/part-0.parquet.tmp`, 0)
  fallAsleep(root, run)
  const { code, stdout } = await millrace(['gc', root])
  assert.equal(code, 0, stdout)
  await assert.rejects(lake.fail({ root, table: 't', unit: 'day' }, new Error('late')))
})

const refusals: readonly (readonly [args: readonly string[], code: number, says: RegExp])[] = [
  [[], 2, /which lake\?\n {2}hint: /],
  [['/nonexistent'], 2, /there is no such folder/],
  [['/nonexistent', 'two'], 2, /two is one word too many/],
  [['/nonexistent', '--older-than', '7'], 2, /--older-than: 7 is not an age\n {2}hint: write 12h or 7d/],
]
for (const [args, code, says] of refusals)
  test(`millrace gc ${args.join(' ')} exits ${code}`, async () => {
    const told = await millrace(['gc', ...args])
    assert.deepEqual([told.code, told.stdout], [code, ''])
    assert.match(told.stderr, says)
  })

test('a folder that is no lake stays as it is', async (t) => {
  const root = tempDir(t)
  const { code, stderr } = await millrace(['gc', root])
  assert.equal(code, 2)
  assert.match(stderr, /is no lake: there is no _millrace in it/)
  assert.deepEqual(filesUnder(root), [])
  rmSync(root, { recursive: true })
})

test('what waits to be merged, and the books of it, are not left over', async (t) => {
  const root = tempDir(t)
  const stop = new AbortController()
  await bring(root, [{ id: 'A', rows: [{ ticker: 'A', day: 19_723, value: 1, seen: 0 }] }])
  await bring(
    root,
    [
      { id: 'B', rows: [{ ticker: 'B', day: 19_723, value: 1, seen: 0 }] },
      { id: 'C', rows: [] },
    ],
    {
      workers: 1,
      signal: stop.signal,
      at: (id) => void (id === 'C' && stop.abort(new Error('enough'))),
    },
  )
  for (const name of ['pending/begun.json', 'universe.json', 'requests.json'])
    writeFileSync(join(root, '_millrace', name), '{"v":1,"files":[]}')
  const before = filesUnder(root)
  assert.ok(
    before.some((path) => /pending\/.*\.rows$/.test(path)) && before.includes('_millrace/units.ndjson'),
  )
  const told = await millrace(['gc', root, '--older-than', '0h', '--unlisted'])
  assert.deepEqual([told.code, told.stdout], [0, 'freed 0 B in 0 files\n'], told.stderr)
  assert.deepEqual(filesUnder(root), before)
})
