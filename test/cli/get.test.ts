import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { type Fault, type S3ServerOptions, startS3Server } from '../../src/testing/s3-server.ts'
import { assertGoesOn, cutLate } from '../helpers/kept-range.ts'
import { tempDir } from '../helpers/temp-dir.ts'
import { millraceBytes } from './spawn-millrace.ts'

const csv = Buffer.from('ticker,price\nA,1\nB,2\n')
const gzip = gzipSync(csv)
const damaged = Buffer.from(gzip)
damaged.writeUInt8(damaged.readUInt8(damaged.length - 1) ^ 1, damaged.length - 1)
const large = randomBytes(24 << 20)
const objects = {
  'a/one.csv.gz': gzip,
  'b/two.csv.gz': gzipSync(Buffer.from('ticker,price\nC,3\n')),
  'b/one.csv.gz': gzip,
  'a/bad.csv.gz': damaged,
  'a/folder/': Buffer.alloc(0),
  'a/large.bin': large,
}
const keys = { MASSIVE_S3_ACCESS_KEY_ID: 'demo', MASSIVE_S3_SECRET_ACCESS_KEY: 'demo' }

/** A server, a folder, and the command in that folder. */
async function serve(t: TestContext, options: Partial<S3ServerOptions> = {}) {
  const server = await startS3Server({ objects, ...options })
  t.after(() => server.close())
  const folder = tempDir(t)
  const get = (...args: readonly string[]) =>
    millraceBytes(['get', ...args, '--endpoint', server.endpoint, '--retries', '0'], keys, folder)
  const gets = () => server.requests.filter(({ op }) => op === 'get')
  return { server, folder, get, gets }
}

const read = (folder: string): Record<string, number> =>
  Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name)).length]))

interface Case {
  readonly args: readonly string[]
  readonly code?: number
  readonly stdout?: Buffer
  readonly says?: RegExp
  /** Names and lengths of the files that lie there afterwards. */
  readonly files?: Readonly<Record<string, number>>
}

const two = objects['b/two.csv.gz'].length
const cases: readonly Case[] = [
  { args: ['a/one.csv.gz'], files: { 'one.csv.gz': gzip.length } },
  { args: ['a/one.csv.gz', 'b/two.csv.gz'], files: { 'one.csv.gz': gzip.length, 'two.csv.gz': two } },
  { args: ['a/one.csv.gz', '--gunzip'], files: { 'one.csv': csv.length } },
  { args: ['a/one.csv.gz', '-o', 'x.gz'], files: { 'x.gz': gzip.length } },
  { args: ['a/one.csv.gz', '-o=x.gz'], files: { 'x.gz': gzip.length } },
  { args: ['--out', 'x.csv', '--gunzip', 'a/one.csv.gz'], files: { 'x.csv': csv.length } },
  { args: ['a/one.csv.gz', '-o', '-'], stdout: gzip },
  { args: ['a/one.csv.gz', '-o', '-', '--gunzip'], stdout: csv },
  { args: ['a/one.csv.gz', '--verify'], files: { 'one.csv.gz': gzip.length } },
  { args: ['a/bad.csv.gz'], files: { 'bad.csv.gz': gzip.length } },
  {
    args: ['a/bad.csv.gz', '--verify'],
    code: 6,
    says: /gzip data is corrupt \(another length than that of what came out\)/,
  },
  { args: ['a/bad.csv.gz', '--gunzip'], code: 6, says: /gzip data is corrupt/ },
  { args: ['a/none.csv.gz'], code: 4, says: /s3:\/\/flatfiles\/a\/none\.csv\.gz .* there is no such object/ },
  { args: ['a/none.csv.gz', '-o', '-'], code: 4, says: /no such object/ },
  {
    args: ['a/none.csv.gz', 'a/one.csv.gz', 'b/two.csv.gz'],
    code: 9,
    says: /^error: a\/none\.csv\.gz: .*no such object/,
    files: { 'one.csv.gz': gzip.length, 'two.csv.gz': two },
  },
  { args: ['a/one.csv.gz', '--bucket', 'other'], code: 4, says: /there is no such bucket/ },
  { args: [], code: 2, says: /which object\?/ },
  {
    args: ['a/one.csv.gz', 'b/one.csv.gz'],
    code: 2,
    says: /a\/one.* and b\/one.* would both become one\.csv/,
  },
  { args: ['a/one.csv.gz', 'a/one.csv.gz'], code: 2, says: /both become|two units/ },
  { args: ['a/one.csv.gz', 'b/two.csv.gz', '-o', 'x'], code: 2, says: /--out x takes one object.* are 2/ },
  { args: ['a/one.csv.gz', 'b/two.csv.gz', '-o', '-'], code: 2, says: /takes one object/ },
  { args: ['a/folder/'], code: 2, says: /ends in nothing that can name a file/ },
  { args: ['a/..'], code: 2, says: /ends in nothing that can name a file/ },
  { args: ['a/one.csv.gz', '-o', '.'], code: 2, says: /--out \. is a folder/ },
  { args: ['a/one.csv.gz', '-o', '/dev/null'], code: 2, says: /no regular file/ },
  { args: ['a/one.csv.gz', '--gunzip', '--verify'], code: 2, says: /--verify means nothing with --gunzip/ },
  { args: ['a/one.csv.gz', '--limit', '1'], code: 2, says: /unknown flag --limit/ },
]

