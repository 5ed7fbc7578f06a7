import { DataError } from '../core/errors.ts'
import type { Batch } from '../core/schema.ts'
import { joinRanges } from './join-rows.ts'
import type { Level } from './layout.ts'
import { type Stretch, stretchesOf } from './merge-rows.ts'
import { type Numbered, numberPartitions, type Partitions } from './partition-rows.ts'
import { heldBytes, type SortLimits, sortRows } from './sort-rows.ts'
import type { Spill } from './spill.ts'

/** Rows of one partition, to be read before the next section. */
export interface Section {
  /** Of its partition: the same if it comes again. */
  readonly number: number
  readonly levels: readonly Level[]
  /** Without the columns of the levels. */
  readonly batches: AsyncIterable<Batch>
}

export const sortDefaults: SortLimits = { blockBytes: 16 << 20, files: 16 }

/**
 * Sets rows apart by the values of some columns. Rows that come grouped, as the vendor's do by ticker, pass through as
 * they come, and nothing is held but the first block, by which that is known. Others are sorted, on disk where they are
 * many. So a partition is one section; two only where rows that came grouped no longer do: what comes then is sorted.
 * Without any row there is one section, that of nulls, for the columns' sake.
 *
 * @throws {UsageError} when a column is missing or of a kind that cannot be a partition, {DataError} when there are too
 * many partitions, {WriteError} when the disk refuses.
 */
export async function* sectionsOf(
  batches: AsyncIterable<Batch>,
  by: readonly string[],
  spill: Spill,
  limits: SortLimits = sortDefaults,
): AsyncGenerator<Section> {
  const partitions = numberPartitions(by)
  const rows = numbered(batches, partitions)
  const sort = (some: AsyncGenerator<Numbered>) => sortRows(some, spill, limits)
  try {
    const head = await readAhead(rows, limits.blockBytes)
    const all = chained(head.batches, rows)
    if (head.batches.length === 0) yield emptySection(head, by)
    else yield* split(head.grouped ? asTheyCome(all, sort) : sort(all), partitions)
  } finally {
    await rows.return(undefined)
  }
}

async function* numbered(batches: AsyncIterable<Batch>, partitions: Partitions): AsyncGenerator<Numbered> {
  let schema: string | undefined
  for await (const batch of batches) {
    schema ??= String(batch.schema)
    if (String(batch.schema) !== schema)
      throw new DataError(`a batch has the columns ${batch.schema}, where the first had ${schema}`)
    yield partitions.number(batch)
  }
}

async function* chained(
  first: readonly Numbered[],
  rest: AsyncGenerator<Numbered>,
): AsyncGenerator<Numbered> {
  // One by one, so that none is held that was handed on.
  const waiting = [...first]
  for (let next = waiting.shift(); next; next = waiting.shift()) yield next
  yield* rest
}

interface Head {
  readonly batches: Numbered[]
  /** One without rows, for its columns. */
  empty: Batch | undefined
  grouped: boolean
}

/**
 * The first block, and whether its rows come grouped: partitions are numbered as they appear, so numbers only grow then.
 */
async function readAhead(rows: AsyncGenerator<Numbered>, blockBytes: number): Promise<Head> {
  const head: Head = { batches: [], empty: undefined, grouped: true }
  let last = 0
  for (let bytes = 0; bytes < blockBytes && head.grouped; ) {
    const next = await rows.next()
    if (next.done) break
    if (next.value.batch.numRows === 0) head.empty ??= next.value.batch
    if (next.value.batch.numRows === 0) continue
    head.batches.push(next.value)
    head.grouped = next.value.numbers.every((number) => {
      const grows = number >= last
      last = number
      return grows
    })
    bytes += heldBytes(next.value)
  }
  return head
}

function emptySection({ empty }: Head, by: readonly string[]): Section {
  const batches = async function* (): AsyncGenerator<Batch> {
    if (empty) yield empty
  }
  return { number: 0, levels: by.map((name) => [name, null]), batches: batches() }
}

/** Stretches as the rows come; from the first one on whose partition seemed to be over, sorted. */
async function* asTheyCome(
  rows: AsyncGenerator<Numbered>,
  sort: (rows: AsyncGenerator<Numbered>) => AsyncGenerator<Stretch>,
): AsyncGenerator<Stretch> {
  let last = 0
  for (let next = await rows.next(); !next.done; next = await rows.next()) {
    const { batch, numbers } = next.value
    for (const stretch of stretchesOf(next.value)) {
      if (stretch.number < last) {
        const { from } = stretch
        const rest = { batch: batch.slice(from) as Batch, numbers: numbers.subarray(from) }
        yield* sort(chained([rest], rows))
        return
      }
      last = stretch.number
      yield stretch
    }
  }
}

/** Makes a section of stretches of one partition that follow each other. */
async function* split(stretches: AsyncGenerator<Stretch>, partitions: Partitions): AsyncGenerator<Section> {
  let next: Stretch | undefined
  const advance = async (): Promise<void> => {
    next = (await stretches.next()).value as Stretch | undefined
  }
  const batchesOf = async function* (number: number): AsyncGenerator<Batch> {
    for (; next?.number === number; await advance()) yield joinRanges([next])
  }
  try {
    await advance()
    while (next) {
      const { number } = next
      yield { number, levels: partitions.levelsOf(number), batches: batchesOf(number) }
    }
  } finally {
    await stretches.return(undefined)
  }
}
