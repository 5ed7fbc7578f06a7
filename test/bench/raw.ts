// Times raw downloads beside those of aws and rclone, each as it comes, from one versitygw on this machine:
// node build/test/bench/raw.js [RUNS] [FILES, at most 5] [MB]
import { spawn } from 'node:child_process'
import { randomFillSync } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'

const [runs = 3, files = 4, megabytes = 500] = process.argv.slice(2).map(Number)
const cap = 256_000_000
/** Of March 2024, a week without a holiday. */
const days = [4, 5, 6, 7, 8].slice(0, files)
const bytes = days.length * megabytes * 1e6
const region = 'us-east-1'
// Known to everybody, and to this server alone.
const [name, secret] = ['only-for-tests', 'only-for-tests']
const bin = fileURLToPath(new URL('../../src/cli/millrace.cjs', import.meta.url))
const say = (text: string): void => void process.stdout.write(`${text}\n`)

const pathOf = (program: string): string | undefined =>
  (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, program))
    .find(existsSync)

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  return port
}

const dateOf = (day = 0): string => `2024-03-0${day}`
const keyOf = (day: number): string => `us_stocks_sip/trades_v1/2024/03/${dateOf(day)}.csv.gz`

/** As a client does, so that the ETags are MD5s. */
async function fill(endpoint: string): Promise<void> {
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true'
  const client = new S3Client({
    endpoint,
    region,
    credentials: { accessKeyId: name, secretAccessKey: secret },
    forcePathStyle: true,
    requestChecksumCalculation: 'WHEN_REQUIRED',
  })
  const body = Buffer.alloc(megabytes * 1e6)
  await client.send(new CreateBucketCommand({ Bucket: 'flatfiles' }))
  for (const day of days) {
    randomFillSync(body)
    await client.send(new PutObjectCommand({ Bucket: 'flatfiles', Key: keyOf(day), Body: body }))
  }
  client.destroy()
}

interface Took {
  readonly wall: number
  readonly stdout: string
}

async function timed([program, ...args]: readonly string[], env: NodeJS.ProcessEnv): Promise<Took> {
  const start = performance.now()
  const child = spawn(program as string, args, { env, stdio: ['ignore', 'pipe', 'inherit'] })
  let stdout = ''
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += String(chunk)
  })
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`${program} ended with ${code}`)
  return { wall: (performance.now() - start) / 1000, stdout }
}

async function bytesIn(folder: string): Promise<number> {
  const paths = (await readdir(folder, { recursive: true })).filter((path) => path.endsWith('.csv.gz'))
  const sizes = await Promise.all(paths.map(async (path) => (await stat(join(folder, path))).size))
  return sizes.reduce((sum, size) => sum + size, 0)
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN

async function race(endpoint: string, out: string, env: NodeJS.ProcessEnv): Promise<void> {
  const from = ['--start', dateOf(days[0]), '--end', dateOf(days.at(-1))]
  const millrace = (limit: string): string[] =>
    [process.execPath, bin, 'run', 'stocks-trades', ...from, '--format', 'raw'].concat([
      '--out',
      out,
      '--endpoint',
      endpoint,
      '--bwlimit',
      limit,
      '--json',
    ])
  const programs = {
    millrace: millrace('0'),
    aws: ['aws', 's3', 'cp', '--recursive', '--quiet', 's3://flatfiles/', out, '--endpoint-url', endpoint],
    rclone: ['rclone', 'copy', ':s3:flatfiles', out, '--s3-provider', 'Other', '--s3-endpoint', endpoint],
  }
  const entries = Object.entries(programs).filter(([program]) => program === 'millrace' || pathOf(program))
  const walls = new Map<string, number[]>(entries.map(([program]) => [program, []]))
  const take = async (command: readonly string[]): Promise<Took> => {
    await rm(out, { recursive: true, force: true })
    const took = await timed(command, env)
    const there = await bytesIn(out)
    if (there !== bytes) throw new Error(`${command[0]} left ${there} of ${bytes} bytes`)
    return took
  }
  for (let i = 0; i < runs; i++)
    for (const [program, command] of entries) walls.get(program)?.push((await take(command)).wall)
  for (const [program, all] of walls)
    say(
      `${program}: ${median(all).toFixed(2)} s (${Math.min(...all).toFixed(2)}..${Math.max(...all).toFixed(2)}), ${(bytes / median(all) / 1e6).toFixed(0)} MB/s`,
    )
  const { seconds } = JSON.parse((await take(millrace(String(cap)))).stdout) as { seconds: number }
  say(`millrace at 256M: ${seconds.toFixed(2)} s, ${((bytes / seconds / cap) * 100).toFixed(0)} % of the cap`)
}

const versitygw = pathOf('versitygw')
if (versitygw === undefined) {
  say(
    'skipped: there is no versitygw on the PATH (go install github.com/versity/versitygw/cmd/versitygw@latest)',
  )
  process.exit()
}
for (const program of ['aws', 'rclone'])
  if (!pathOf(program)) say(`without ${program}: it is not on the PATH`)
const folder = await mkdtemp(join(tmpdir(), 'millrace-bench-'))
const store = join(folder, 'store')
await mkdir(store)
await writeFile(join(folder, 'aws.config'), '[default]\n')
const port = await freePort()
const env = {
  ...process.env,
  AWS_ACCESS_KEY_ID: name,
  AWS_SECRET_ACCESS_KEY: secret,
  AWS_DEFAULT_REGION: region,
  AWS_CONFIG_FILE: join(folder, 'aws.config'),
  RCLONE_CONFIG: '',
  RCLONE_S3_ENV_AUTH: 'true',
}
const server = spawn(versitygw, ['--quiet', '--port', `127.0.0.1:${port}`, 'posix', store], {
  env: { ...env, ROOT_ACCESS_KEY_ID: name, ROOT_SECRET_ACCESS_KEY: secret },
  stdio: 'ignore',
})
try {
  await pause(2000)
  const endpoint = `http://127.0.0.1:${port}`
  await fill(endpoint)
  say(`${days.length} files of ${megabytes} MB, ${runs} runs, median (min..max)`)
  await race(endpoint, join(folder, 'out'), env)
} finally {
  server.kill()
  await rm(folder, { recursive: true, force: true })
}
