import { type FileHandle, mkdir, open, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type Data, makeData, RecordBatchReader } from 'apache-arrow'
import { makeBatch, typeOf } from '../columnar/arrow-types.ts'
import { batchToStream } from '../columnar/ipc.ts'
import { writeError } from '../core/durable-file.ts'
import type { Batch } from '../core/schema.ts'
import type { Numbered } from './partition-rows.ts'

/** Rows that were set aside in a file, in the order of their numbers, to be read once. */
export interface SpillFile {
  read(): AsyncGenerator<Numbered>
}

/** A folder for such files. */
export interface Spill {
  write(rows: AsyncIterable<Numbered>): Promise<SpillFile>
  /** Removes it, whatever is in it. */
  close(): Promise<void>
}

/**
 * Files in `folder`, which is made when it is first needed. Nobody else looks at them, so they are not synced. Writing
 * and reading end with the signal.
 */
export function openSpill(folder: string, signal: AbortSignal): Spill {
  let files = 0
  return {
    async write(rows) {
      const path = join(folder, `${files++}.spill`)
      let names: readonly string[] = []
      const file = await telling(path, () => openNew(path))
      try {
        for await (const one of rows) {
          signal.throwIfAborted()
          names = one.batch.schema.fields.map(({ name }) => name)
          await telling(path, () => append(file, batchToStream(withNumbers(one))))
        }
      } finally {
        await file.close()
      }
      return { read: () => readRows({ path, names }, signal) }
    },
    close: () => telling(folder, () => rm(folder, { recursive: true, force: true })),
  }
}

async function openNew(path: string): Promise<FileHandle> {
  await mkdir(dirname(path), { recursive: true })
  return open(path, 'wx', 0o600)
}

/** Each batch is an Arrow stream of its own, after its length in bytes. */
const lengthBytes = 4

async function append(file: FileHandle, stream: Uint8Array): Promise<void> {
  const length = Buffer.alloc(lengthBytes)
  length.writeUInt32LE(stream.length)
  await file.appendFile(length)
  await file.appendFile(stream)
}

/** A file, and the names of its columns. */
interface Kept {
  readonly path: string
  readonly names: readonly string[]
}

/** Reads a file to its end and removes it; it is open meanwhile. */
async function* readRows({ path, names }: Kept, signal: AbortSignal): AsyncGenerator<Numbered> {
  const file = await telling(path, () => open(path, 'r'))
  try {
    for (;;) {
      signal.throwIfAborted()
      const length = await telling(path, () => readBytes(file, lengthBytes))
      if (length === undefined) break
      const stream = await telling(path, () => readBytes(file, length.readUInt32LE()))
      yield withoutNumbers({ path, names }, stream)
    }
  } finally {
    await file.close()
  }
  await telling(path, () => rm(path))
}

/** The next bytes of a file; nothing at its end. */
async function readBytes(file: FileHandle, length: number): Promise<Buffer | undefined> {
  // Not from Buffer's pool: columns become views of it, each aligned to its values.
  const bytes = Buffer.alloc(length)
  let at = 0
  while (at < length) {
    const { bytesRead } = await file.read(bytes, at, length - at)
    if (bytesRead === 0) break
    at += bytesRead
  }
  if (at === 0) return undefined
  if (at < length) throw new Error(`a file of rows set aside ends ${length - at} bytes early`)
  return bytes
}

/** The numbers come last. Columns have no names of theirs there: Arrow mixes up equal ones, and loses an empty one. */
function withNumbers({ batch, numbers }: Numbered): Batch {
  const values = new Int32Array(numbers.buffer, numbers.byteOffset, numbers.length)
  const data = makeData({
    type: typeOf('int32'),
    length: numbers.length,
    nullCount: 0,
    data: values,
  } as Parameters<typeof makeData>[0])
  const columns = [...batch.data.children, data].map((data, i) => ({ name: String(i), data }))
  return makeBatch(columns, batch.numRows)
}

function withoutNumbers({ path, names }: Kept, stream: Buffer | undefined): Numbered {
  const [read] = stream ? RecordBatchReader.from(stream) : []
  const numbers = read?.data.children.at(-1)?.values
  if (!(read && numbers instanceof Int32Array)) throw new Error(`${path}: no rows set aside`)
  return {
    batch: makeBatch(
      names.map((name, i) => ({ name, data: read.data.children[i] as Data })),
      read.numRows,
    ),
    numbers: new Uint32Array(numbers.buffer, numbers.byteOffset, numbers.length),
  }
}

async function telling<T>(path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action()
  } catch (error) {
    throw writeError(path, error)
  }
}
