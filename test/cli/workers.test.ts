import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { type S3Server, startS3Server } from '../../src/testing/s3-server.ts'
import { leftIn, untilThereAre } from '../helpers/left-in.ts'
import { holdsTheRate, total } from '../helpers/rates.ts'
import { sampleGzip, sampleKey } from '../helpers/sample-day.ts'
import { filesUnder } from '../helpers/sink-laws.ts'
import { tempDir } from '../helpers/temp-dir.ts'
import { exitOf, listen, millrace, recipeFile, startMillrace } from './spawn-millrace.ts'

const file = recipeFile('threads.js')

const args = (name: string, out: string, units: readonly string[]): string[] => [
  'run',
  `${file}#${name}`,
  '--out',
  out,
  '--units',
  units.join(','),
]

const threadsOf = (out: string, units: readonly string[]): string[] =>
  units.map((id) => {
    const text = readFileSync(join(out, 'threads', `${id}.txt`), 'utf8')
    return /^\w+ on (\d+)$/.exec(text)?.[1] ?? `not a thread: ${text}`
  })

describe('workers', () => {
  test('a transform of a recipe file runs on the threads of the workers', async (t) => {
    const out = tempDir(t)
    const units = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']
    const { code, stderr } = await millrace([...args('threads', out, units), '--workers', '4'])
    assert.equal(code, 0, stderr)
    const threads = new Set(threadsOf(out, units))
    assert.equal(threads.size, 4)
    assert.ok(!threads.has('0'))
  })

  test('with --workers 1 all runs on the main thread', async (t) => {
    const out = tempDir(t)
    await millrace([...args('threads', out, ['a', 'b']), '--workers', '1'])
    assert.deepEqual(threadsOf(out, ['a', 'b']), ['0', '0'])
  })

  test('an error in a worker is told as anywhere', async (t) => {
    const out = tempDir(t)
    const { code, stderr } = await millrace([...args('threads', out, ['bad1', 'bad2']), '--workers', '2'])
    assert.equal(code, 6)
    assert.match(stderr, /^error: bad1: row 7, column price: "x" is no number\n {2}hint: look at it$/m)
    assert.doesNotMatch(stderr, /\n +at /)
    const json = await millrace([...args('threads', out, ['bad1', 'bad2']), '--workers', '2', '--json'])
    const [failed] = JSON.parse(json.stdout).failed
    assert.deepEqual([failed.reason, failed.hint, failed.stage], ['data', 'look at it', 'words'])
  })

  const deaths = {
    exits: /ended by a stage, with exit code 3/,
    dies: /RangeError: nobody catches this\n +at .*threads\.js/,
  }
  for (const [deed, says] of Object.entries(deaths))
    test(`a worker that dies (${deed}) is a bug, and the others are done`, async (t) => {
      const out = tempDir(t)
      const some = await millrace([
        ...args('threads', out, ['a', `${deed}1`, 'b', `${deed}2`, 'c']),
        '--workers',
        '2',
      ])
      assert.equal(some.code, 9)
      assert.match(some.stderr, says)
      assert.match(some.stderr, /3 files done \(2 failed\)/)
      assert.deepEqual(leftIn(out), ['threads/a.txt', 'threads/b.txt', 'threads/c.txt'])
      const all = await millrace([...args('threads', out, [`${deed}1`, `${deed}2`]), '--workers', '2'])
      assert.equal(all.code, 1)
    })

  test('credentials are lent to workers, and are nowhere else', async (t) => {
    const keys = ['--access-key', 'KEYKEYKEY', '--secret-key', 'SECRETSECRET']
    const out = tempDir(t)
    for (const json of [[], ['--json']]) {
      const given = [...args('threads', out, ['keys1', 'keys2']), '--workers', '2', ...keys, ...json]
      const { code, stdout, stderr } = await millrace(given)
      assert.equal(code, 1)
      assert.match(stdout + stderr, /lengths 9 12/)
      assert.doesNotMatch(stdout + stderr, /KEYKEYKEY|SECRETSECRET/)
    }
    const written = filesUnder(out).map((path) => readFileSync(join(out, path), 'utf8'))
    assert.doesNotMatch(written.join(), /KEYKEYKEY|SECRETSECRET/)
  })

  test('what stages print by themselves is all there, when their thread ends at once after it', async (t) => {
    const { stderr } = await millrace([...args('prints', tempDir(t), ['a', 'b']), '--workers', '2'])
    assert.equal(stderr.match(/^printed \d+$/gm)?.length, 4000)
  })

  const pools: readonly (readonly [readonly string[], string])[] = [
    [[], '20'],
    [['--workers', '1'], '8'],
    [['--workers=6'], '28'],
  ]
  for (const [flags, size] of pools)
    test(`there is room for the I/O of all files at once: run ${flags.join(' ')}`, async (t) => {
      const { stderr } = await millrace([...args('threads', tempDir(t), ['pools']), ...flags])
      assert.match(stderr, new RegExp(`pool of ${size}\n`))
    })

  test('the cap holds over four workers, where bytes leave the throttle', async (t) => {
    const out = tempDir(t)
    const units = ['a', 'b', 'c', 'd']
    const { code, stderr } = await millrace([
      ...args('floods', out, units),
      '--workers',
      '4',
      '--bwlimit',
      '8M',
    ])
    assert.equal(code, 0, stderr)
    const left = units
      .flatMap((id) =>
        readFileSync(join(out, 'floods', `${id}.txt`), 'utf8')
          .trim()
          .split('\n'),
      )
      .map((line) => line.split(' ').map(Number))
      .map(([atMs = 0, bytes = 0]) => ({ atMs, bytes }))
      .sort((a, b) => a.atMs - b.atMs)
    holdsTheRate(left, 8_000_000)
    // How much is used is asked of the fake clock: here a busy machine may take its time.
    assert.ok(total(left) > 8_000_000, `${total(left)} bytes in 2.5 s`)
  })
})

