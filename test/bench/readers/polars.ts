import polars, { type Expr } from 'nodejs-polars'
import type { Column } from '../../../src/datasets/dataset.ts'
import { stocksTrades } from '../../../src/datasets/stocks.ts'
import type { Facts } from '../check.ts'

const kinds: Readonly<Record<string, string>> = {
  'DataType(String)': 'utf8',
  'DataType(Int32)': 'int32',
  'DataType(Int64)': 'int64',
  'DataType(Float64)': 'float64',
  'DataType(Datetime(ns,))': 'timestamp_ns',
}
const whole = (value: Expr): Expr => value.cast(polars.Int64)
/** In 128 bits: nanoseconds of a day of trades do not fit 64. */
const sum = (value: Expr): Expr => value.cast(polars.Decimal(38, 0)).sum()

/** What Polars finds in a Parquet file of trades. */
export async function readByPolars(path: string): Promise<Facts> {
  const file = polars.scanParquet(path)
  const types = Object.entries((await file.limit(0).collect()).schema)
  const exact = await answers(path, exactQuestions())
  return {
    exact: {
      columns: types.map(([name, type]) => `${name} ${kinds[`${type}`] ?? type}`).join(', '),
      ...exact,
    },
    close: await answers(path, closeQuestions()),
  }
}

async function answers<T>(path: string, asked: Record<string, Expr>): Promise<Record<string, T>> {
  const named = Object.entries(asked).map(([name, value]) => value.alias(name))
  const found = await polars
    .scanParquet(path)
    .withRowIndex('row')
    .select(...named)
    .collect()
  return found.toRecords()[0] as Record<string, T>
}

function exactQuestions(): Record<string, Expr> {
  const { col } = polars
  const asked: Record<string, Expr> = {
    rows: col('row').count(),
    order: sum(whole(col('row')).mul(col('sequence_number'))),
  }
  for (const [name, { kind }] of Object.entries<Column>(stocksTrades.columns)) {
    asked[`values of ${name}`] = col(name).count()
    if (kind === 'utf8') asked[`length of ${name}`] = sum(whole(col(name).str.lengths()))
    else if (kind !== 'float64') asked[`sum of ${name}`] = sum(whole(col(name)))
  }
  return Object.fromEntries(Object.entries(asked).map(([name, value]) => [name, value.cast(polars.Utf8)]))
}

const closeQuestions = (): Record<string, Expr> => ({
  'sum of price': polars.col('price').sum(),
  'sum of size': polars.col('size').sum(),
})
