import { join } from 'node:path'
import { rowsPerBatch } from '../columnar/row-reader.ts'
import { tempFolder, writeTemp } from '../core/durable-file.ts'
import type { MergedSlot, WaitingTable } from '../core/gather.ts'
import { slotOf } from '../core/merge-lake.ts'
import type { Output, OutputFile } from '../core/output.ts'
import type { Run } from '../core/run.ts'
import type { Batch } from '../core/schema.ts'
import type { Bytes } from '../core/stage.ts'
import { combineRows } from './combine-rows.ts'
import { joinRanges, wholeOf } from './join-rows.ts'
import type { MergeRule, Replaced } from './merge-rule.ts'
import { encodeBatch, encodeParquet } from './parquet-encoder.ts'
import { type ParquetOptions, parquetDefaults } from './parquet-options.ts'
import { readParquet } from './parquet-reader.ts'
import { sectionsOf } from './partition-sections.ts'
import { type Replacements, replacementsOf } from './replacements.ts'
import { heldRows, type SharedFile, sharedFile } from './shared-files.ts'
import { openSpill, type Spill } from './spill.ts'
import { checkTableFolder } from './table-folder.ts'
import { openTurns } from './turns.ts'
import { monthColumn, splitByMonth, tickerColumn, waitingRows } from './waiting-rows.ts'

/** Files that are made at a time: a disk takes long to say that it has one. */
const together = 4

interface Merging {
  readonly waiting: WaitingTable
  readonly rule: MergeRule
  readonly options: ParquetOptions
  readonly replacements: Replacements
  readonly run: Run
  /** The files of the table as they were, by path. */
  readonly held: ReadonlyMap<string, OutputFile>
}

/** What a unit tells of itself, beside its rows. */
export interface AboutRows {
  readonly replaces?: Replaced
}

/**
 * Merges the rows that wait for one table into its files, and touches only files whose rows change. What waits is sorted
 * apart on disk, so that memory is bounded by the rows of a few files.
 *
 * @returns the slots whose files have changed.
 * @throws {WriteError} when the disk refuses, {DataError} when a file is not what was written.
 */
export async function mergePending(waiting: WaitingTable, run: Run): Promise<readonly MergedSlot[]> {
  const { root, table, shape, units, slots } = waiting
  const rule = shape['merge'] as MergeRule
  await checkTableFolder(root, join(root, table))
  const about = units.map(({ head }) => (head.about as AboutRows).replaces)
  const options = { ...parquetDefaults, ...(shape['parquet'] as Partial<ParquetOptions>) }
  const held = new Map([...slots.values()].flat().map((file) => [file.path, file]))
  const merging = { waiting, rule, options, replacements: replacementsOf(rule, about), run, held }
  const made = new Map<string, Map<string, Output>>()
  const turns = openTurns(together)
  const visited = new Set<string>()
  const merge = async (place: SharedFile, incoming: Batch | undefined): Promise<void> => {
    visited.add(place.path)
    await turns.take(async () => {
      const file = await mergeFile(place, incoming, merging)
      if (file) made.set(place.slot, (made.get(place.slot) ?? new Map()).set(place.path, file))
    })
  }
  const spill = openSpill(join(tempFolder({ root, table, unit: '' }, run.epoch), 'spill'), run.signal)
  try {
    for await (const [place, rows] of incoming(merging, spill)) await merge(place, rows)
    for (const place of placesHeld(slots))
      if (!visited.has(place.path) && (await isTouched(place, merging))) await merge(place, undefined)
    await turns.end()
  } finally {
    await turns.end().catch(() => {})
    await spill.close()
  }
  return [...made].map(([slot, files]) => mergedSlot(slot, files, merging))
}

/** What comes into which file: one after the other, each once. */
async function* incoming(
  { waiting, rule }: Merging,
  spill: Spill,
): AsyncGenerator<readonly [place: SharedFile, rows: Batch]> {
  const { table } = waiting
  const by = rule.layout === 'ticker' ? tickerColumn : monthColumn
  for await (const { levels, batches } of sectionsOf(waitingRows(waiting, rule), [by], spill)) {
    const [[, key] = ['', null]] = levels
    const rows = await joined(batches)
    if (!rows || key === null) continue
    if (rule.layout === 'month') yield [sharedFile(table, rule, Number(key), ''), rows]
    else for (const [month, some] of splitByMonth(rows)) yield [sharedFile(table, rule, month, key), some]
  }
}

async function joined(batches: AsyncIterable<Batch>): Promise<Batch | undefined> {
  const all: Batch[] = []
  for await (const batch of batches) all.push(batch)
  return all.length === 0 ? undefined : joinRanges(all.map(wholeOf))
}

const placesHeld = (slots: WaitingTable['slots']): SharedFile[] =>
  [...slots].flatMap(([slot, files]) => files.map(({ path }) => ({ slot, path })))

/** Whether a file into which nothing comes holds rows that were replaced. */
async function isTouched(
  place: SharedFile,
  { replacements, waiting, rule, held, run }: Merging,
): Promise<boolean> {
  if (!replacements.touches(heldRows(place, rule))) return false
  for await (const batch of readParquet(factsOf(place.path, waiting.root, held), run, replacements.columns)) {
    const isReplaced = replacements.reader(batch)
    for (let row = 0; row < batch.numRows; row++) if (isReplaced(row, -1)) return true
  }
  return false
}

const factsOf = (path: string, root: string, held: ReadonlyMap<string, OutputFile>) => ({
  ...held.get(path),
  path: join(root, path),
})

/** @returns nothing when the file stays as it is. */
async function mergeFile(
  { slot, path }: SharedFile,
  incoming: Batch | undefined,
  { waiting, rule, options, replacements, run, held }: Merging,
): Promise<Output | undefined> {
  run.signal.throwIfAborted()
  const { root, table } = waiting
  const there = held.has(path) ? await joined(readParquet(factsOf(path, root, held), run)) : undefined
  const rows = combineRows({ held: there, incoming }, rule, replacements)
  if (!rows) return undefined
  const temp = join(tempFolder({ root, table, unit: slot }, run.epoch), encodeURIComponent(path))
  const written = await writeTemp(temp, encoded(rows, options), run)
  const file = { path: join(root, path), ...written, rows: rows.numRows }
  return { temp, path: file.path, files: [file] }
}

/** A slot with the files that it has now, of which some are new. */
function mergedSlot(
  slot: string,
  made: ReadonlyMap<string, Output>,
  { waiting: { slots } }: Merging,
): MergedSlot {
  const others = (slots.get(slot) ?? []).filter(({ path }) => !made.has(path))
  const files = [...made].flatMap(([path, output]) => output.files.map((file) => ({ ...file, path })))
  return slotOf(
    slot,
    [...others, ...files].sort((a, b) => (a.path < b.path ? -1 : 1)),
    [...made.values()],
  )
}

async function* encoded(rows: Batch, options: ParquetOptions): AsyncGenerator<Bytes> {
  if (rows.numRows > rowsPerBatch) yield* encodeParquet(inBatches(rows), options)
  else yield await encodeBatch(rows, options)
}

async function* inBatches(rows: Batch): AsyncGenerator<Batch> {
  for (let from = 0; from < rows.numRows; from += rowsPerBatch)
    yield rows.slice(from, from + rowsPerBatch) as Batch
}