describe('millrace get', { concurrency: 3 }, () => {
  for (const { args, code = 0, stdout = Buffer.alloc(0), says = /^$/, files = {} } of cases)
    test(`${args.join(' ')} exits ${code}`, async (t) => {
      const { folder, get } = await serve(t)
      const told = await get(...args)
      assert.equal(told.code, code, told.stderr)
      assert.ok(told.bytes.equals(stdout), told.stderr)
      assert.match(told.stderr, says)
      assert.deepEqual(read(folder), files)
    })
})

test('what is there and agrees by size and MD5 is not fetched again, anything else is replaced', async (t) => {
  const { folder, get, gets } = await serve(t)
  const path = join(folder, 'one.csv.gz')
  for (const [before, fetched] of [
    [gzip, 0],
    [Buffer.alloc(gzip.length), 1],
    [Buffer.concat([gzip, gzip]), 1],
  ] as const) {
    writeFileSync(path, before)
    const earlier = gets().length
    const { code, bytes } = await get('a/one.csv.gz', '--json')
    const report = JSON.parse(String(bytes))
    assert.deepEqual([code, gets().length - earlier, report.skipped], [0, fetched, 1 - fetched])
    assert.deepEqual(report.objects[0].checked, ['length', 'MD5'])
    assert.ok(readFileSync(path).equals(gzip))
  }
  assert.equal((await get('a/one.csv.gz', '--force')).code, 0)
  assert.equal(gets().length, 3)
})

for (const flags of [[], ['--gunzip']])
  test(`get ${flags.join()} goes on from what a run before has fetched, and leaves nothing beside the file`, async (t) => {
    const content = flags.length > 0 ? gzipSync(large, { level: 0 }) : large
    const { folder, get, gets } = await serve(t, { objects: { 'a/large.gz': content }, faults: [cutLate] })
    mkdirSync(join(folder, 'sub'))
    const args = ['a/large.gz', '-o', join('sub', 'x'), '--low-level-retries', '0', ...flags]
    assert.equal((await get(...args)).code, 5)
    assert.match(String(readdirSync(join(folder, 'sub'))), /^\.x\.a__large\.gz@[0-9a-f]{16}\.part$/)
    assert.equal((await get(...args)).code, 0)
    assertGoesOn(gets().map(({ range }) => range))
    assert.deepEqual(readdirSync(join(folder, 'sub')), ['x'])
    assert.ok(readFileSync(join(folder, 'sub', 'x')).equals(large))
  })

test('bytes of another MD5 than the ETag says are no file, and are fetched anew by the next run', async (t) => {
  const corrupt: Fault = { op: 'get', corrupt: { at: 5, xor: 1 }, times: 1 }
  const { folder, get, gets } = await serve(t, { faults: [corrupt] })
  const { code, stderr } = await get('a/large.bin')
  assert.deepEqual([code, read(folder)], [6, {}], stderr)
  assert.match(stderr, /what came has the MD5 [0-9a-f]{32}, its ETag says [0-9a-f]{32}/)
  assert.equal((await get('a/large.bin')).code, 0)
  assert.deepEqual(
    gets().map(({ range }) => range),
    [undefined, undefined],
  )
  assert.ok(readFileSync(join(folder, 'large.bin')).equals(large))
})

test('where the bucket may not be listed an object is fetched all the same', async (t) => {
  const { folder, get } = await serve(t, { faults: [{ op: 'list', status: 403, code: 'AccessDenied' }] })
  const { code, bytes, stderr } = await get('a/one.csv.gz', '--json', '--low-level-retries', '0')
  assert.equal(code, 0, stderr)
  assert.deepEqual(JSON.parse(String(bytes)).objects[0].checked, ['length'])
  assert.ok(existsSync(join(folder, 'one.csv.gz')))
})
