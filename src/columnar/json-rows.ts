import { excerpt } from '../core/errors.ts'
import type { RejectedRow } from '../core/run.ts'
import type { Batch, Kind } from '../core/schema.ts'
import { makeBatch } from './arrow-types.ts'
import { valueComplaint } from './complaints.ts'
import {
  char,
  eachElement,
  type JsonSpan,
  NotJson,
  skipChar,
  skipSpace,
  skipString,
  skipValue,
  textAt,
} from './json-scan.ts'
import { type JsonStore, jsonStore } from './json-stores.ts'

/** One column, and where in a row of JSON it stands. A list is stored as text, with commas. */
export interface JsonColumn {
  readonly kind: Kind
  /** Its path, with points, where it is another than the name of the column: `address.city`. */
  readonly from?: string
  /** It does not stand in the row, but in the object that holds the list of rows, once for all of them. */
  readonly of?: 'parent'
}

export type JsonColumns = Readonly<Record<string, JsonColumn>>

/** Fields of the object around the rows. */
export type Parent = ReadonlyMap<string, JsonSpan>

/** Turns rows of JSON into batches, over many pages. */
export interface RowReader {
  /** Columns that have to be known before the rows are read. */
  readonly wantsParent: boolean
  /** Rows that were taken. */
  readonly numbered: number
  /** Reads the list of rows, or the one row, that begins at `at`. @returns its end. @throws {NotJson} */
  read(bytes: Buffer, at: number, parent: Parent): number
  /** What has come since this was last asked. */
  take(): Taken
}

export interface Taken {
  readonly batches: readonly Batch[]
  /** Good and bad ones. */
  readonly rows: number
  readonly rejected: readonly RejectedRow[]
  /** Fields of rows that no column asks for, each told once. */
  readonly extra: readonly string[]
}

/** A batch of 38 columns of these is some 5 MB. */
const rowsPerBatch = 1 << 14
const firstRoom = 64

interface Column {
  readonly name: string
  readonly kind: Kind
  readonly store: JsonStore
}

/** What is known of the fields of one object, in the order in which they were first seen: rows are alike. */
interface Fields {
  readonly nodes: Map<string, Node>
  readonly seen: { readonly key: Uint8Array; readonly node: Node | undefined }[]
}

interface Node {
  readonly columns: Column[]
  readonly fields: Fields
}

const noFields = (): Fields => ({ nodes: new Map(), seen: [] })

function nodeFor(fields: Fields, path: readonly string[]): Node {
  const [name = '', ...rest] = path
  const node = fields.nodes.get(name) ?? { columns: [], fields: noFields() }
  fields.nodes.set(name, node)
  return rest.length === 0 ? node : nodeFor(node.fields, rest)
}

