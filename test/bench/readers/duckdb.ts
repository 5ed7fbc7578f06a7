import type { Column } from '../../../src/datasets/dataset.ts'
import { query } from '../../helpers/duckdb.ts'
import { askedColumns } from '../ask.ts'
import type { Facts, Written } from '../check.ts'
import { orderColumn, orderModulus } from './order.ts'

const kinds: Readonly<Record<string, string>> = {
  VARCHAR: 'utf8',
  INTEGER: 'int32',
  BIGINT: 'int64',
  DOUBLE: 'float64',
  TIMESTAMP_NS: 'timestamp_ns',
  TIMESTAMP: 'timestamp_us',
}

/** What DuckDB finds in a Parquet file. */
export async function readByDuckdb({ path, dataset, ask }: Written): Promise<Facts> {
  // The date in the names of a lake's folders is no column of the file.
  const file = `read_parquet('${path.replaceAll("'", "''")}', hive_partitioning = false`
  const types = await query(`select column_name, column_type from (describe select * from ${file}))`)
  const columns = askedColumns(dataset, ask)
  const asked = questions(columns)
  const [answers = []] = await query(`select ${Object.values(asked)} from ${file}, file_row_number = true)`)
  const facts = Object.keys(asked).map((name, i) => [name, answers[i] ?? 'null'] as const)
  const rounded = columns.filter(([, { kind }]) => kind === 'float64').map(([name]) => `sum of ${name}`)
  return {
    exact: {
      columns: types.map(([name, type]) => `${name} ${kinds[type ?? ''] ?? type}`).join(', '),
      ...Object.fromEntries(facts.filter(([name]) => !rounded.includes(name))),
    },
    close: Object.fromEntries(
      facts.filter(([name]) => rounded.includes(name)).map(([name, sum]) => [name, Number(sum)]),
    ),
  }
}

function questions(columns: readonly (readonly [string, Column])[]): Record<string, string> {
  const whole = (name: string, { kind }: Column): string => {
    if (kind === 'timestamp_ns') return `epoch_ns(${name})`
    return kind === 'timestamp_us' ? `epoch_us(${name})` : name
  }
  const asked: Record<string, string> = { rows: 'count(*)' }
  const ordered = orderColumn(columns.map(([name]) => name))
  for (const [name, column] of columns) {
    asked[`values of ${name}`] = `count(${name})`
    if (column.kind === 'utf8') asked[`length of ${name}`] = `sum(length(${name}))`
    else if (column.kind === 'float64') asked[`sum of ${name}`] = `fsum(${name})`
    else asked[`sum of ${name}`] = `sum(${whole(name, column)}::hugeint)`
    if (name === ordered)
      asked['order'] = `sum(file_row_number::hugeint * (${whole(name, column)} % ${orderModulus}))`
  }
  return asked
}
