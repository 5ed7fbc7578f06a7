import assert from 'node:assert/strict'
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { openLake } from '../../src/core/open-lake.ts'
import { createRun } from '../../src/core/run.ts'
import { addDays } from '../../src/datasets/days.ts'
import { type S3Server, startS3Server } from '../../src/testing/s3-server.ts'
import { matchesGolden } from '../helpers/golden.ts'
import { lineFor } from '../helpers/lake-state.ts'
import { sampleGzip, sampleKey } from '../helpers/sample-day.ts'
import { filesUnder } from '../helpers/sink-laws.ts'
import { tempDir } from '../helpers/temp-dir.ts'
import { millrace, recipeFile } from './spawn-millrace.ts'

const dataset = 'stocks-daily'
const keys = ['--access-key', 'visible-key', '--secret-key', 'quiet-secret']
const keyOn = (date: string): string => sampleKey(dataset, date)
const fileOn = (date: string, rows = 50): Promise<Buffer> => sampleGzip({ dataset, date, rows })

const lake = mkdtempSync(join(tmpdir(), 'millrace-test-'))
const objects = new Map<string, Buffer>()
let server: S3Server
const bucket = (): string[] => ['--endpoint', server.endpoint, ...keys]
const status = (...args: readonly string[]) => millrace(['status', lake, ...args, ...bucket()])

// Good Friday was on the 29th of March; the bucket skips the 2nd of April, and the file of the 3rd is broken.
before(async () => {
  for (const date of ['2024-03-26', '2024-03-27', '2024-03-28', '2024-04-01'])
    objects.set(keyOn(date), await fileOn(date))
  objects.set(keyOn('2024-04-03'), Buffer.from('no gzip at all'))
  server = await startS3Server({ objects, accessKeyId: 'visible-key' })
  const range = ['--start', '2024-03-26', '--end', '2024-04-05']
  const ran = await millrace(['run', dataset, ...range, '--out', lake, ...bucket(), '--retries', '0'])
  assert.equal(ran.code, 9, ran.stderr)
  const units = ['--units', 'a,bad', '--retries', '0']
  assert.equal((await millrace(['run', recipeFile('lake.js'), '--root', lake, ...units])).code, 9)
  // What comes later: two more days, and another version of one.
  for (const date of ['2024-04-04', '2024-04-05']) objects.set(keyOn(date), await fileOn(date))
  objects.set(keyOn('2024-03-27'), await fileOn('2024-03-27', 60))
})
after(async () => {
  await server.close()
  rmSync(lake, { recursive: true })
})

const timeless = (text: string): string =>
  text.replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '2024-04-05T12:00:00.000Z')

test('a status tells what is there, draws it, and gives each gap its reason', async () => {
  const { code, stdout, stderr } = await status('--end', '2024-04-08')
  assert.equal(stderr, '')
  assert.equal(code, 4)
  const picture = stdout.split('\n').filter((line) => /Jan|^ {2}\d{4} {2}|^=/.test(line))
  assert.ok(picture.length > 2 && picture.every((line) => line.length <= 80))
  await matchesGolden('status.txt', timeless(stdout))
})

test('--offline only the calendar is asked, and what it does not explain is unknown', async () => {
  const asked = server.requests.length
  const { code, stdout } = await millrace(['status', lake, '--offline', '--end', '2024-04-08'])
  assert.equal(server.requests.length, asked)
  assert.equal(code, 4)
  await matchesGolden('status-offline.txt', timeless(stdout))
})

