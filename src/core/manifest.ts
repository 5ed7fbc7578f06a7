import { mkdir, open, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { syncFolder, writeError } from './durable-file.ts'
import { DataError } from './errors.ts'
import type { Identity } from './recipe.ts'
import type { Counts } from './run.ts'
import type { Shape, Slot } from './stage.ts'

/** One committed unit: the manifest is append-only, and the last line of a slot is the one that holds. */
export interface ManifestLine {
  readonly v: 1
  readonly table: string
  readonly unit: string
  /** Absent for sources that are never the same twice, as stdin. */
  readonly identity?: Identity
  readonly shape: Shape
  readonly counts: Counts
  /** Relative to the lake's root, with `/`. */
  readonly files: readonly { readonly path: string; readonly bytes: number; readonly rows?: number }[]
  readonly warnings?: readonly string[]
  /** Name and version of what wrote it. */
  readonly tool: string
  readonly epoch: string
  /** When it was committed, as ISO 8601 in UTC. */
  readonly at: string
}

/** The lines that hold, by `slotKey`. */
export type Manifest = ReadonlyMap<string, ManifestLine>

export const slotKey = ({ table, unit }: Pick<Slot, 'table' | 'unit'>): string => `${table}\n${unit}`

const pathOf = (root: string): string => join(root, '_millrace', 'manifest.ndjson')

/**
 * Reads what a lake says is done. A last line that a crash cut off is passed over.
 *
 * @throws {DataError} when another line is not one of ours, or of a newer version: nothing is guessed.
 */
export async function readManifest(root: string): Promise<Manifest> {
  const path = pathOf(root)
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return ''
    throw writeError(path, error)
  })
  const lines = text.split('\n')
  lines.pop()
  const manifest = new Map<string, ManifestLine>()
  lines.forEach((line, i) => {
    const parsed = parseLine(line)
    if (parsed) manifest.set(slotKey(parsed), parsed)
    else if (line !== '' && !isTorn(line))
      throw new DataError(
        `${path}, line ${i + 1}: not a line of a manifest that this version can read: ${line.slice(0, 80)}`,
        {
          hint: 'use a newer millrace, or another --out',
        },
      )
  })
  return manifest
}

function parseLine(line: string): ManifestLine | undefined {
  try {
    const parsed = JSON.parse(line) as Partial<ManifestLine>
    return parsed.v === 1 && parsed.table !== undefined && Array.isArray(parsed.files)
      ? (parsed as ManifestLine)
      : undefined
  } catch {
    return undefined
  }
}

/** A line of ours that a crash cut off, closed by the next writer: it begins as ours do, and is no JSON. */
function isTorn(line: string): boolean {
  const start = '{"v":1,"table":'
  return line.startsWith(start.slice(0, line.length)) && !isJson(line)
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** Adds one line and makes it last: when this returns, the unit is done. */
export async function appendManifest(root: string, line: ManifestLine): Promise<void> {
  const path = pathOf(root)
  try {
    await mkdir(join(root, '_millrace'), { recursive: true })
    const file = await open(path, 'a+')
    try {
      const { size } = await file.stat()
      const last = Buffer.alloc(1)
      if (size > 0) await file.read(last, 0, 1, size - 1)
      const torn = size > 0 && last.toString() !== '\n'
      // Not `write`, which may write a part of it and be content.
      await file.appendFile(`${torn ? '\n' : ''}${JSON.stringify(line)}\n`)
      await file.sync()
    } finally {
      await file.close()
    }
    await syncFolder(join(root, '_millrace'))
  } catch (error) {
    throw writeError(path, error)
  }
}

/** Whether what a slot holds is still what this source and this shape would give, and all of it is there. */
export async function isDone(
  slot: Slot,
  manifest: Manifest,
  now: {
    readonly identity?: Identity | undefined
    readonly shape: Shape
    readonly writes?: readonly string[]
  },
): Promise<boolean> {
  const line = manifest.get(slotKey(slot))
  if (!line || !now.identity || !same(now.identity, line.identity) || !same(now.shape, line.shape))
    return false
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

function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_key, inner: unknown) =>
      inner !== null && typeof inner === 'object' && !Array.isArray(inner)
        ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
        : inner,
    ) ?? ''
  )
}
