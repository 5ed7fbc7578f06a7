import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { before, describe, type TestContext, test } from 'node:test'
import { type Fault, type S3Server, startS3Server } from '../../src/testing/s3-server.ts'
import { millraceBytes } from '../cli/spawn-millrace.ts'
import { query } from '../helpers/duckdb.ts'
import { sampleGzip, sampleKey } from '../helpers/sample-day.ts'
import { tempDir } from '../helpers/temp-dir.ts'

const days = ['2024-03-07', '2024-03-08'] as const
const rows = 300
const keys = days.map((date) => sampleKey('stocks-trades', date))
const flatName = (key: string): string => key.replaceAll('/', '__')
const raw = 'polygon_data/raw/stocks_trades'

let objects: Record<string, Buffer>
before(async () => {
  const day = (date: string) => sampleGzip({ dataset: 'stocks-trades', date, rows })
  objects = Object.fromEntries(
    await Promise.all(keys.map(async (key, i) => [key, await day(days[i] as string)])),
  )
})

/** The rows of the table: what is theirs, the flags that are ours, and all the text. */
const table = readFileSync('docs/from-a-download-script.md', 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| theirs'))
  .map((line) => line.split('|').map((cell) => cell.trim().replaceAll('`', '')))
  .map(([, theirs = '', ours = '']) => ({ theirs, ours }))

interface Scene {
  readonly folder: string
  readonly server: S3Server
  readonly code: number | string
  readonly report: Readonly<Record<string, unknown>>
  /** Runs the row once more. */
  again(): Promise<Scene>
}

const all = (folder: string): string[] =>
  (
    readdirSync(folder, { recursive: true, withFileTypes: true }) as {
      parentPath: string
      name: string
      isFile(): boolean
    }[]
  )
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .filter((path) => !/_millrace|views\.sql$/.test(path))
    .sort()

const parquetIn = (folder: string): string[] =>
  days.map((date) => `${folder}/stocks_trades/date=${date}/part-0.parquet`)
const flatRaw = keys.map((key) => `${raw}/${flatName(key)}`)
const treeRaw = keys.map((key) => `${raw}/${key}`)

function put(folder: string, path: string, content: string | Buffer): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), content)
}

interface Row {
  /** What lies there, or is wrong, before. */
  readonly faults?: readonly Fault[]
  prepare?(folder: string): void
  /** Names of the files that there are afterwards; by default those of a lake of both days. */
  readonly files?: readonly string[]
  readonly code?: number
  check?(scene: Scene): void | Promise<void>
}

const gets = ({ server }: Scene): number => server.requests.filter(({ op }) => op === 'get').length

