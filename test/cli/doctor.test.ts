import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { openLake } from '../../src/core/open-lake.ts'
import { createRun } from '../../src/core/run.ts'
import { keyOf } from '../../src/datasets/dataset.ts'
import { stocksDaily, stocksQuotes, stocksTrades } from '../../src/datasets/stocks.ts'
import { type Fault, type S3Server, startS3Server } from '../../src/testing/s3-server.ts'
import { filesUnder } from '../helpers/sink-laws.ts'
import { tempDir } from '../helpers/temp-dir.ts'
import { millrace } from './spawn-millrace.ts'

const days = ['2022-12-30', '2023-01-03', '2023-01-04', '2023-01-05', '2024-01-02', '2024-01-03']
const denied = (key: string): Fault => ({ op: 'get', key, status: 403, code: 'AccessDenied' })

let server: S3Server
before(async () => {
  const keys = [stocksDaily, stocksTrades, stocksQuotes].flatMap((dataset) =>
    days.map((date) => keyOf(dataset, date)),
  )
  server = await startS3Server({
    objects: Object.fromEntries(keys.map((key) => [key, Buffer.from(key)])),
    accessKeyId: 'visible-key',
    pageSize: 2,
    faults: [
      ...days.slice(0, 3).map((date) => denied(keyOf(stocksTrades, date))),
      ...days.map((date) => denied(keyOf(stocksQuotes, date))),
    ],
  })
})
after(() => server.close())

const keys = { MASSIVE_S3_ACCESS_KEY_ID: 'visible-key', MASSIVE_S3_SECRET_ACCESS_KEY: 'quiet-secret' }
const once = ['--low-level-retries', '0']
const doctor = (args: readonly string[], env: Readonly<Record<string, string>> = keys) =>
  millrace(
    ['doctor', ...args, ...(args.includes('--endpoint') ? [] : ['--endpoint', server.endpoint]), ...once],
    env,
  )

test('all that is well is a line each, and exit 0', async (t) => {
  const out = join(tempDir(t), 'lake')
  const before = server.requests.length
  const { code, stdout, stderr } = await doctor(['--out', out])
  assert.deepEqual([code, stderr], [0, ''], stdout)
  assert.match(stdout, /^ok {4}node {10}\d+\.\d+\.\d+\n/)
  assert.match(
    stdout,
    /^ok {4}keys {10}MASSIVE_S3_ACCESS_KEY_ID, MASSIVE_S3_SECRET_ACCESS_KEY of the environment$/m,
  )
  assert.match(stdout, /^ok {4}server {8}127\.0\.0\.1:\d+ answers in \d+ ms$/m)
  assert.match(stdout, /^ok {4}clock {9}agrees with that of the server$/m)
  assert.match(
    stdout,
    /^ok {4}stocks-daily {2}files from 2022-12-30 to 2024-01-03; the first and the last of them open$/m,
  )
  assert.match(stdout, /^(ok|warn) {2,4}disk {10}\d+\.\d GB( and \d+ inodes)? free for \S+lake$/m)
  assert.match(stdout, /^ok {4}rename {8}output can appear by one rename there$/m)
  assert.deepEqual(filesUnder(join(out, '..')), [])
  const gets = server.requests.slice(before).filter(({ op }) => op === 'get')
  assert.deepEqual(
    gets.map(({ sent }) => sent),
    [1, 1],
  )
})

test('of a lake that is there nothing changes, and a run at work is told', async (t) => {
  const out = tempDir(t)
  const lake = await openLake(out, createRun(), { tool: 'test' })
  t.after(() => lake.close())
  const before = filesUnder(out)
  const { code, stdout } = await doctor(['--out', out])
  assert.equal(code, 0, stdout)
  assert.match(stdout, /^warn {2}lake {10}a run writes to \S+: process \d+ on \S+, since .*\n {6}next: wait/m)
  assert.deepEqual(filesUnder(out), before)
})

test('a plan with a shorter history is told from when on it opens', async (t) => {
  const { code, stdout } = await doctor(['stocks-trades', '--out', tempDir(t), '--json'])
  const { checks, exit } = JSON.parse(stdout)
  assert.deepEqual([code, exit], [0, 0])
  const reach = checks.find(({ name }: { name: string }) => name === 'stocks-trades')
  assert.deepEqual(reach, {
    name: 'stocks-trades',
    state: 'warn',
    what: 'files from 2022-12-30 to 2024-01-03, of which those from 2023-01-05 on open',
    next: 'ask for no day before 2023-01-05, or for a plan with a longer history',
  })
})

/** Serves no files, and tells a time of its own. */
async function startClock(t: Parameters<typeof tempDir>[0], aheadMs: number | undefined): Promise<string> {
  const clock = createServer((_, response) => {
    response.sendDate = false
    if (aheadMs !== undefined) response.setHeader('date', new Date(Date.now() + aheadMs).toUTCString())
    response.statusCode = 403
    response.end()
  })
  await new Promise<void>((listening) => {
    clock.listen(0, '127.0.0.1', listening)
  })
  t.after(() => {
    clock.close()
    clock.closeAllConnections()
  })
  return `http://127.0.0.1:${(clock.address() as AddressInfo).port}`
}

