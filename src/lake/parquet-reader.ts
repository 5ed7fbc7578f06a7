import { createHash } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import { type Data, type Field, RecordBatchReader } from 'apache-arrow'
import { kindOf, makeBatch } from '../columnar/arrow-types.ts'
import { columnBuilder } from '../columnar/column-builder.ts'
import { rowsPerBatch } from '../columnar/row-reader.ts'
import { DataError, type MillraceError, MissingError, UsageError } from '../core/errors.ts'
import type { Run } from '../core/run.ts'
import type { Batch } from '../core/schema.ts'
import { loadParquetWasm } from './parquet-wasm.ts'

/** A Parquet file, and what the manifest says of it. */
export interface ParquetFacts {
  readonly path: string
  readonly bytes?: number | undefined
  readonly rows?: number | undefined
  /** Of its bytes, which then are all read before any of its rows. */
  readonly sha256?: string | undefined
}

/** What of an open file is read; rows are counted in the row groups named, one after the other. */
export interface ParquetPart {
  readonly rowGroups: readonly number[]
  /** Only these, in the order of the file; not none. */
  readonly columns?: readonly string[] | undefined
  readonly offset?: number
  readonly limit?: number
}

/** A Parquet file that is being read. */
export interface OpenParquet {
  readonly fields: readonly Field[]
  readonly groups: number
  /** The rows of a part, all of them in memory. @throws {DataError} when they cannot be read. */
  read(part: ParquetPart): Promise<Iterable<Batch>>
  close(): Promise<void>
}

/**
 * Opens a Parquet file to read parts of it.
 *
 * @throws {MissingError} when there is no such file, {DataError} when it cannot be read, or is not what is said of it.
 */
export async function openParquet(
  { path, bytes, sha256 }: ParquetFacts,
  run: Pick<Run, 'until'>,
): Promise<OpenParquet> {
  const until = <T>(promise: Promise<T>): Promise<T> =>
    run.until(
      promise.catch((error: unknown) => {
        throw unreadable(path, error)
      }),
    )
  const file = await open(path).catch((error: unknown) => {
    throw unreadable(path, error)
  })
  try {
    const { size } = await until(file.stat())
    if (bytes !== undefined && size !== bytes)
      throw new DataError(`${path}: has ${size} bytes, and was written with ${bytes}`, { hint: lost })
    if (sha256 !== undefined && (await until(hashOf(file))) !== sha256)
      throw new DataError(`${path}: its bytes are not those that were written`, { hint: lost })
    const { blob, failed } = openReading(file, size)
    const { ParquetFile } = await loadParquetWasm()
    const parquet = await until(Promise.race([ParquetFile.fromFile(blob), failed]))
    let reading = false
    return {
      fields: RecordBatchReader.from(parquet.schema().intoIPCStream()).open().schema.fields,
      groups: parquet.metadata().numRowGroups(),
      async read({ rowGroups, columns, ...range }) {
        const options = { batchSize: rowsPerBatch, rowGroups: [...rowGroups], ...range }
        reading = true
        const table = await until(
          Promise.race([parquet.read({ ...options, ...(columns && { columns: [...columns] }) }), failed]),
        )
        reading = false
        return fromIpc(table.intoIPCStream())
      },
      async close() {
        // Not while a read is under way: the garbage collector knows when it is not.
        if (!reading) parquet.free()
        await file.close()
      },
    }
  } catch (error) {
    await file.close()
    throw error
  }
}

/**
 * The rows of a Parquet file as it holds them, nanoseconds and nulls included. One row group is in memory at a time; the
 * first batch comes even when there are no rows.
 *
 * @param columns only these, in the order of the file.
 * @throws {MissingError} when there is no such file, {DataError} when it cannot be read, or has another length or other
 * rows than it should; {UsageError} when it lacks one of the columns. A hash should be given when a file is read for the first
 * time: parquet-wasm ends the program at pages that are damaged, and takes damaged numbers for what they are.
 */
export async function* readParquet(
  facts: ParquetFacts,
  run: Pick<Run, 'until'>,
  columns?: readonly string[],
): AsyncGenerator<Batch> {
  const { path, rows } = facts
  const { fields, groups, read, close } = await openParquet(facts, run)
  try {
    const missing = columns?.find((name) => !fields.some((field) => field.name === name))
    if (missing !== undefined) throw new UsageError(`${path} has no column ${missing}`)
    if (groups === 0) yield emptyBatch(fields.filter(({ name }) => columns?.includes(name) ?? true))
    let found = 0
    for (let group = 0; group < groups; group++)
      for (const batch of await read({ rowGroups: [group], columns })) {
        found += batch.numRows
        yield batch
      }
    if (rows !== undefined && found !== rows)
      throw new DataError(`${path}: holds ${found} rows, and was written with ${rows}`, { hint: lost })
  } finally {
    await close()
  }
}

const lost = 'make it anew: run its recipe with --refill and its day; if a run has just done so, read again'

/** What the error of a Parquet file means, with its path. */
export function unreadable(path: string, error: unknown): MillraceError {
  const { code, message } = error as NodeJS.ErrnoException
  const details = { hint: lost, cause: error }
  return code === 'ENOENT'
    ? new MissingError(`${path}: there is no such file`, details)
    : new DataError(`${path}: cannot be read (${message ?? error})`, details)
}

async function hashOf(file: FileHandle): Promise<string> {
  const hash = createHash('sha256')
  const piece = Buffer.alloc(1 << 20)
  for (let at = 0; ; ) {
    const { bytesRead } = await file.read(piece, 0, piece.length, at)
    if (bytesRead === 0) return hash.digest('hex')
    hash.update(piece.subarray(0, bytesRead))
    at += bytesRead
  }
}

interface Reading {
  readonly blob: Blob
  /** Rejects when the file cannot be read. */
  readonly failed: Promise<never>
}

/**
 * All that parquet-wasm asks of a `Blob`; Node's own, of a file, is an experiment in Node 20. It is never told of an error,
 * of which it would die: it waits for ever, and is forgotten.
 */
function openReading(file: FileHandle, size: number): Reading {
  let fail = (_error: unknown): void => {}
  const failed = new Promise<never>((_, reject) => {
    fail = reject
  })
  failed.catch(() => {})
  const readAt = async (from: number, to: number): Promise<ArrayBuffer> => {
    if (from < 0) throw new Error(`it has only ${size} bytes`)
    const bytes = new Uint8Array(Math.min(to, size) - from)
    for (let at = 0; at < bytes.length; ) {
      const { bytesRead } = await file.read(bytes, at, bytes.length - at, from + at)
      if (bytesRead === 0) throw new Error(`it ends at byte ${from + at} of ${size}`)
      at += bytesRead
    }
    return bytes.buffer
  }
  const slice = (from: number, to: number) => ({
    arrayBuffer: () =>
      readAt(from, to).catch((error: unknown) => {
        fail(error)
        return new Promise<never>(() => {})
      }),
  })
  return { blob: { size, slice } as unknown as Blob, failed }
}

/** Views of the bytes, which nobody else has. */
function* fromIpc(stream: Uint8Array): Generator<Batch> {
  for (const { schema, data, numRows } of RecordBatchReader.from(stream))
    yield makeBatch(
      schema.fields.map(({ name }, i) => ({ name, data: data.children[i] as Data })),
      numRows,
    )
}

const emptyBatch = (fields: readonly Field[]): Batch =>
  makeBatch(
    fields.map(({ name, type }) => ({ name, data: columnBuilder(kindOf(type), 0).take(0) })),
    0,
  )
