import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { after, before, test } from 'node:test'
import { readManifest } from '../../src/core/manifest.ts'
import { sampleKey, writeSampleGzip } from '../helpers/sample-day.ts'
import { tempDir } from '../helpers/temp-dir.ts'
import { exitOf, millrace, startMillrace } from './spawn-millrace.ts'

/** Twenty by default; `MILLRACE_ROUNDS=200` for a night. */
const rounds = Number(process.env['MILLRACE_ROUNDS'] ?? 20)
const dates = ['2024-03-04', '2024-03-05', '2024-03-06', '2024-03-07', '2024-03-08']
const from = mkdtempSync(join(tmpdir(), 'millrace-crash-'))
after(() => rmSync(from, { recursive: true, force: true }))

const argsFor = (out: string): string[] => [
  ...['run', 'stocks-trades', '--start', '2024-03-04', '--end', '2024-03-08', '--from', from, '--out', out],
  ...['--workers', '2', '--row-group-rows', '2000', '--quiet'],
]

/** Every file but those of `_millrace` and `views.sql`, which has its own path in it, and a hash of what it holds. */
const treeOf = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((path) => !/^(_millrace|views\.sql$)/.test(relative(folder, path)))
    .map(
      (path) => `${relative(folder, path)} ${createHash('sha256').update(readFileSync(path)).digest('hex')}`,
    )
    .sort()

const rowsOf = async (out: string): Promise<[string, number][]> =>
  [...(await readManifest(out)).values()]
    .map(({ unit, counts }) => [unit, counts.rowsOut] as [string, number])
    .sort()

let undisturbed: { readonly tree: string[]; readonly rows: [string, number][]; readonly ms: number }
before(async () => {
  for (const date of dates) {
    const path = join(from, sampleKey('stocks-trades', date))
    mkdirSync(dirname(path), { recursive: true })
    await writeSampleGzip(path, { dataset: 'stocks-trades', date, rows: 6000 })
  }
  const out = mkdtempSync(join(from, 'lake-'))
  const startMs = performance.now()
  assert.equal((await millrace(argsFor(out))).code, 0)
  undisturbed = { tree: treeOf(out), rows: await rowsOf(out), ms: performance.now() - startMs }
  assert.equal(undisturbed.tree.length, dates.length)
})

test(`${rounds} runs that were killed at some time and run again are as one that was not`, async (t) => {
  let killed = 0
  for (let round = 0; round < rounds; round++) {
    const out = tempDir(t)
    const child = startMillrace(argsFor(out))
    // Anywhere from its start to a little after it would have ended: a time, not a sleep, is what is tested here.
    const timer = setTimeout(() => child.kill('SIGKILL'), Math.random() * undisturbed.ms * 1.1)
    if ((await exitOf(child)) === 'SIGKILL') killed++
    clearTimeout(timer)
    const readable = treeOf(out)
    for (const line of readable) assert.ok(undisturbed.tree.includes(line), `${line} after the kill`)
    const { code, stderr } = await millrace(argsFor(out))
    assert.deepEqual([code, stderr], [0, ''])
    assert.deepEqual(treeOf(out), undisturbed.tree)
    assert.match(readFileSync(join(out, 'views.sql'), 'utf8'), /view "stocks_trades"/)
    assert.deepEqual(await rowsOf(out), undisturbed.rows)
    const lines = readFileSync(join(out, '_millrace', 'manifest.ndjson'), 'utf8')
      .trimEnd()
      .split('\n')
    const units = lines.map((line) => JSON.parse(line)).filter(({ table }) => table === 'stocks_trades')
    assert.equal(units.length, dates.length, 'no unit was done twice, or lost')
    // A run with nothing to do writes no data, and so leaves empty folders, or views half written, to the next that does.
    const left = readdirSync(join(out, '_millrace', 'tmp'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name))
      .filter((path) => !path.endsWith('views.sql'))
    assert.deepEqual(left, [])
  }
  t.diagnostic(`${killed} of ${rounds} were killed before their end`)
  assert.ok(killed > rounds / 4, `only ${killed} of ${rounds} were killed in time`)
})
