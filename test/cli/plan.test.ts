import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { openLake } from '../../src/core/open-lake.ts'
import { createRun } from '../../src/core/run.ts'
import { makeCompanies } from '../../src/testing/rest-companies.ts'
import { companyRoutes } from '../../src/testing/rest-company-routes.ts'
import { startRestServer } from '../../src/testing/rest-server.ts'
import { type S3Server, startS3Server } from '../../src/testing/s3-server.ts'
import { sampleGzip, sampleKey } from '../helpers/sample-day.ts'
import { filesUnder } from '../helpers/sink-laws.ts'
import { tempDir } from '../helpers/temp-dir.ts'
import { millrace, recipeFile } from './spawn-millrace.ts'

const afterwards = /^then, without requests: symbols, financial-ratios, ratio-definitions$/m
const dataset = 'stocks-daily'
const days = ['2024-03-27', '2024-03-28', '2024-04-01']
const keys = ['--access-key', 'visible-key', '--secret-key', 'quiet-secret']
const range = ['--start', '2024-03-27', '--end', '2024-04-01']

let server: S3Server
let sizes: readonly number[] = []
before(async () => {
  const files = await Promise.all(days.map((date) => sampleGzip({ dataset, date, rows: 50 })))
  sizes = files.map(({ length }) => length)
  const objects = Object.fromEntries(files.map((file, i) => [sampleKey(dataset, days[i] as string), file]))
  server = await startS3Server({ objects, accessKeyId: 'visible-key' })
})
after(() => server.close())

const asked = (command: 'plan' | 'run', out: string, ...more: readonly string[]) =>
  millrace([command, dataset, ...range, '--out', out, '--endpoint', server.endpoint, ...keys, ...more])

test('a plan tells objects, bytes, time, room and what a kill costs, and does nothing', async (t) => {
  const out = join(tempDir(t), 'lake')
  const before = server.requests.length
  const { code, stdout, stderr } = await asked('plan', out, '--bwlimit', '1k')
  assert.equal(code, 0, stderr)
  const bytes = sizes.reduce((sum, size) => sum + size, 0)
  const [first, todo, disk, kill, ...more] = stdout.split('\n')
  assert.match(String(first), /^stocks-daily: 2024-03-27 to 2024-04-01, 3 objects, \d\.\d kB$/)
  assert.match(String(todo), /^to do: 3 objects, \d\.\d kB, at least \d\.\d s at 1\.0 kB\/s$/)
  assert.match(
    String(disk),
    /^disk of .*lake: some \d\.\d kB and 96 inodes are needed, [\d.]+ [kMGTP]B( and \d+ inodes)? free$/,
  )
  assert.equal(kill, 'after a kill: files that are done stay done, and a file in hand starts over')
  assert.deepEqual(more, [''])
  assert.equal(stderr, 'warning: 2024-03-29: no stocks-daily file there (holiday: Good Friday)\n')
  assert.ok(bytes > 0 && !existsSync(out))
  assert.deepEqual(new Set(server.requests.slice(before).map(({ op }) => op)), new Set(['list']))
})

