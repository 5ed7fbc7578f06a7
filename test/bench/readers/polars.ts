import polars, { type Expr } from 'nodejs-polars'
import type { Column } from '../../../src/datasets/dataset.ts'
import { askedColumns } from '../ask.ts'
import type { Facts, Written } from '../check.ts'
import { orderColumn, orderModulus } from './order.ts'

const kinds: Readonly<Record<string, string>> = {
  'DataType(String)': 'utf8',
  'DataType(Int32)': 'int32',
  'DataType(Int64)': 'int64',
  'DataType(Float64)': 'float64',
  'DataType(Datetime(ns,))': 'timestamp_ns',
  'DataType(Datetime(us,))': 'timestamp_us',
}
type Columns = readonly (readonly [string, Column])[]
const whole = (value: Expr): Expr => value.cast(polars.Int64)
/** A number as it is would make doubles of what it divides. */
const modulus = whole(polars.lit(orderModulus))
/** In 128 bits: nanoseconds of a day of trades do not fit 64. */
const sum = (value: Expr): Expr => value.cast(polars.Decimal(38, 0)).sum()

/** What Polars finds in a Parquet file. */
export async function readByPolars({ path, dataset, ask }: Written): Promise<Facts> {
  const columns = askedColumns(dataset, ask)
  const types = Object.entries((await scan(path).limit(0).collect()).schema)
  const exact = await answers(path, exactQuestions(columns))
  return {
    exact: {
      columns: types.map(([name, type]) => `${name} ${kinds[`${type}`] ?? type}`).join(', '),
      ...exact,
    },
    close: await answers(path, closeQuestions(columns)),
  }
}

/** The date in the names of a lake's folders is no column of the file. */
const scan = (path: string) => polars.scanParquet(path, { hivePartitioning: false })

async function answers<T>(path: string, asked: Record<string, Expr>): Promise<Record<string, T>> {
  const named = Object.entries(asked).map(([name, value]) => value.alias(name))
  const found = await scan(path)
    .withRowIndex('row')
    .select(...named)
    .collect()
  return found.toRecords()[0] as Record<string, T>
}

function exactQuestions(columns: Columns): Record<string, Expr> {
  const { col } = polars
  const ordered = whole(col(orderColumn(columns.map(([name]) => name))))
  const asked: Record<string, Expr> = {
    rows: col('row').count(),
    order: sum(whole(col('row')).mul(ordered.modulo(modulus))),
  }
  for (const [name, { kind }] of columns) {
    asked[`values of ${name}`] = col(name).count()
    if (kind === 'utf8') asked[`length of ${name}`] = sum(whole(col(name).str.lengths()))
    else if (kind !== 'float64') asked[`sum of ${name}`] = sum(whole(col(name)))
  }
  return Object.fromEntries(Object.entries(asked).map(([name, value]) => [name, value.cast(polars.Utf8)]))
}

const closeQuestions = (columns: Columns): Record<string, Expr> =>
  Object.fromEntries(
    columns
      .filter(([, { kind }]) => kind === 'float64')
      .map(([name]) => [`sum of ${name}`, polars.col(name).sum()]),
  )