describe('an interrupt of four workers in the middle of their files', () => {
  const cases = {
    'that wait': ['waits1', 'waits2', 'waits3', 'waits4'],
    'one of which hears nothing': ['waits1', 'loops', 'waits3', 'waits4'],
  }
  for (const [who, units] of Object.entries(cases))
    test(`${who} leaves nothing, and exits 130 within a second`, async (t) => {
      const out = tempDir(t)
      const child = startMillrace([...args('threads', out, [...units, 'never']), '--workers', '4'])
      const words = listen(child.stderr)
      await words.until('it has begun')
      await untilThereAre(4, out)
      const since = performance.now()
      child.kill('SIGINT')
      assert.equal(await exitOf(child), 130)
      assert.ok(performance.now() - since < 1000, `${performance.now() - since} ms`)
      assert.match(words.all(), /0 files done \(5 not finished\)/)
      assert.deepEqual(leftIn(out), [])
    })
})

describe('flat files', () => {
  const dates = ['2024-03-04', '2024-03-05', '2024-03-06', '2024-03-07']
  const sample = (date: string, rows: number) => sampleGzip({ dataset: 'stocks-trades', date, rows })
  const run = ({ endpoint }: S3Server, out: string, workers: number): string[] => [
    ...['run', 'stocks-trades', '--start', '2024-03-04', '--end', '2024-03-07', '--out', out],
    ...['--endpoint', endpoint, '--access-key', 'demo', '--secret-key', 'demo', '--workers', `${workers}`],
    ...['--keep-raw', join(out, 'raw')],
  ]

  test('one worker and four make the same files and the same manifest', async (t) => {
    const objects = new Map<string, Buffer>()
    for (const date of dates) objects.set(sampleKey('stocks-trades', date), await sample(date, 5000))
    const server = await startS3Server({ objects })
    t.after(() => server.close())
    const make = async (workers: number) => {
      const out = tempDir(t)
      const { code, stderr } = await millrace(run(server, out, workers))
      assert.equal(code, 0, stderr)
      const lines = readFileSync(join(out, '_millrace/manifest.ndjson'), 'utf8').trim().split('\n')
      return {
        files: leftIn(out).map((path) => [path, sha256(join(out, path))]),
        lines: lines
          .map((line) => ({ ...JSON.parse(line), at: '', epoch: '' }))
          .sort((a, b) => a.unit.localeCompare(b.unit)),
      }
    }
    const [one, four] = [await make(1), await make(4)]
    assert.deepEqual([one.files.length, one.lines.length], [8, 4])
    assert.deepEqual(four, one)
  })

  test('an interrupt of four conversions leaves nothing, and exits 130 within a second', async (t) => {
    // Most of each file comes, and then nothing more; in small row groups, so that some of its Parquet is written by then.
    const bytes = await sample('2024-03-04', 250_000)
    const objects = new Map(dates.map((date) => [sampleKey('stocks-trades', date), bytes]))
    const faults = [{ op: 'get', stallAfter: bytes.length - 1000 }] as const
    const server = await startS3Server({ objects, faults })
    t.after(() => server.close())
    const out = tempDir(t)
    const child = startMillrace([...run(server, out, 4), '--row-group-rows', '10000'])
    const words = listen(child.stderr)
    await untilThereAre(8, out)
    const since = performance.now()
    child.kill('SIGINT')
    assert.equal(await exitOf(child), 130)
    assert.ok(performance.now() - since < 1000, `${performance.now() - since} ms`)
    assert.match(words.all(), /0 files done \(4 not finished\)/)
    assert.deepEqual(leftIn(out), [])
  })
})

const sha256 = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex')
