import { bitAt, type Column, column } from '../columnar/column.ts'
import type { Batch } from '../core/schema.ts'

/** Below 0 when row `a` comes before row `b`, 0 when they are equal. */
export type Comparer = (a: number, b: number) => number

/** Compares rows of a batch by some columns, one after the other. Null comes first, and so does the smaller value. */
export function rowComparer(batch: Batch, names: readonly string[]): Comparer {
  const comparers = names.map((name) => columnComparer(column(batch, name)))
  return (a, b) => {
    for (const compare of comparers) {
      const order = compare(a, b)
      if (order !== 0) return order
    }
    return 0
  }
}

function columnComparer(values: Column): Comparer {
  const compare = valueComparer(values)
  if (values.nullCount === 0) return compare
  const { isValid } = values
  return (a, b) => {
    const [hasA, hasB] = [isValid(a), isValid(b)]
    if (hasA && hasB) return compare(a, b)
    return Number(hasA) - Number(hasB)
  }
}

function valueComparer({ kind, values, offsets }: Column): Comparer {
  if (kind === 'utf8') return textComparer(values as Uint8Array, offsets)
  if (kind === 'bool')
    return (a, b) => Number(bitAt(values as Uint8Array, a)) - Number(bitAt(values as Uint8Array, b))
  return (a, b) => {
    const [one, other] = [values[a] as number, values[b] as number]
    if (one < other) return -1
    if (one > other) return 1
    // Two zeros, or a NaN, are told apart by what they are.
    return one === other ? zeroOrder(one, other) : Number(Number.isNaN(one)) - Number(Number.isNaN(other))
  }
}

const zeroOrder = (one: number, other: number): number =>
  one === 0 ? Number(Object.is(other, -0)) - Number(Object.is(one, -0)) : 0

/** By their bytes, which is the order of their characters. */
function textComparer(bytes: Uint8Array, offsets: Int32Array): Comparer {
  return (a, b) => {
    let [i, j] = [offsets[a] as number, offsets[b] as number]
    const [endA, endB] = [offsets[a + 1] as number, offsets[b + 1] as number]
    for (; i < endA && j < endB; i++, j++) {
      const difference = (bytes[i] as number) - (bytes[j] as number)
      if (difference !== 0) return difference
    }
    return endA - i - (endB - j)
  }
}
