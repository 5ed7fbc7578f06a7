import { columnsOf, makeBatch } from '../columnar/arrow-types.ts'
import { bitAt, type Column, column } from '../columnar/column.ts'
import { cellPrinter } from '../columnar/print.ts'
import { DataError, excerpt, UsageError } from '../core/errors.ts'
import type { Batch, Kind } from '../core/schema.ts'
import type { Level } from './layout.ts'
import { checkPartitionKind } from './partition-kinds.ts'

/** As many partitions as one unit may have: some 500 bytes of each are kept, for the manifest. */
export const mostPartitions = 100_000

/** A batch without the columns of its partitions, and the partition of each row, by its number. */
export interface Numbered {
  readonly batch: Batch
  readonly numbers: Uint32Array
}

/** Partitions numbered in the order in which their first rows came. */
export interface Partitions {
  number(batch: Batch): Numbered
  levelsOf(number: number): readonly Level[]
}

/** Equal for equal values; `undefined` is null. */
type Key = string | number | bigint | boolean | undefined

/** A value of one level, below those of the levels before it. Small, because there may be a hundred thousand. */
type Node = Branch | Leaf

interface Branch {
  readonly above: Branch | undefined
  readonly text: string | null
  readonly below: Map<Key, Node>
}

interface Leaf {
  readonly above: Branch
  readonly text: string | null
  readonly number: number
}

/** Tells the rows of batches apart by the values of some columns: the levels, from the top. */
export function numberPartitions(by: readonly string[]): Partitions {
  const top: Branch = { above: undefined, text: null, below: new Map() }
  const leaves: Leaf[] = []

  const branchOf = (above: Branch, reader: Reader, row: number): Branch => {
    const key = reader.keyOf(row)
    const found = above.below.get(key) ?? { above, text: reader.textOf(row), below: new Map() }
    above.below.set(key, found)
    return found as Branch
  }
  const leafOf = (above: Branch, reader: Reader, row: number): Leaf => {
    const key = reader.keyOf(row)
    const found = above.below.get(key)
    if (found) return found as Leaf
    if (leaves.length === mostPartitions) throw tooMany(by)
    const leaf = { above, text: reader.textOf(row), number: leaves.length }
    leaves.push(leaf)
    above.below.set(key, leaf)
    return leaf
  }
  return {
    number(batch) {
      const readers = readersOf(batch, by)
      const last = readers.pop() as Reader
      const numbers = new Uint32Array(batch.numRows)
      for (let row = 0; row < numbers.length; row++) {
        const above = readers.reduce((branch, reader) => branchOf(branch, reader, row), top)
        numbers[row] = leafOf(above, last, row).number
      }
      return { batch: without(batch, by), numbers }
    },
    levelsOf(number) {
      const leaf = leaves[number] as Leaf
      const texts = [leaf.text]
      for (let node = leaf.above; node.above; node = node.above) texts.unshift(node.text)
      return by.map((name, i) => [name, texts[i] ?? null])
    },
  }
}

const tooMany = (by: readonly string[]): DataError =>
  new DataError(`more than ${mostPartitions} partitions by ${by.join(', ')}`, {
    hint: 'partition by columns of fewer values; rows in the order of a column are found as fast without',
  })

interface Reader {
  keyOf(row: number): Key
  textOf(row: number): string | null
}

function readersOf(batch: Batch, by: readonly string[]): Reader[] {
  const kinds = columnsOf(batch)
  return by.map((name) => {
    const kind = kinds[name]
    if (kind === undefined) throw new UsageError(`no column ${name} to partition by`)
    checkPartitionKind(name, kind)
    return readerOf(name, column(batch, name))
  })
}

function readerOf(name: string, values: Column): Reader {
  const print = cellPrinter(values)
  const read = keyReader(values, print)
  return {
    keyOf: values.nullCount === 0 ? read : (row) => (values.isValid(row) ? read(row) : undefined),
    textOf: (row) => checked(name, values.kind, print(row) ?? null),
  }
}

function keyReader({ kind, values }: Column, print: (row: number) => string | undefined) {
  if (kind === 'utf8') return print
  if (kind === 'bool') return (row: number): Key => bitAt(values as Uint8Array, row)
  return (row: number): Key => values[row]
}

/** Dates print as they are read from the year 0 to 9999 only. */
function checked(name: string, kind: Kind, text: string | null): string | null {
  if (kind === 'date' && text !== null && !/^\d{4}-\d\d-\d\d$/.test(text))
    throw new DataError(`${name} ${excerpt(text)} cannot be the name of a folder`)
  return text
}

function without(batch: Batch, names: readonly string[]): Batch {
  const columns = batch.schema.fields.flatMap(({ name }, i) => {
    const data = batch.data.children[i]
    return data && !names.includes(name) ? [{ name, data }] : []
  })
  return makeBatch(columns, batch.numRows)
}
