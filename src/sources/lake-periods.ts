import { join } from 'node:path'
import { joinPeriods, type StatementColumns, type StatementName } from '../columnar/join-periods.ts'
import type { PeriodKeys } from '../columnar/period-rows.ts'
import { tempFolder } from '../core/durable-file.ts'
import { MissingError } from '../core/errors.ts'
import type { Run } from '../core/run.ts'
import type { Batch } from '../core/schema.ts'
import { type Slot, type Source, source } from '../core/stage.ts'
import { statementFigures } from '../datasets/ratios/fields.ts'
import { type Bucket, companyBuckets } from '../lake/company-buckets.ts'
import { readTable } from '../lake/read-table.ts'
import { openSpill, type Spill } from '../lake/spill.ts'
import { tableNames } from '../lake/table-files.ts'

export interface LakePeriods {
  /** Folder of the lake. */
  readonly root: string
  /** Its table of each statement; one that it lacks is as if it had no rows. */
  readonly tables: Readonly<Record<StatementName, string>>
  /** What is made of them: names where rows may wait on disk meanwhile. */
  readonly slot: Slot
}

const names = ['balance', 'income', 'cash'] as const

/** Statements of so many rows are joined at a time, or of one company, if that has more. */
const rowsPerBucket = 30_000

/**
 * The periods of companies, as `joinPeriods` makes them of the three statement tables of a lake: each company whole, its
 * newest vintages. What it reads is sorted apart by company, on disk, so that memory does not depend on how much there is.
 *
 * @throws {MissingError} when the lake has none of the tables; what `readLake` throws.
 */
export function lakePeriods(options: LakePeriods): Source<Batch<PeriodKeys>> {
  return source('lake-periods', (run) => periods(options, run), { fixed: true })
}

async function* periods({ root, tables, slot }: LakePeriods, run: Run): AsyncGenerator<Batch<PeriodKeys>> {
  const there = new Set(await run.until(tableNames(root)))
  const found = names.filter((name) => there.has(tables[name]))
  if (found.length === 0)
    throw new MissingError(`${root} has none of the tables ${Object.values(tables).join(', ')}`, {
      hint: 'millrace run screener, or balance-sheets, income-statements and cash-flow, fetches them',
    })
  const folder = join(tempFolder(slot, run.epoch), 'companies')
  const spills: Spill[] = []
  // What is counted is what comes out.
  const uncounted = { until: run.until, warn: run.warn, count: () => {} }
  const read = (name: StatementName): AsyncGenerator<Bucket<Batch<StatementColumns>>> => {
    const spill = openSpill(join(folder, name), run.signal)
    spills.push(spill)
    const rows = readTable(root, tables[name], { columns: columnsOf(name) }, uncounted)
    return companyBuckets(rows as AsyncIterable<Batch<StatementColumns>>, mostBuckets, spill)
  }
  try {
    for await (const statements of together(found.map((name) => [name, read(name)]))) {
      const { batches, unnamed } = joinPeriods(statements, statementFigures)
      if (unnamed > 0) run.warn('statements that name neither company nor ticker are left out of the ratios')
      for (const batch of batches) {
        run.count('rowsIn', batch.numRows)
        yield batch
      }
    }
  } finally {
    await Promise.all(spills.map((spill) => spill.close()))
  }
}

/** Buckets are put together as long as they are small: so many that one of all companies of the market is small enough. */
const mostBuckets = 1024

const keys = [
  'cik',
  'tickers',
  'period_end',
  'filing_date',
  'fiscal_year',
  'fiscal_quarter',
  'timeframe',
  'observed_at',
]

const columnsOf = (name: StatementName): string[] => [
  ...keys,
  ...new Set(
    Object.values(statementFigures).flatMap(({ statement, column }) => (statement === name ? [column] : [])),
  ),
]

type Reader = readonly [name: StatementName, buckets: AsyncGenerator<Bucket<Batch<StatementColumns>>>]
type Gathered = { [K in StatementName]: Batch<StatementColumns>[] }

/** The same companies of all tables, some of them at a time. */
async function* together(readers: readonly Reader[]): AsyncGenerator<Gathered> {
  const none = (): Gathered => ({ balance: [], income: [], cash: [] })
  const next = await Promise.all(readers.map(([, buckets]) => buckets.next()))
  let [gathered, rows] = [none(), 0]
  for (;;) {
    const numbers = next.flatMap((one) => (one.done ? [] : [one.value.number]))
    if (numbers.length === 0) break
    const least = Math.min(...numbers)
    for (const [i, [name, buckets]] of readers.entries()) {
      const one = next[i]
      if (!one || one.done || one.value.number !== least) continue
      gathered[name].push(...one.value.batches)
      rows += one.value.batches.reduce((sum, { numRows }) => sum + numRows, 0)
      next[i] = await buckets.next()
    }
    if (rows < rowsPerBucket) continue
    yield gathered
    ;[gathered, rows] = [none(), 0]
  }
  if (rows > 0) yield gathered
}