const skews: readonly (readonly [aheadMs: number | undefined, says: RegExp])[] = [
  [0, /^ok {4}clock {9}agrees/m],
  [30_000, /^ok {4}clock {9}(29|30|31) s behind that of the server$/m],
  [-300_000, /^warn {2}clock {9}(299|300|301) s ahead of that of the server\n {6}next: set the clock/m],
  [
    3_600_000,
    /^bad {3}clock {9}(3599|3600|3601) s behind that of the server, which refuses signatures .*\n {6}next: set the clock/m,
  ],
  [undefined, /^warn {2}clock {9}the server does not tell its time$/m],
]
for (const [aheadMs, says] of skews)
  test(`a server whose clock is ${aheadMs ?? 'untold'} ms ahead`, async (t) => {
    const { code, stdout } = await doctor(['--endpoint', await startClock(t, aheadMs), '--out', tempDir(t)])
    assert.match(stdout, says)
    assert.equal(code, 3, 'no file opens there')
  })

const others: readonly (readonly [
  what: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  code: number,
  says: RegExp,
])[] = [
  ['no keys', [], {}, 3, /^bad {3}keys {10}no S3 credentials; looked for:\n[\s\S]*\n {6}next: make a pair/m],
  [
    'half a pair',
    [],
    { AWS_ACCESS_KEY_ID: 'visible-key' },
    3,
    /^bad {3}keys {10}half a key pair: AWS_ACCESS_KEY_ID is set/m,
  ],
  [
    'another key',
    [],
    { ...keys, MASSIVE_S3_ACCESS_KEY_ID: 'other-key' },
    3,
    /^bad {3}stocks-daily {2}.*\n {6}next: /m,
  ],
  [
    'a plan without the dataset',
    ['stocks-quotes'],
    keys,
    3,
    /^bad {3}stocks-quotes {2}files from 2022-12-30 to 2024-01-03, and the newest does not open: .*access denied/m,
  ],
  [
    'no server',
    ['--endpoint', 'http://127.0.0.1:1'],
    keys,
    5,
    /^bad {3}server {8}.*nobody listens there.*\n {6}next: check the endpoint\n(ok|warn) +disk/m,
  ],
  ['no URL', ['--endpoint', 'nowhere'], keys, 2, /^bad {3}server {8}the endpoint is not a URL/m],
  ['no bucket', ['--bucket', 'other'], keys, 4, /^bad {3}stocks-daily {2}.*no such bucket/m],
  ['no files', ['crypto-trades'], keys, 4, /^bad {3}crypto-trades {2}.* has no file of crypto-trades/m],
  ['a file in the way', ['--out', 'FILE'], keys, 7, /^bad {3}(disk|rename) +.*\n {6}next: /m],
]
for (const [what, args, env, code, says] of others)
  test(`${what} is told, and is exit ${code}`, async (t) => {
    const folder = tempDir(t)
    writeFileSync(join(folder, 'file'), '')
    mkdirSync(join(folder, 'lake'))
    const given = args.map((arg) => (arg === 'FILE' ? join(folder, 'file') : arg))
    const out = args.includes('--out') ? [] : ['--out', join(folder, 'lake')]
    const told = await doctor([...given, ...out], env)
    assert.match(told.stdout, says)
    assert.equal(told.code, code, told.stdout)
    assert.doesNotMatch(told.stdout + told.stderr, /quiet-secret|visible-key|other-key|\n +at /)
  })

test('keys by flags are told by the names of the flags', async (t) => {
  const flags = ['--access-key', 'visible-key', '--secret-key', 'quiet-secret', '--out', tempDir(t)]
  const { code, stdout } = await doctor(flags, {})
  assert.equal(code, 0, stdout)
  assert.match(stdout, /^ok {4}keys {10}--access-key, --secret-key$/m)
  assert.doesNotMatch(stdout, /quiet-secret|visible-key/)
})

test('an unknown dataset is exit 2', async () => {
  const { code, stderr } = await doctor(['stocks-dayly'])
  assert.equal(code, 2)
  assert.match(
    stderr,
    /stocks-dayly is no dataset, and no recipe of the REST API\n {2}hint: did you mean stocks-daily\?/,
  )
})

test('the Node that it asks for is the one of package.json', () => {
  const { engines } = JSON.parse(readFileSync('package.json', 'utf8'))
  const [, major, minor] =
    /leastNode = \[(\d+), (\d+)\]/.exec(readFileSync('src/cli/doctor.ts', 'utf8')) ?? []
  assert.equal(engines.node, `>=${major}.${minor}`)
})
