import { excerpt } from '../core/errors.ts'
import type { RejectedRow } from '../core/run.ts'
import type { Batch, Kind } from '../core/schema.ts'
import { makeBatch } from './arrow-types.ts'
import { valueComplaint } from './complaints.ts'
import { createFieldReader } from './json-fields.ts'
import { isRounded } from './json-numbers.ts'
import { char, eachElement, type JsonSpan, textAt } from './json-scan.ts'
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
  /** Of each column of doubles the first whole number that a double does not hold; it is there as the nearest that does. */
  readonly rounded: readonly { readonly name: string; readonly text: string }[]
}

/** A batch of 38 columns of these is some 5 MB. */
const rowsPerBatch = 1 << 14
const firstRoom = 64

interface Column {
  readonly name: string
  readonly kind: Kind
  readonly store: JsonStore
}

/** @param before number of rows that came before the first, for messages. */
export function createRowReader(spec: JsonColumns, before = 0): RowReader {
  const table = createTable(spec)
  const rejected: RejectedRow[] = []
  let extra: string[] = []
  let rounded: Taken['rounded'] = []
  const told = new Set<string>()
  let [numbered, taken] = [before, before]
  let bad: { readonly name: string; readonly why: string } | undefined

  const set = (column: Column, bytes: Buffer, start: number, end: number): void => {
    if (table.set(column, bytes, start, end)) {
      if (column.kind === 'float64' && isRounded(bytes, start, end) && !told.has(column.name)) {
        told.add(column.name)
        rounded = [...rounded, { name: column.name, text: bytes.toString('latin1', start, end) }]
      }
      return
    }
    const text = bytes[start] === char.quote ? textAt(bytes, start, end) : bytes.toString('utf8', start, end)
    bad ??= { name: column.name, why: valueComplaint(text, column.kind) }
  }
  const fields = createFieldReader<Column>({ value: set, unwanted: (name) => void extra.push(excerpt(name)) })
  const ofParent = table.columns.filter(({ name }) => spec[name]?.of === 'parent')
  const pathOf = ({ name }: Column): string => spec[name]?.from ?? name
  for (const column of table.columns)
    if (!ofParent.includes(column)) fields.want(pathOf(column).split('.'), column)

  const readRow = (bytes: Buffer, at: number, parent: Parent): number => {
    const end = fields.read(bytes, at)
    for (const column of ofParent) {
      const span = parent.get(pathOf(column))
      if (span) set(column, bytes, span.start, span.end)
    }
    numbered++
    if (bad) {
      const place = { row: numbered, column: bad.name, offset: at }
      rejected.push({ at: place, why: bad.why, text: bytes.toString('utf8', at, end) })
      bad = undefined
      table.drop()
    } else table.keep()
    return end
  }
  return {
    wantsParent: ofParent.length > 0,
    get numbered() {
      return taken
    },
    read(bytes, at, parent) {
      if (bytes[at] === char.openObject) return readRow(bytes, at, parent)
      return eachElement(bytes, at, (start) => readRow(bytes, start, parent))
    },
    take() {
      const rows = numbered - taken
      const found = { extra, rounded }
      taken = numbered
      ;[extra, rounded] = [[], []]
      return { batches: table.take(), rows, rejected: rejected.splice(0), ...found }
    },
  }
}

/** Columns that are filled row by row, and cut into batches. */
function createTable(spec: JsonColumns) {
  const columns = Object.entries(spec).map(
    ([name, { kind }]): Column => ({ name, kind, store: jsonStore(kind) }),
  )
  const full: Batch[] = []
  let [room, filled] = [0, 0]
  const makeRoom = (): void => {
    room = Math.min(rowsPerBatch, Math.max(firstRoom, room * 4))
    for (const { store } of columns) store.reserve(room)
  }
  const cut = (): void => {
    const taken = columns.map(({ name, store }) => ({ name, data: store.take(filled) }))
    full.push(makeBatch(taken, filled))
    filled = 0
  }
  return {
    columns,
    /** A value of the row that is being filled; `false` when it is none of its column. */
    set({ store }: Column, bytes: Buffer, start: number, end: number): boolean {
      if (filled === room) makeRoom()
      return bytes[start] === char.n || store.set(filled, bytes, start, end)
    },
    /** The row is good. One without any value is a row, too. */
    keep(): void {
      if (filled === room) makeRoom()
      if (++filled === rowsPerBatch) cut()
    },
    drop(): void {
      for (const { store } of columns) store.clear(filled)
    },
    take(): readonly Batch[] {
      if (filled > 0) cut()
      return full.splice(0)
    },
  }
}

/** A batch of no rows, which tells the columns. */
export function emptyBatch(spec: JsonColumns): Batch {
  const columns = Object.entries(spec).map(([name, { kind }]) => ({ name, data: jsonStore(kind).take(0) }))
  return makeBatch(columns, 0)
}