test('a plan of companies tells requests and their time, asks only which there are, and writes nothing', async (t) => {
  const rest = await startRestServer({
    routes: companyRoutes(makeCompanies({ count: 5 })),
    apiKey: 'made-up',
  })
  t.after(() => rest.close())
  const out = join(tempDir(t), 'lake')
  const screener = (command: 'plan' | 'run', ...more: readonly string[]) =>
    millrace([command, 'screener', '--out', out, '--api', rest.baseUrl, '--tables', 'splits', ...more], {
      MASSIVE_API_KEY: 'made-up',
    })
  const first = await screener('plan', '--rate', '4/min')
  assert.equal(first.code, 0, first.stderr)
  assert.deepEqual(first.stdout.split('\n'), [
    'screener: MWA splits to MWH.B splits, 5 units, at least 5 requests',
    'to do: 5 units, at least 5 requests, at least 60 s at 4 requests/min',
    'after a kill: units that are done wait in _millrace/pending for the next run, and those in hand are asked for again',
    'asked for this plan: which companies there are, 1.7 kB, of which nothing is kept',
    '',
  ])
  assert.deepEqual(
    new Set(rest.requests.map(({ url }) => url.split('?')[0])),
    new Set(['/v3/reference/tickers']),
  )
  assert.equal(existsSync(out), false)
  const byTicker = await screener('plan', '--layout', 'ticker', '--json')
  assert.match(JSON.parse(byTicker.stdout).warnings[0], /--layout ticker makes some \d+ files/)
  assert.equal('following' in JSON.parse(byTicker.stdout), false, 'nothing is made of splits')
  const all = ['plan', 'screener', '--out', out, '--api', rest.baseUrl]
  assert.match((await millrace(all, { MASSIVE_API_KEY: 'made-up' })).stdout, afterwards)
  const told = JSON.parse((await millrace([...all, '--json'], { MASSIVE_API_KEY: 'made-up' })).stdout)
  assert.deepEqual(told.following, ['symbols', 'financial-ratios', 'ratio-definitions'])
  assert.equal((await screener('run', '--quiet')).code, 0)
  const asked = rest.requests.length
  const done = await screener('plan')
  assert.match(done.stdout, /done already: 5 units, at least 5 requests\nto do: 0 units, at least 0 requests/)
  assert.equal(rest.requests.length, asked, 'the lake keeps the list')
})

test('what an earlier run did is done already, and the lake stays as it is', async (t) => {
  const out = tempDir(t)
  assert.equal((await asked('run', out, '--limit', '1', '--quiet')).code, 0)
  const before = filesUnder(out)
  const manifest = readFileSync(join(out, '_millrace/manifest.ndjson'), 'utf8')
  const { stdout } = await asked('plan', out, '--json')
  const told = JSON.parse(stdout)
  assert.deepEqual(
    [told.recipe, told.all.objects, told.done, told.todo.objects],
    [dataset, 3, { objects: 1, bytes: sizes[0] }, 2],
  )
  assert.equal(told.seconds, told.todo.bytes / 256e6)
  assert.deepEqual(told.warnings, ['2024-03-29: no stocks-daily file there (holiday: Good Friday)'])
  assert.match((await asked('plan', out)).stdout, /^done already: 1 object, /m)
  assert.equal(JSON.parse((await asked('plan', out, '--json', '--force')).stdout).done.objects, 0)
  assert.deepEqual(filesUnder(out), before)
  assert.equal(readFileSync(join(out, '_millrace/manifest.ndjson'), 'utf8'), manifest)
})

test('a plan is made beside a run that holds the lock of the lake', async (t) => {
  const out = tempDir(t)
  const lake = await openLake(out, createRun(), { tool: 'test' })
  t.after(() => lake.close())
  const { code, stderr } = await asked('plan', out)
  assert.equal(code, 0, stderr)
  assert.equal((await asked('run', out)).code, 7)
})

for (const more of [
  ['--format', 'raw'],
  ['--spool', './spool'],
])
  test(`with ${more.join(' ')} a file in hand goes on after a kill`, async (t) => {
    assert.match((await asked('plan', tempDir(t), ...more)).stdout, /a file in hand goes on where it stopped/)
  })

/** The commands for the days that are to do, each tool with its cap. */
const tools: Readonly<Record<string, readonly string[]>> = {
  aws: [
    '# Keys: aws configure, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment.',
    '# The cap goes into the config file of aws, and stays there.',
    'aws configure set s3.max_bandwidth 62500KB/s',
    'aws s3 cp s3://flatfiles/KEY ./raw/KEY --endpoint-url URL --region us-east-1',
  ],
  rclone: [
    '# Keys: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment, or the AWS config files.',
    `rclone copyto ':s3,provider=Other,env_auth=true,endpoint="URL",region="us-east-1":flatfiles/KEY' ./raw/KEY --bwlimit 64000000B`,
  ],
  s5cmd: [
    '# Keys: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment, or the AWS config files.',
    '# s5cmd has no cap: the 64.0 MB/s of --bwlimit are not kept.',
    'AWS_REGION=us-east-1 s5cmd --endpoint-url URL cp s3://flatfiles/KEY ./raw/KEY',
  ],
}
const written = (line: string): string[] =>
  line.includes('KEY ') || line.includes("KEY'")
    ? days.map((date) =>
        line.replaceAll('URL', server.endpoint).replaceAll(/KEY(?![_:])/g, sampleKey(dataset, date)),
      )
    : [line]

