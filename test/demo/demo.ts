import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { companyRoutes } from '../../src/testing/rest-company-routes.ts'
import { startRestServer } from '../../src/testing/rest-server.ts'
import { startS3Server } from '../../src/testing/s3-server.ts'
import { query } from '../helpers/duckdb.ts'
import { type SampleOptions, sampleGzip, sampleKey } from '../helpers/sample-day.ts'
import { demoCompanies, ratiosOfDays, ratioTable, withCompanies } from './made-up-market.ts'

const command = fileURLToPath(new URL('../../src/cli/millrace.cjs', import.meta.url))
const lake = 'demo-lake'

/** The vendor began to write six decimals and parts of shares on the Monday. */
const days = [
  { date: '2026-02-20', format: 'old' },
  { date: '2026-02-23', format: '2026' },
  { date: '2026-02-24', format: '2026' },
] as const
const rows = {
  'stocks-trades': 40_000,
  'stocks-quotes': 40_000,
  'stocks-minute': 20_000,
  'stocks-daily': 2_000,
}
const names = Object.keys(rows) as SampleOptions['dataset'][]

const say = (text: string): void => void process.stdout.write(`${text}\n`)

async function makeBucket(): Promise<Map<string, Buffer>> {
  const objects = new Map<string, Buffer>()
  for (const dataset of names)
    for (const day of days) {
      const made = await sampleGzip({ dataset, rows: rows[dataset], ...day })
      const isDaily = dataset === 'stocks-daily'
      objects.set(sampleKey(dataset, day.date), isDaily ? withCompanies(made, day.date) : made)
    }
  return objects
}

/** Runs the real command, as a user would, and shows what it prints. */
async function millrace(args: readonly string[]): Promise<void> {
  say(`$ npx millrace ${args.join(' ')}`)
  const child = spawn(process.execPath, [command, ...args], {
    stdio: 'inherit',
    env: {
      ...process.env,
      MASSIVE_S3_ACCESS_KEY_ID: 'demo',
      MASSIVE_S3_SECRET_ACCESS_KEY: 'demo',
      MASSIVE_API_KEY: 'demo',
    },
  })
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error(`millrace ended with exit ${code}`)
  say('')
}

function showTree(): void {
  say(`$ find ${lake} -name '*.parquet'`)
  const files = readdirSync(lake, { recursive: true, withFileTypes: true })
    .filter(({ name }) => name.endsWith('.parquet'))
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort()
  for (const path of files) say(`${relative('.', path)}  ${statSync(path).size} bytes`)
  say('')
}

async function showQuery(sql: string, first = ''): Promise<void> {
  say(`DuckDB> ${sql}`)
  for (const row of await query(sql, first)) say(`  ${row.map((value) => value ?? 'null').join('  ')}`)
  say('')
}

say(
  'All data here is made up: three trading days in the exact format of the vendor, served by an S3 server on',
)
say(
  'this machine, and seven companies, served by a REST server. With keys of your own leave --endpoint and --api',
)
say('away, and the same commands fetch the real ones.\n')
const server = await startS3Server({ objects: await makeBucket(), accessKeyId: 'demo' })
const api = await startRestServer({ routes: companyRoutes(demoCompanies), apiKey: 'demo' })
try {
  const range = ['--start', '2026-02-20', '--end', '2026-02-24', '--out', lake, '--endpoint', server.endpoint]
  for (const name of names) await millrace(['run', name, ...range])
  showTree()
  const trades = `'${lake}/stocks_trades/*/*.parquet'`
  await showQuery(
    `select date, count(*), count(distinct ticker), sum(size) from ${trades} group by date order by date`,
  )
  await showQuery(
    `select ticker, sip_timestamp, price, size from ${trades} where date = '2026-02-23' and ticker = 'NA' limit 3`,
  )
  await millrace(['run', 'screener', '--out', lake, '--api', api.baseUrl])
  const views = readFileSync(join(lake, 'views.sql'), 'utf8')
  say(`DuckDB> .read ${lake}/views.sql\n`)
  await showQuery(ratioTable, views)
  await showQuery(ratiosOfDays, views)
  say(
    `The lake is in ./${lake}. Open it with DuckDB, Polars or pandas; run the demo again, and nothing is left to do.`,
  )
} finally {
  await Promise.all([server.close(), api.close()])
}
