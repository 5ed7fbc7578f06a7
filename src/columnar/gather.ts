import { type Data, DataType, makeData } from 'apache-arrow'
import type { Batch, Columns } from '../core/schema.ts'
import { makeBatch } from './arrow-types.ts'
import { bitAt } from './column.ts'

/** The rows of a batch whose numbers are in `rows`, ascending: the batch itself when that is all of them, else a copy. */
export function takeRows<C extends Columns>(batch: Batch<C>, rows: Uint32Array): Batch<C> {
  if (rows.length === batch.numRows) return batch
  const columns = batch.schema.fields.map(({ name }, i) => ({
    name,
    data: gather(batch.data.children[i] as Data, rows),
  }))
  return makeBatch(columns, rows.length)
}

/** The rows of a column whose numbers are in `rows`, ascending, as a new column that shares no memory with it. */
export function gather(data: Data, rows: Uint32Array): Data {
  const props = { type: data.type, length: rows.length, ...gatherValidity(data, rows) }
  const gathered =
    data.valueOffsets !== undefined
      ? gatherTexts(data, rows)
      : DataType.isBool(data.type)
        ? { data: gatherBits(data.values, rows, data.offset) }
        : { data: gatherValues(data.values, rows) }
  return makeData({ ...props, ...gathered } as Parameters<typeof makeData>[0])
}

function gatherTexts({ values, valueOffsets }: Data, rows: Uint32Array) {
  const offsets = new Int32Array(rows.length + 1)
  let bytes = 0
  rows.forEach((row, to) => {
    bytes += (valueOffsets[row + 1] as number) - (valueOffsets[row] as number)
    offsets[to + 1] = bytes
  })
  const gathered = new Uint8Array(bytes)
  rows.forEach((row, to) => {
    gathered.set((values as Uint8Array).subarray(valueOffsets[row], valueOffsets[row + 1]), offsets[to])
  })
  return { data: gathered, valueOffsets: offsets }
}

type FixedValues = Int8Array | Int16Array | Int32Array | BigInt64Array | Float64Array

function gatherValues(values: FixedValues, rows: Uint32Array): FixedValues {
  const gathered = new (values.constructor as new (length: number) => FixedValues)(rows.length)
  for (let to = 0; to < rows.length; to++) gathered[to] = values[rows[to] as number] as never
  return gathered
}

function gatherBits(bits: Uint8Array, rows: Uint32Array, offset: number): Uint8Array {
  const gathered = new Uint8Array((rows.length + 7) >> 3)
  rows.forEach((row, to) => {
    if (bitAt(bits, row + offset)) gathered[to >> 3] = (gathered[to >> 3] as number) | (1 << (to & 7))
  })
  return gathered
}

function gatherValidity({ nullCount, nullBitmap, offset }: Data, rows: Uint32Array) {
  if (nullCount === 0) return { nullCount: 0 }
  return { nullCount: -1, nullBitmap: gatherBits(nullBitmap as Uint8Array, rows, offset) }
}