/** @param before number of rows that came before the first, for messages. */
export function createRowReader(spec: JsonColumns, before = 0): RowReader {
  const top = noFields()
  const columns = Object.entries(spec).map(
    ([name, { kind }]): Column => ({ name, kind, store: jsonStore(kind) }),
  )
  const fromParent: { readonly column: Column; readonly field: string }[] = []
  for (const column of columns) {
    const { from = column.name, of } = spec[column.name] as JsonColumn
    if (of === 'parent') fromParent.push({ column, field: from })
    else nodeFor(top, from.split('.')).columns.push(column)
  }
  const full: Batch[] = []
  const rejected: RejectedRow[] = []
  const extra = new Set<string>()
  let told = 0
  let [room, filled, numbered, taken] = [0, 0, before, before]
  let bad: { readonly name: string; readonly why: string } | undefined

  const takeBatch = (): void => {
    full.push(
      makeBatch(
        columns.map(({ name, store }) => ({ name, data: store.take(filled) })),
        filled,
      ),
    )
    filled = 0
  }
  const set = ({ name, kind, store }: Column, bytes: Buffer, start: number, end: number): void => {
    if (bytes[start] === char.n || store.set(filled, bytes, start, end)) return
    const text = bytes[start] === char.quote ? textAt(bytes, start, end) : bytes.toString('utf8', start, end)
    bad ??= { name, why: valueComplaint(text, kind) }
  }
  const fieldAt = (fields: Fields, bytes: Buffer, at: number, end: number): Fields['seen'][number] => {
    const name = textAt(bytes, at, end)
    const node = fields.nodes.get(name)
    if (node === undefined) extra.add(name)
    const one = { key: new Uint8Array(bytes.subarray(at, end)), node }
    // Names that are never the same, as in an object that is a table, must not be kept.
    if (fields.seen.length < 1000) fields.seen.push(one)
    return one
  }
  const readObject = (fields: Fields, bytes: Buffer, at: number): number => {
    let i = skipSpace(bytes, skipChar(bytes, at, char.openObject))
    if (bytes[i] === char.closeObject) return i + 1
    for (let next = 0; ; next++) {
      const found = find(fields, bytes, i, next)
      if (found >= 0) next = found
      const { key, node } = fields.seen[found] ?? fieldAt(fields, bytes, i, skipString(bytes, i))
      const start = skipSpace(bytes, skipChar(bytes, skipSpace(bytes, i + key.length), char.colon))
      i = skipSpace(bytes, readField(node, bytes, start))
      if (bytes[i] === char.closeObject) return i + 1
      i = skipSpace(bytes, skipChar(bytes, i, char.comma))
    }
  }
  const readField = (node: Node | undefined, bytes: Buffer, start: number): number => {
    if (node === undefined) return skipValue(bytes, start)
    if (node.fields.nodes.size > 0 && bytes[start] === char.openObject)
      return readObject(node.fields, bytes, start)
    const end = skipValue(bytes, start)
    for (const column of node.columns) set(column, bytes, start, end)
    return end
  }
  const readRow = (bytes: Buffer, at: number, parent: Parent): number => {
    if (filled === room) {
      room = Math.min(rowsPerBatch, Math.max(firstRoom, room * 4))
      for (const { store } of columns) store.reserve(room)
    }
    const end = readObject(top, bytes, at)
    for (const { column, field } of fromParent) {
      const span = parent.get(field)
      if (span) set(column, bytes, span.start, span.end)
    }
    numbered++
    if (bad) {
      const text = bytes.toString('utf8', at, end)
      rejected.push({ at: { row: numbered, column: bad.name, offset: at }, why: bad.why, text })
      for (const { store } of columns) store.clear(filled)
      bad = undefined
    } else if (++filled === rowsPerBatch) takeBatch()
    return end
  }
  return {
    wantsParent: fromParent.length > 0,
    get numbered() {
      return taken
    },
    read(bytes, at, parent) {
      if (bytes[at] === char.openObject) return readRow(bytes, at, parent)
      return eachElement(bytes, at, (start) => readRow(bytes, start, parent))
    },
    take() {
      if (filled > 0) takeBatch()
      const rows = numbered - taken
      taken = numbered
      const names = [...extra].slice(told)
      told = extra.size
      return { batches: full.splice(0), rows, rejected: rejected.splice(0), extra: names.map(excerpt) }
    },
  }
}

/** Which of the fields seen is the one at `at`: most likely the one after that before it; -1 when it is new. */
function find({ seen }: Fields, bytes: Buffer, at: number, next: number): number {
  if (bytes[at] !== char.quote) throw new NotJson(bytes, at)
  for (let i = next; i < seen.length; i++) if (isAt(bytes, at, (seen[i] as { key: Uint8Array }).key)) return i
  const most = Math.min(next, seen.length)
  for (let i = 0; i < most; i++) if (isAt(bytes, at, (seen[i] as { key: Uint8Array }).key)) return i
  return -1
}

/** A key has both its quotes, so that none is taken for a longer one. */
function isAt(bytes: Buffer, at: number, key: Uint8Array): boolean {
  for (let i = 1; i < key.length; i++) if (bytes[at + i] !== key[i]) return false
  return true
}

/** A batch of no rows, which tells the columns. */
export function emptyBatch(spec: JsonColumns): Batch {
  const columns = Object.entries(spec).map(([name, { kind }]) => ({ name, data: jsonStore(kind).take(0) }))
  return makeBatch(columns, 0)
}
