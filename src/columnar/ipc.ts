import { type Data, Message, MessageHeader, MetadataVersion, Table, tableToIPC } from 'apache-arrow'
import type { Batch } from '../core/schema.ts'
import { kindOf } from './arrow-types.ts'
import { bytesOf } from './column.ts'

/** What ends an Arrow IPC stream: a continuation mark and a length of zero. */
export const endOfStream = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0)

/** The message that begins a stream of batches like this one. */
export const schemaMessage = ({ schema }: Batch): Uint8Array =>
  tableToIPC(new Table(schema), 'stream').subarray(0, -endOfStream.length)

/** The message of one batch, for a stream whose schema has been written. A copy, owned by the caller. */
export function batchMessage(batch: Batch): Uint8Array {
  const laid = layOut(batch)
  const bytes = new Uint8Array(laid.length)
  write(laid, bytes)
  return bytes
}

/** A batch as a whole IPC stream: schema, batch, end. A copy, owned by the caller. */
export const batchToStream = (batch: Batch): Uint8Array => streamsInOneMemory()(batch)

/**
 * Makes streams as `batchToStream` does, of batches of one schema, all of them in the same memory: each is void when the
 * next one is made. For readers who copy what they are given.
 */
export function streamsInOneMemory(): (batch: Batch) => Uint8Array {
  let schema: Uint8Array | undefined
  let memory = new Uint8Array(0)
  return (batch) => {
    schema ??= schemaMessage(batch)
    const laid = layOut(batch)
    const end = schema.length + laid.length
    if (memory.length < end + endOfStream.length) memory = new Uint8Array(end + endOfStream.length)
    memory.set(schema)
    write(laid, memory.subarray(schema.length))
    memory.set(endOfStream, end)
    return memory.subarray(0, end + endOfStream.length)
  }
}

/** A message before its bytes are put together. */
interface LaidOut {
  /** What comes before the buffers, all of it. */
  readonly head: Uint8Array
  /** Each followed by zeros, so that all of them begin at a multiple of 8. */
  readonly buffers: readonly Uint8Array[]
  readonly length: number
}

const padded = (bytes: number): number => (bytes + 7) & ~7

/** By hand, in 12 ns a row of trades: Arrow's own writer copies twice, into new memory, and takes 50 to 90. */
function layOut({ numRows, data: { children } }: Batch): LaidOut {
  const contents = children.flatMap(buffersOf)
  let bodyLength = 0
  const buffers = contents.map(({ length }) => {
    const offset = bodyLength
    bodyLength += padded(length)
    return { offset, length }
  })
  const nodes = children.map(({ length, nullCount }) => ({ length, nullCount }))
  const header = { length: numRows, nodes, buffers, compression: null }
  const metadata = Message.encode(
    new Message(bodyLength, MetadataVersion.V5, MessageHeader.RecordBatch, header),
  )
  const head = new Uint8Array(8 + padded(metadata.length))
  new Int32Array(head.buffer, 0, 2).set([-1, padded(metadata.length)])
  head.set(metadata, 8)
  return { head, buffers: contents, length: head.length + bodyLength }
}

function write({ head, buffers }: LaidOut, to: Uint8Array): void {
  to.set(head)
  let at = head.length
  for (const buffer of buffers) {
    to.set(buffer, at)
    at += padded(buffer.length)
    to.fill(0, at - padded(buffer.length) + buffer.length, at)
  }
}

/** A column's buffers as the format has them: nothing of what a slice left out; no validity where nothing is null. */
function buffersOf(data: Data): Uint8Array[] {
  const { type, length, offset, nullCount, nullBitmap } = data
  const validity = nullCount > 0 ? bitsFrom(nullBitmap as Uint8Array, offset, length) : new Uint8Array(0)
  const kind = kindOf(type)
  if (kind === 'bool') return [validity, bitsFrom(data.values, offset, length)]
  if (kind !== 'utf8') return [validity, bytesOf(data.values.subarray(0, length))]
  const offsets: Int32Array = data.valueOffsets.subarray(0, length + 1)
  const [start = 0, end = 0] = [offsets[0], offsets.at(-1)]
  return [
    validity,
    bytesOf(start === 0 ? offsets : offsets.map((at) => at - start)),
    data.values.subarray(start, end),
  ]
}

/** `length` bits of a bitmap from bit `from` on. Arrow slices the values of a sliced column, but not the bits. */
function bitsFrom(bits: Uint8Array, from: number, length: number): Uint8Array {
  const bytes = bits.subarray(from >> 3, (from + length + 7) >> 3)
  const shift = from & 7
  if (shift === 0) return bytes
  return bytes
    .map((byte, i) => (byte >> shift) | ((bytes[i + 1] ?? 0) << (8 - shift)))
    .subarray(0, (length + 7) >> 3)
}
