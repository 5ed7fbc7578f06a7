import type { Batch } from '../../src/core/schema.ts'
import { rowsOf } from './batches.ts'

const timeText = (value: bigint, perSecond: bigint): string => {
  const digits = String(perSecond).length - 1
  const part = String(((value % perSecond) + perSecond) % perSecond)
    .padStart(digits, '0')
    .replace(/0+$/, '')
  const seconds = (value - (((value % perSecond) + perSecond) % perSecond)) / perSecond
  const text = new Date(Number(seconds) * 1000).toISOString().slice(0, 19).replace('T', ' ')
  return part === '' ? text : `${text}.${part}`
}

/** Rows of a batch, each value as DuckDB prints it. */
export const printed = (batch: Batch): Readonly<Record<string, string | null>>[] => {
  const types = new Map(batch.schema.fields.map(({ name, type }) => [name, String(type)]))
  const print = (name: string, value: unknown): string | null => {
    const type = types.get(name) ?? ''
    if (value === null) return null
    if (type === 'Date32<DAY>') return new Date(Number(value) * 86_400_000).toISOString().slice(0, 10)
    if (type === 'Timestamp<MICROSECOND>') return timeText(value as bigint, 1_000_000n)
    if (type === 'Timestamp<NANOSECOND>') return timeText(value as bigint, 1_000_000_000n)
    return type === 'Float64' && Number.isInteger(value) ? `${value}.0` : String(value)
  }
  return rowsOf(batch).map((row) =>
    Object.fromEntries(Object.entries(row).map(([name, value]) => [name, print(name, value)])),
  )
}
