import { columnsOf } from '../../../src/columnar/arrow-types.ts'
import { type Column, column } from '../../../src/columnar/column.ts'
import type { Batch } from '../../../src/core/schema.ts'
import type { Facts } from '../check.ts'
import { orderColumn, orderModulus } from './order.ts'

/** Adds up what is in the batches that a parser answers: the facts that the readers of files have. */
export function tallyBatches() {
  let columns = ''
  let rows = 0n
  let order = 0n
  const exact: Record<string, bigint> = {}
  const close: Record<string, number> = {}
  const count = (fact: string, more: bigint): void => {
    exact[fact] = (exact[fact] ?? 0n) + more
  }
  const add = (batch: Batch): void => {
    const kinds = Object.entries(columnsOf(batch))
    columns = kinds.map((pair) => pair.join(' ')).join(', ')
    const ordered = orderColumn(Object.keys(columnsOf(batch)))
    for (const [name] of kinds) {
      const values = column(batch, name)
      count(`values of ${name}`, BigInt(values.length - values.nullCount))
      if (values.kind === 'utf8') count(`length of ${name}`, lengthOf(values))
      else if (values.kind === 'float64')
        close[`sum of ${name}`] = (close[`sum of ${name}`] ?? 0) + sumOf(values)
      else count(`sum of ${name}`, wholeSumOf(values))
      if (name === ordered) order += orderOf(values, rows)
    }
    rows += BigInt(batch.numRows)
  }
  const facts = (): Facts => {
    const texts = Object.entries({ rows, order, ...exact }).map(([name, value]) => [name, String(value)])
    return { exact: { columns, ...Object.fromEntries(texts) }, close }
  }
  return { add, facts }
}

const lengthOf = ({ offsets, length }: Column): bigint => BigInt((offsets[length] ?? 0) - (offsets[0] ?? 0))

function sumOf({ values, length, isValid }: Column): number {
  let sum = 0
  for (let row = 0; row < length; row++) if (isValid(row)) sum += Number(values[row])
  return sum
}

function wholeSumOf(values: Column): bigint {
  if (!(values.values instanceof BigInt64Array)) return BigInt(sumOf(values))
  let sum = 0n
  for (let row = 0; row < values.length; row++) if (values.isValid(row)) sum += values.values[row] as bigint
  return sum
}

/** Rows are counted from the first of the batch, so that all but the last step are exact doubles. */
function orderOf({ values, length }: Column, rowsBefore: bigint): bigint {
  const modulus = BigInt(orderModulus)
  let rests = 0
  let products = 0
  for (let row = 0; row < length; row++) {
    const rest = Number(BigInt(values[row] as bigint) % modulus)
    rests += rest
    products += row * rest
  }
  return rowsBefore * BigInt(rests) + BigInt(products)
}
