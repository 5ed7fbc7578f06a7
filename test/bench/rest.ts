// Times the screener and a whole table against a local server that answers in 0 ms, both on this machine:
// node build/test/bench/rest.js [TICKERS] [WINDOWS]
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const [tickers = '1000', windows = '100'] = process.argv.slice(2)
const rowsPerPage = 10_000
const bin = fileURLToPath(new URL('../../src/cli/millrace.cjs', import.meta.url))
const say = (text: string): void => void process.stdout.write(`${text}\n`)

async function serve(
  what: string,
  count: string,
): Promise<{ readonly url: string; readonly server: ChildProcess }> {
  const script = fileURLToPath(new URL('./rest-server.js', import.meta.url))
  const server = spawn(process.execPath, [script, what, count], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = (await once(server.stdout, 'data')) as [Buffer]
  return { url: String(line).trim(), server }
}

interface Facts {
  readonly done: number
  readonly seconds: number
  readonly peakBytes: number
  readonly counts: { readonly rowsIn: number }
}

/** Runs the command, and answers what it says of itself, and the seconds of all of it. */
async function run(args: readonly string[]): Promise<Facts & { readonly wall: number }> {
  const start = performance.now()
  const all = [bin, 'run', ...args, '--rate', '0', '--bwlimit', '0', '--json']
  const env = { ...process.env, MASSIVE_API_KEY: 'made-up' }
  const child = spawn(process.execPath, all, { stdio: ['ignore', 'pipe', 'inherit'], env })
  let text = ''
  child.stdout.on('data', (chunk: Buffer) => {
    text += String(chunk)
  })
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`millrace ${args.join(' ')} ended with ${code}`)
  return { ...(JSON.parse(text) as Facts), wall: (performance.now() - start) / 1000 }
}

const memory = ({ peakBytes }: Facts): string => `${Math.round(peakBytes / 1e6)} MB`

interface Event {
  readonly at: string
  readonly event: string
  readonly recipe: string
}

/** Seconds in which the API was asked, and in which rows were merged into files, by what a run tells of itself. */
async function phasesOf(out: string): Promise<{ readonly asking: number; readonly merging: number }> {
  const text = await readFile(join(out, '_millrace', 'events.ndjson'), 'utf8')
  const events = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Event)
    .filter(({ recipe }) => recipe === 'screener')
  const at = (event: string): number =>
    Date.parse(events.findLast((one) => one.event === event)?.at ?? '') / 1000
  return { asking: at('done') - at('planned'), merging: at('merged') - at('merging') }
}

/** The seven tables that are asked for, company by company; events are three requests each. */
async function byTicker(
  url: string,
  folder: string,
  companies: string,
  more: readonly string[],
): Promise<void> {
  const out = join(folder, more.join('') || 'month')
  const facts = await run(['screener', '--api', url, '--out', out, ...more])
  const requests = Number(companies) * 9
  const all = (await readdir(out, { recursive: true })).filter((path) => path.endsWith('.parquet'))
  const files = all.filter((path) => !/^(financial_ratios|symbols|ratio_definitions)/.test(path)).length
  const { asking, merging } = await phasesOf(out)
  const perSecond = (n: number, seconds: number): string => `${(n / seconds).toFixed(0)}/s`
  say(
    `screener ${more.join(' ')}: ${requests} requests in ${asking.toFixed(1)} s (${perSecond(requests, asking)}), ${files} files in ${merging.toFixed(1)} s (${perSecond(files, merging)}); with the ratios ${facts.wall.toFixed(1)} s, ${all.length} files, ${memory(facts)}`,
  )
}

async function inBulk(url: string, folder: string): Promise<void> {
  const years = Number(windows) / 4
  const start = `${2026 - years}-01-01`
  const args = ['income-statements', '--api', url, '--out', join(folder, 'bulk'), '--start', start]
  const facts = await run([...args, '--end', '2025-12-31'])
  const rows = Number(windows) * rowsPerPage
  say(
    `income-statements in bulk: ${rows} rows, ${facts.wall.toFixed(1)} s: ${(rows / facts.wall).toFixed(0)} rows/s, ${memory(facts)}`,
  )
}

const folder = await mkdtemp(join(tmpdir(), 'millrace-bench-'))
try {
  const companies = await serve('companies', tickers)
  await byTicker(companies.url, folder, tickers, [])
  companies.server.kill()
  // A tenth of them: these are files enough.
  const fewer = String(Math.ceil(Number(tickers) / 10))
  const few = await serve('companies', fewer)
  for (const durability of ['rename', 'fsync'])
    await byTicker(few.url, folder, fewer, ['--layout', 'ticker', '--durability', durability])
  few.server.kill()
  const pages = await serve('pages', String(rowsPerPage))
  await inBulk(pages.url, folder)
  pages.server.kill()
} finally {
  await rm(folder, { recursive: true, force: true })
}