/** In the order of the document. */
const checks: Readonly<Record<string, Row>> = {
  '--access-key K --secret-key S': {},
  '--dataset stocks_trades': {},
  '--start 2024-03-07 --end 2024-03-08': {},
  '--outdir ./polygon_data': {
    files: flatRaw,
    check({ folder }) {
      for (const [i, key] of keys.entries())
        assert.ok(readFileSync(join(folder, flatRaw[i] as string)).equals(objects[key] as Buffer))
    },
  },
  'key names with __': { files: treeRaw },
  '--convert-parquet': {
    files: [...parquetIn('polygon_data/parquet'), ...flatRaw],
    async check({ folder }) {
      const counted = await query(
        `select count(*)::int as rows from '${folder}/polygon_data/parquet/stocks_trades/*/*.parquet'`,
      )
      assert.deepEqual(counted, [[String(2 * rows)]])
    },
  },
  '--convert-parquet, of files that are there': {
    prepare(folder) {
      for (const [i, key] of keys.entries()) put(folder, flatRaw[i] as string, objects[key] as Buffer)
    },
    files: [...parquetIn('polygon_data/parquet'), ...flatRaw],
    check: (scene) => assert.equal(gets(scene), 0),
  },
  '--parquet-dir ./lake': { files: [...parquetIn('lake'), ...treeRaw] },
  '': { files: [...keys.map((key) => `archive/${key}`), ...parquetIn('polygon_data/parquet')] },
  '--workers 4': {},
  '--global-mbps 200': {},
  'the checkpoint': {
    prepare(folder) {
      put(folder, flatRaw[0] as string, objects[keys[0] as string] as Buffer)
      const checkpoint = JSON.stringify({ stocks_trades: keys })
      put(folder, 'polygon_data/polygon_download_checkpoint.json', checkpoint)
    },
    files: ['polygon_data/polygon_download_checkpoint.json', ...flatRaw],
    check: (scene) => assert.equal(gets(scene), 1),
  },
  'running it again': {
    files: treeRaw,
    async check(scene) {
      assert.equal((await scene.again()).report['skipped'], 2)
      rmSync(join(scene.folder, treeRaw[1] as string))
      assert.equal((await scene.again()).report['skipped'], 1)
      assert.equal(gets(scene), 3)
    },
  },
  'failed keys at the end': {
    // The first run, without the flag, fails for one of them.
    faults: [{ op: 'get', key: '08.csv.gz', status: 404, code: 'NoSuchKey', times: 1 }],
    files: parquetIn('lake'),
    check: ({ report }) => assert.deepEqual([report['done'], report['skipped']], [1, 0]),
  },
  'max_attempts = 10': { faults: [{ op: 'get', endAfter: 100, times: 2 }] },
  'chunk_size = 4 MiB': {},
  'parquet_chunk_size = 1_000_000': {
    async check({ folder }) {
      const [groups] = await query(
        `select count(distinct row_group_id)::int as n from parquet_metadata('${folder}/lake/*/*/*.parquet')`,
      )
      assert.deepEqual(groups, ['1'])
    },
  },
  'S3_ENDPOINT, S3_BUCKET': {},
  'the progress bar': { check: ({ report }) => assert.equal(report['done'], 2) },
}

/** The flags of the document, with what it does not say: where the server of the test is. */
function commandOf(ours: string, { endpoint }: S3Server): string[] {
  const said = ours.split(' ').filter((word) => word !== 'stocks_trades')
  const flags = said.flatMap((word, i) => (said[i - 1] === '--endpoint' ? [endpoint] : [word]))
  const rest = { start: days[0], end: days[1], endpoint, 'access-key': 'K', 'secret-key': 'S' }
  const added = Object.entries(rest).flatMap(([flag, value]) =>
    flags.includes(`--${flag}`) ? [] : [`--${flag}`, value],
  )
  return ['run', 'stocks_trades', ...flags, ...added, ...(flags.includes('--json') ? [] : ['--json'])]
}

async function runRow(t: TestContext, ours: string, row: Row): Promise<Scene> {
  const folder = tempDir(t)
  const server = await startS3Server({ objects, faults: row.faults ?? [] })
  t.after(() => server.close())
  row.prepare?.(folder)
  const run = async (flags: string): Promise<Scene> => {
    const { code, bytes, stderr } = await millraceBytes(commandOf(flags, server), {}, folder)
    assert.notEqual(String(bytes), '', stderr)
    return { folder, server, code, report: JSON.parse(String(bytes)), again: () => run(flags) }
  }
  if (ours === '--retry-failed') assert.equal((await run('--format parquet')).code, 9)
  return run(ours)
}

test('every row of the document is run', () =>
  assert.deepEqual(
    Object.keys(checks),
    table.map(({ theirs }) => theirs),
  ))

describe('from the download script', { concurrency: 2 }, () => {
  for (const { theirs, ours } of table)
    test(`${theirs} is ${ours}`, async (t) => {
      const row = checks[theirs] as Row
      const scene = await runRow(t, ours, row)
      assert.equal(scene.code, row.code ?? 0, JSON.stringify(scene.report))
      assert.deepEqual(all(scene.folder), [...(row.files ?? parquetIn('lake'))].sort())
      await row.check?.(scene)
    })
})