/** What keeps the bucket from being asked, and how the command ends then. */
const unasked: readonly (readonly [
  what: string,
  args: () => readonly string[],
  code: number,
  says: RegExp,
])[] = [
  ['no keys', () => ['--endpoint', server.endpoint], 3, /^millrace: no S3 credentials[\s\S]*\n {2}hint: /],
  [
    'keys that it refuses',
    () => ['--endpoint', server.endpoint, '--access-key', 'other', '--secret-key', 'x'],
    3,
    /^millrace: /,
  ],
  [
    'no server',
    () => ['--endpoint', 'http://127.0.0.1:1', '--low-level-retries', '0', ...keys],
    5,
    /^millrace: /,
  ],
]
for (const [what, args, code, says] of unasked)
  test(`with ${what} all is told that is known without the bucket, and the exit code is ${code}: whether days are missing is not known`, async () => {
    const offline = await millrace(['status', lake, '--offline', '--end', '2024-04-08'])
    const told = await millrace(['status', lake, '--end', '2024-04-08', ...args()])
    assert.equal(told.code, code, told.stdout + told.stderr)
    assert.match(told.stderr, says)
    assert.doesNotMatch(told.stderr, /quiet-secret|\n +at /)
    assert.equal(
      told.stdout,
      `${offline.stdout}\nthe bucket could not be asked: what is missing is told by the calendar alone, as with --offline\n`,
    )
    const json = await millrace(['status', lake, '--json', '--end', '2024-04-08', ...args()])
    assert.deepEqual(
      [json.code, JSON.parse(json.stdout).exit, JSON.parse(json.stderr).error.exit],
      [code, code, code],
    )
  })

test('--json is one object with the same facts', async () => {
  const { code, stdout } = await status('--json', '--end', '2024-04-05')
  assert.equal(code, 4)
  const told = JSON.parse(stdout)
  const [daily, other] = told.tables
  assert.deepEqual(
    [told.exit, daily.table, daily.dataset, daily.units, daily.rows, daily.first, daily.last, daily.lacking],
    [4, 'stocks_daily', dataset, 4, 200, '2024-03-26', '2024-04-01', 4],
  )
  assert.deepEqual(
    daily.gaps.map(({ first, last, days, kind }: Record<string, unknown>) => [first, last, days, kind]),
    [
      ['2024-03-29', '2024-03-29', 1, 'holiday'],
      ['2024-04-02', '2024-04-02', 1, 'hole'],
      ['2024-04-03', '2024-04-03', 1, 'failed'],
      ['2024-04-04', '2024-04-05', 2, 'not-fetched'],
    ],
  )
  assert.deepEqual(
    daily.changed.map(({ date }: { date: string }) => date),
    ['2024-03-27'],
  )
  assert.deepEqual(daily.failures[0].unit, '2024-04-03')
  assert.equal(daily.failures[0].reason, 'data')
  assert.deepEqual(
    [other.table, other.units, other.failures[0].unit, other.first],
    ['t', 1, 'bad', undefined],
  )
})

/** What is asked of the lake, and what comes of it. */
const ranges: readonly (readonly [args: readonly string[], code: number])[] = [
  [['--end', '2024-04-01'], 0],
  [['--start', '2024-03-28', '--end', '2024-03-31'], 0],
  [['--start', '2024-04-02', '--end', '2024-04-02'], 4],
  [['--start', '2024-03-25', '--end', '2024-03-26'], 4],
  [['--start', '2024-04-06', '--end', '2024-04-08'], 0],
  [['--start', '2024-04-06', '--end', '2024-04-08', '--strict'], 4],
  [['--end', '2024-03-01'], 0],
  [['--offline', '--start', '2024-04-04', '--end', '2024-04-08'], 0],
  [['--offline', '--start', '2024-04-04', '--end', '2024-04-08', '--strict'], 4],
  [['--offline', '--start', '2024-04-03', '--end', '2024-04-03'], 4],
]
for (const [args, code] of ranges)
  test(`millrace status ${args.join(' ')} exits ${code}`, async () => {
    const told = await status(...args)
    assert.equal(told.code, code, told.stdout + told.stderr)
  })

test('a day whose files are gone is missing, and one of the same size with another ETag is re-published', async (t) => {
  const out = tempDir(t)
  const range = ['--start', '2024-03-27', '--end', '2024-03-28']
  const run = await millrace(['run', dataset, ...range, '--out', out, '--name', 'mine', ...bucket()])
  assert.equal(run.code, 0, run.stderr)
  rmSync(join(out, 'mine/date=2024-03-28'), { recursive: true })
  const told = await millrace(['status', out, ...range, ...bucket()])
  assert.equal(told.code, 4)
  assert.match(told.stdout, /^mine \(stocks-daily\): 2 days, 2024-03-27 to 2024-03-28, 110 rows, /)
  assert.match(told.stdout, /2024-03-28 {2}not there any more: its files are gone, or were changed\n/)
  const same = Buffer.from(objects.get(keyOn('2024-03-27')) as Buffer).fill(1, 4, 8)
  objects.set(keyOn('2024-03-27'), same)
  const later = await millrace(['status', out, ...range, ...bucket()])
  assert.match(later.stdout, /2024-03-27 {2}re-published since: 1\.3 kB now, 1\.3 kB when it was fetched\n/)
})