for (const [tool, lines] of Object.entries(tools))
  test(`--as ${tool} prints its commands after the plan, and never a key`, async (t) => {
    const { code, stdout, stderr } = await asked('plan', tempDir(t), '--as', tool, '--bwlimit', '64M')
    assert.equal(code, 0, stderr)
    assert.doesNotMatch(stdout + stderr, /visible-key|quiet-secret/)
    const all = stdout.trimEnd().split('\n')
    assert.match(String(all[0]), /^# stocks-daily: 2024-03-27 to/)
    const begin = all.findIndex((line) => line.startsWith('# Keys'))
    assert.ok(all.slice(0, begin).every((line) => line.startsWith('# ')))
    assert.deepEqual(all.slice(begin), [
      ...lines.slice(0, -1),
      ...written(lines.at(-1) as string),
      '# Then the same millrace run with --from ./raw',
    ])
  })

test('a shell reads the commands as they are meant, and raw files go where a run would put them', async (t) => {
  const out = join(tempDir(t), "it's a lake")
  const more = ['--format', 'raw', '--flat', '--profile', 'my own', '--bwlimit', '0', '--as', 'aws']
  const { stdout } = await asked('plan', out, ...more)
  assert.doesNotMatch(stdout, /max_bandwidth|--from/)
  const bin = tempDir(t)
  writeFileSync(join(bin, 'aws'), '#!/bin/sh\nfor word; do echo "<$word>"; done\n', { mode: 0o755 })
  const env = { PATH: `${bin}:/bin:/usr/bin` }
  const told = await promisify(execFile)('sh', ['-c', stdout], { env })
  const [date = ''] = days
  const key = sampleKey(dataset, date)
  assert.deepEqual(told.stdout.split('\n').slice(0, 10), [
    '<s3>',
    '<cp>',
    `<s3://flatfiles/${key}>`,
    `<${out}/${key.replaceAll('/', '__')}>`,
    '<--endpoint-url>',
    `<${server.endpoint}>`,
    '<--region>',
    '<us-east-1>',
    '<--profile>',
    '<my own>',
  ])
})

test('a name and password in the endpoint are not in the commands', async (t) => {
  const url = server.endpoint.replace('//', '//somebody:hidden@')
  const { stdout } = await asked('plan', tempDir(t), '--as', 'aws').then(() =>
    millrace(['plan', dataset, ...range, '--out', tempDir(t), '--endpoint', url, ...keys, '--as', 'aws']),
  )
  assert.doesNotMatch(stdout, /somebody|hidden/)
})

const others: readonly (readonly [args: readonly string[], code: number, says: RegExp])[] = [
  [[], 2, /which recipe\?/],
  [[dataset], 2, /--start must be given/],
  [[dataset, '--start', '2024-03-27', '--as', 'curl'], 2, /--as: curl is none of aws, rclone, s5cmd/],
  [[dataset, '--start', '2024-03-26'], 4, /no stocks-daily file for 2024-03-26/],
  [[dataset, '--start', '2024-03-27', '--access-key', 'wrong'], 3, /hint: /],
  [[recipeFile('pieces.js'), '--as', 'rclone'], 2, /--as rclone: what small reads for 1 is no object/],
  [[recipeFile('pieces.js')], 0, /^small: 1 to 2, 2 objects, /],
  [[dataset, '--start', '2024-03-29'], 0, /^stocks-daily: nothing, 0 objects, 0 B\nto do: 0 objects, 0 B/],
]
for (const [args, code, says] of others)
  test(`millrace plan ${args.join(' ')} exits ${code}`, async () => {
    const own = args.includes(dataset) ? ['--endpoint', server.endpoint, '--secret-key', 'quiet-secret'] : []
    const key =
      args.includes(dataset) && !args.includes('--access-key') ? ['--access-key', 'visible-key'] : []
    const told = await millrace(['plan', ...args, ...own, ...key])
    assert.equal(told.code, code, told.stderr)
    assert.match(code === 0 ? told.stdout : told.stderr, says)
    assert.doesNotMatch(told.stderr, /quiet-secret|\n +at /)
  })
