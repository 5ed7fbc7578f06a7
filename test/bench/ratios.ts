// Times all ratios for a million periods, and twenty of them beside DuckDB, whose values must be the same:
// node build/test/bench/ratios.js [PERIODS]
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { from, runPipeline } from '../../src/core/pipeline.ts'
import { createRun } from '../../src/core/run.ts'
import type { Batch } from '../../src/core/schema.ts'
import { sink } from '../../src/core/stage.ts'
import { type AddRatiosOptions, addRatios } from '../../src/transforms/add-ratios.ts'
import { toParquet } from '../../src/transforms/to-parquet.ts'
import { feed } from '../helpers/collect.ts'
import { query } from '../helpers/duckdb.ts'
import { madeUpPeriods, rowsOfCompany } from '../helpers/made-up-periods.ts'
import { differencesQuery, ratioSql, ratiosQuery } from '../helpers/ratio-sql.ts'
import { tallied } from '../transforms/tallied.ts'

const companiesOfBatch = 360
const say = (text: string): void => void process.stdout.write(`${text}\n`)
const batchesOf = (periods: number): number => Math.ceil(periods / rowsOfCompany / companiesOfBatch)

/** Batches one after the other: each is made when it is asked for, so that they need no room together. */
function* made(count: number, spent: (ms: number) => void = () => {}) {
  for (let i = 0; i < count; i++) {
    const start = performance.now()
    const batch = madeUpPeriods(i * companiesOfBatch, companiesOfBatch)
    spent(performance.now() - start)
    yield batch
  }
}

/** Seconds that the stage takes, without those in which its input is made. */
async function secondsOf(count: number, options: AddRatiosOptions): Promise<number> {
  let making = 0
  let rows = 0
  const input = made(count, (ms) => {
    making += ms
  })
  const counting = sink<Batch>('count', () => async (output) => {
    for await (const batch of output) rows += batch.numRows
  })
  const start = performance.now()
  await runPipeline(from(feed(input)).through(addRatios(options)).into(counting), createRun())
  const seconds = (performance.now() - start - making) / 1000
  say(`${rows} periods, ${options.ratios?.length ?? 246} ratios: ${seconds.toFixed(2)} s`)
  return seconds
}

/** As `secondsOf`, but DuckDB, with one thread, into a table in memory. */
async function besideDuckdb(count: number, folder: string): Promise<void> {
  const save = async (name: string, batches: Iterable<Batch>): Promise<string> => {
    const { output } = await tallied(batches, toParquet())
    await writeFile(join(folder, name), Buffer.concat(output))
    return join(folder, name)
  }
  const options = { ratios: Object.keys(ratioSql) }
  const { output } = await tallied(made(count), addRatios(options))
  const files = [await save('periods.parquet', made(count)), await save('ratios.parquet', output)] as const
  const start = performance.now()
  await query(
    'select count(*) from ratios',
    `set threads = 1; create table ratios as ${ratiosQuery(files[0])}`,
  )
  say(`DuckDB, the same 20, from Parquet: ${((performance.now() - start) / 1000).toFixed(2)} s`)
  const [[rows, differences, numbers] = []] = await query(differencesQuery(...files))
  say(`${rows} rows compared, ${numbers} numbers, ${differences} differences`)
}

const count = batchesOf(Number(process.argv[2] ?? 1_000_000))
const folder = await mkdtemp(join(tmpdir(), 'millrace-ratios-'))
try {
  await secondsOf(count, {})
  await secondsOf(count, { ratios: Object.keys(ratioSql) })
  await besideDuckdb(count, folder)
} finally {
  await rm(folder, { recursive: true })
}