test('a day that is not due yet is no reason to exit with 4, but with --strict', async (t) => {
  const out = tempDir(t)
  const today = new Date().toISOString().slice(0, 10)
  // Crypto has every day of the year, so that some day is always to come.
  const key = (date: string): string =>
    `global_crypto/day_aggs_v1/${date.slice(0, 4)}/${date.slice(5, 7)}/${date}.csv.gz`
  const day = addDays(today, -4)
  objects.set(key(day), await fileOn('2024-03-26', 1))
  const range = ['--start', day, '--end', day]
  const run = await millrace(['run', 'crypto-daily', ...range, '--out', out, ...bucket()])
  assert.equal(run.code, 0, run.stderr)
  const told = await millrace(['status', out, ...bucket()])
  assert.equal(told.code, 0, told.stdout)
  assert.match(told.stdout, /late: not yet published, and past its time/)
  assert.equal((await millrace(['status', out, '--strict', ...bucket()])).code, 4)
  objects.set(key(addDays(day, 1)), await fileOn('2024-03-26', 1))
  const later = await millrace(['status', out, ...bucket()])
  assert.equal(later.code, 4)
  assert.match(later.stdout, /not fetched: the bucket has it\n/)
})

test('a status is told beside a run that holds the lock of the lake, and writes nothing', async (t) => {
  const held = await openLake(lake, createRun(), { tool: 'test' })
  t.after(() => held.close())
  const before = filesUnder(lake)
  const manifest = readFileSync(join(lake, '_millrace/manifest.ndjson'), 'utf8')
  assert.equal((await status('--end', '2024-04-01')).code, 0)
  assert.deepEqual(filesUnder(lake), before)
  assert.equal(readFileSync(join(lake, '_millrace/manifest.ndjson'), 'utf8'), manifest)
})

test('a manifest of 50 MB is told of in a memory that could not hold it', async (t) => {
  const root = tempDir(t)
  mkdirSync(join(root, '_millrace'))
  const many = Array.from({ length: 1500 }, (_, i) => ({ path: `t/${i}/part-0.parquet`, bytes: 1, rows: 2 }))
  const files = many.map((file) => ({ ...file, sha256: 'a'.repeat(64) }))
  const path = join(root, '_millrace/manifest.ndjson')
  for (let unit = 0; unit < 450; unit++)
    appendFileSync(path, `${JSON.stringify({ ...lineFor(`u${unit}`, { epoch: 'e' }), files })}\n`)
  assert.ok(statSync(path).size > 50e6)
  const told = await millrace(['status', root, '--offline'], { NODE_OPTIONS: '--max-old-space-size=32' })
  assert.equal(told.stdout, 't: 450 units, 1.4 M rows, 675 kB\n', told.stderr)
})

const others: readonly (readonly [args: readonly string[], code: number, says: RegExp])[] = [
  [['status'], 2, /which lake\?/],
  [
    ['status', 'src', '--offline'],
    2,
    /src is no lake: there is no _millrace in it\n {2}hint: name the folder/,
  ],
  [['status', 'nowhere'], 2, /nowhere: there is no such folder/],
  [['status', lake, 'other'], 2, /other is one word too many/],
  [['status', lake, '--start', '2024-03-02', '--end', '2024-03-01'], 2, /--end 2024-03-01 is before --start/],
]
for (const [args, code, says] of others)
  test(`millrace ${args.join(' ').replace(lake, 'LAKE')} exits ${code}`, async () => {
    const told = await millrace(args)
    assert.equal(told.code, code, told.stderr)
    assert.equal(told.stdout, '')
    assert.match(told.stderr, says)
    assert.doesNotMatch(told.stderr, /quiet-secret|\n +at /)
  })
