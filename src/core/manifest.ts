import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Durability } from './durability.ts'
import type { stateFolder } from './durable-file.ts'
import { parseObject } from './json.ts'
import type { OutputFile, Span } from './output.ts'
import type { Identity } from './recipe.ts'
import type { Counts } from './run.ts'
import type { Shape, Slot } from './stage.ts'
import { appendLines, eachRecord, readRecords, replaceWhole, statePath } from './state-file.ts'

/** One committed unit: the manifest is append-only, and the last line of a slot is the one that holds. */
export interface ManifestLine {
  readonly v: 1
  readonly table: string
  readonly unit: string
  /** Absent for sources that are never the same twice, as stdin. */
  readonly identity?: Identity
  readonly shape: Shape
  readonly counts: Counts
  /** When its rows happened, where they have a time. */
  readonly span?: Span
  /** Paths are relative to the lake's root, with `/`. */
  readonly files: readonly OutputFile[]
  readonly warnings?: readonly string[]
  /** Name and version of what wrote it. */
  readonly tool: string
  readonly epoch: string
  /** When it was committed, as ISO 8601 in UTC. */
  readonly at: string
}

/**
 * Runs that were taken for gone when another took their lock. What they still add after this line does not count: it
 * looks like the line of a unit without files, so that a version that knows nothing of locks passes it over.
 */
export interface Takeover extends Pick<ManifestLine, 'v' | 'unit' | 'tool' | 'epoch' | 'at'> {
  readonly table: typeof stateFolder
  readonly files: readonly []
  /** Epochs. */
  readonly over: readonly string[]
}

/** The lines that hold, by `slotKey`. */
export type Manifest = ReadonlyMap<string, ManifestLine>

/** A manifest as its writer sees it. */
export interface ManifestLog {
  readonly manifest: Manifest
  /** Epochs whose lines do not count any more. */
  readonly over: ReadonlySet<string>
  /** Texts of the lines that hold and of the takeovers, as they stand in the file. */
  readonly texts: readonly string[]
  /** How many other lines there are. */
  readonly superseded: number
}

export const slotKey = ({ table, unit }: Pick<Slot, 'table' | 'unit'>): string => `${table}\n${unit}`

const name = 'manifest.ndjson'

/**
 * Reads what a lake says is done. A last line that a crash cut off is passed over.
 *
 * @throws {DataError} when another line is not one of ours, or of a newer version, {WriteError} when the file may not be
 * read: nothing is guessed.
 */
export const readManifest = async (root: string): Promise<Manifest> => (await readLog(root)).manifest

/** As `readManifest`, with what its writer has to know. */
export async function readLog(root: string): Promise<ManifestLog> {
  const { lines, torn } = await readRecords<ManifestLine | Takeover>(root, name, isOurs)
  const manifest = new Map<string, ManifestLine>()
  const over = new Set<string>()
  const texts = new Map<string, string>()
  for (const { text, value } of lines) {
    if (isTakeover(value)) {
      for (const epoch of value.over) over.add(epoch)
      texts.set(text, text)
    } else if (!over.has(value.epoch)) {
      const key = slotKey(value)
      manifest.set(key, value)
      // Behind all that came before: a line must not get behind the takeover of its own epoch.
      texts.delete(key)
      texts.set(key, text)
    }
  }
  return { manifest, over, texts: [...texts.values()], superseded: lines.length + torn - texts.size }
}

/**
 * The lines that count, as they stand in the file, for readers who keep little of each: of a slot the last one holds.
 *
 * @throws what `readManifest` throws.
 */
export async function* eachManifestLine(root: string): AsyncGenerator<ManifestLine> {
  const over = new Set<string>()
  for await (const line of eachRecord<ManifestLine | Takeover>(root, name, isOurs)) {
    if (isTakeover(line)) for (const epoch of line.over) over.add(epoch)
    else if (!over.has(line.epoch)) yield line
  }
}

const isOurs = ({ table, unit, epoch, files }: Partial<ManifestLine | Takeover>): boolean =>
  [table, unit, epoch].every((text) => typeof text === 'string') && Array.isArray(files)

const isTakeover = (line: ManifestLine | Takeover): line is Takeover => 'over' in line

/** Adds lines and makes them last: when this returns, their units are done. Only who holds the lake's lock may. */
export const appendManifest = (
  root: string,
  lines: readonly (ManifestLine | Takeover)[],
  durability: Durability,
): Promise<void> => appendLines(root, name, lines, durability)

/** A manifest of fewer lines is read in a few milliseconds, whatever is in it. */
const fewLines = 1000

/**
 * Rewrites a manifest most of whose lines do not hold any more. Those that hold stay as they are, byte by byte and in
 * their order. Only who holds the lake's lock may; `temp` is in the folder of that epoch, and goes with it.
 *
 * @returns whether there was a reason to.
 */
export async function compactManifest(
  root: string,
  { texts, superseded }: ManifestLog,
  temp: string,
): Promise<boolean> {
  if (superseded < Math.max(fewLines, texts.length)) return false
  const whole = texts.map((text) => `${text}\n`).join('')
  // Whatever the durability: here all that was ever done is at stake.
  await replaceWhole(statePath(root, name), whole, { temp, durability: 'fsync' })
  return true
}

/**
 * Rewrites a manifest with other lines for one table, all at once; those of others stay byte by byte. Only who holds the
 * lake's lock may; `temp` is in the folder of that epoch, and goes with it.
 */
export async function replaceTableLines(
  root: string,
  table: string,
  lines: readonly ManifestLine[],
  temp: string,
): Promise<void> {
  const { texts } = await readLog(root)
  const others = texts.filter((text) => parseObject<ManifestLine>(text)?.table !== table)
  const whole = [...others, ...lines.map((line) => JSON.stringify(line))].map((text) => `${text}\n`).join('')
  // Whatever the durability: here all that was ever done is at stake.
  await replaceWhole(statePath(root, name), whole, { temp, durability: 'fsync' })
}

/** Whether what a slot holds is still what this source and this shape would give, and all of it is there. */
export async function isDone(
  slot: Slot,
  manifest: Manifest,
  now: {
    readonly identity?: Identity | undefined
    readonly shape: Shape
    readonly since?: string
    readonly writes?: readonly string[]
  },
): Promise<boolean> {
  const line = manifest.get(slotKey(slot))
  if (!line || !now.identity || !same(now.identity, line.identity) || !same(now.shape, line.shape))
    return false
  if (now.since !== undefined && line.at < now.since) return false
  for (const { path, bytes } of line.files) if ((await sizeOf(join(slot.root, path))) !== bytes) return false
  for (const path of now.writes ?? []) if ((await sizeOf(path)) === undefined) return false
  return true
}

/** Whether any output of a line is still there. */
export async function hasFiles({ files }: ManifestLine, root: string): Promise<boolean> {
  for (const { path } of files) if ((await sizeOf(join(root, path))) !== undefined) return true
  return false
}

const sizeOf = (path: string): Promise<number | undefined> =>
  stat(path).then(
    ({ size }) => size,
    () => undefined,
  )

/** Equal as JSON, whatever the order of keys. */
export const same = (a: unknown, b: unknown): boolean => canonical(a) === canonical(b)

/** JSON that is the same for equal values, whatever the order of keys. */
export function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_key, inner: unknown) =>
      inner !== null && typeof inner === 'object' && !Array.isArray(inner)
        ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
        : inner,
    ) ?? ''
  )
}
