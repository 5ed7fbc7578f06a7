import type { Data } from 'apache-arrow'
import { makeBatch } from '../../../src/columnar/arrow-types.ts'
import type { CsvReader } from '../../../src/columnar/csv-reader.ts'
import { rowsPerBatch } from '../../../src/columnar/row-reader.ts'
import type { Batch, Columns, Kind } from '../../../src/core/schema.ts'
import type { Bytes } from '../../../src/core/stage.ts'
import type { Ask } from '../ask.ts'
import { behindQuoted, type FieldReader, fieldReader, type Text } from './plain-fields.ts'

/** Most bytes of text that are held at once: a chunk, and the row that the one before it cut off. */
const textBytes = 1 << 22
const [quote, comma, lineFeed, carriageReturn] = [34, 44, 10, 13]

/**
 * What the kernel is compared with: the same columns out of the same bytes in JavaScript alone, byte by byte into typed
 * arrays, in one pass, without a string a field. Quotes, CRLF, nulls and exact numbers are as in the kernel. It does less
 * in that it throws at the first bad row, wants the ticker first and without quotes to filter by it, and takes no chunk above 3 MiB.
 */
export function createPlainReader(columns: Columns, { columns: only, ticker }: Ask): CsvReader {
  const text: Text = { bytes: new Uint8Array(textBytes + 1), end: 0 }
  const { bytes } = text
  const wanted = ticker === undefined ? undefined : Buffer.from(`${ticker},`)
  const full: Batch[] = []
  let reads: readonly FieldReader['read'][] = []
  let kept: readonly (FieldReader & { readonly name: string })[] = []
  let rows = 0

  const isAsked = (name: string): boolean => !only || only.includes(name)
  const readHeader = (): number => {
    const end = bytes.indexOf(lineFeed)
    const names = Buffer.from(bytes.subarray(0, end)).toString().trimEnd().split(',')
    const fields = names.map((name) => ({
      name,
      ...fieldReader(isAsked(name) ? (columns[name] as Kind) : 'none', text, rowsPerBatch),
    }))
    reads = fields.map(({ read }) => read)
    kept = fields.filter(({ name }) => isAsked(name))
    return end + 1
  }
  /** Where the next row begins; -1 when this one has not ended. */
  const readRow = (start: number): number => {
    let at = start
    for (let field = 0; field < reads.length; field++) {
      at = (reads[field] as FieldReader['read'])(at, rows) + 1
      if (bytes[at - 1] !== comma && field < reads.length - 1) return unended(at - 1)
    }
    if (bytes[at - 1] === carriageReturn) at++
    if (bytes[at - 1] !== lineFeed) return unended(at - 1)
    return at > text.end ? -1 : at
  }
  const unended = (at: number): number => {
    // What follows a carriage return at the end is not known yet.
    const end = bytes[at] === carriageReturn ? text.end - 1 : text.end
    if (at < end) throw new Error(`row ${rows + 1} of its batch has another number of fields`)
    return -1
  }
  const take = (): Batch => {
    const batch = makeBatch<Columns>(
      kept.map(({ name, take }) => ({ name, data: take(rows) as Data })),
      rows,
    )
    rows = 0
    return batch
  }
  const readIfWanted = (at: number): number => {
    if (wanted !== undefined && !beginsWith(bytes, at, wanted)) return passRow(text, at)
    const next = readRow(at)
    if (next >= 0 && ++rows === rowsPerBatch) full.push(take())
    return next
  }
  /** Answers where the row begins that has not ended. */
  const readRows = (from: number): number => {
    let at = from
    for (let next = at; next >= 0; next = readIfWanted(at)) at = next
    return at
  }
  const read = (): Batch[] => {
    if (reads.length === 0 && bytes.indexOf(lineFeed) === text.end) return []
    const at = readRows(reads.length === 0 ? readHeader() : 0)
    for (const { undo } of kept) undo(rows)
    bytes.copyWithin(0, at, text.end)
    text.end -= at
    return full.splice(0)
  }
  return {
    feed(chunk) {
      if (text.end + chunk.length > textBytes) throw new Error('a row is longer than there is room for')
      bytes.set(chunk, text.end)
      text.end += chunk.length
      bytes[text.end] = lineFeed
      return read()
    },
    end() {
      bytes[text.end] = lineFeed
      if (text.end > 0) bytes[++text.end] = lineFeed
      const batches = read()
      return [...batches, take()]
    },
  }
}

function beginsWith(bytes: Uint8Array, at: number, wanted: Uint8Array): boolean {
  for (let i = 0; i < wanted.length; i++) if (bytes[at + i] !== wanted[i]) return false
  return true
}

/** As `readRow`, for a row that nobody wants. */
function passRow(text: Text, start: number): number {
  const { bytes, end } = text
  let at = start
  while (bytes[at] !== lineFeed) at = bytes[at] === quote ? behindQuoted(text, at) : at + 1
  return at < end ? at + 1 : -1
}

export async function* byPlainReader(
  chunks: AsyncIterable<Bytes>,
  columns: Columns,
  ask: Ask,
): AsyncGenerator<Batch> {
  const reader = createPlainReader(columns, ask)
  for await (const chunk of chunks) yield* reader.feed(chunk)
  yield* reader.end()
}
