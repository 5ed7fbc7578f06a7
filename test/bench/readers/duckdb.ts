import type { Column } from '../../../src/datasets/dataset.ts'
import { stocksTrades } from '../../../src/datasets/stocks.ts'
import { query } from '../../helpers/duckdb.ts'
import type { Facts } from '../check.ts'

const kinds: Readonly<Record<string, string>> = {
  VARCHAR: 'utf8',
  INTEGER: 'int32',
  BIGINT: 'int64',
  DOUBLE: 'float64',
  TIMESTAMP_NS: 'timestamp_ns',
}

/** What DuckDB finds in a Parquet file of trades. */
export async function readByDuckdb(path: string): Promise<Facts> {
  const file = `read_parquet('${path.replaceAll("'", "''")}'`
  const types = await query(`select column_name, column_type from (describe select * from ${file}))`)
  const asked = questions()
  const [answers = []] = await query(`select ${Object.values(asked)} from ${file}, file_row_number = true)`)
  const facts = Object.keys(asked).map((name, i) => [name, answers[i] ?? 'null'] as const)
  const isClose = (name: string) => name === 'sum of price' || name === 'sum of size'
  return {
    exact: {
      columns: types.map(([name, type]) => `${name} ${kinds[type ?? ''] ?? type}`).join(', '),
      ...Object.fromEntries(facts.filter(([name]) => !isClose(name))),
    },
    close: Object.fromEntries(
      facts.filter(([name]) => isClose(name)).map(([name, sum]) => [name, Number(sum)]),
    ),
  }
}

function questions(): Record<string, string> {
  const asked: Record<string, string> = {
    rows: 'count(*)',
    order: 'sum(file_row_number::hugeint * sequence_number)',
  }
  for (const [name, { kind }] of Object.entries<Column>(stocksTrades.columns)) {
    asked[`values of ${name}`] = `count(${name})`
    if (kind === 'utf8') asked[`length of ${name}`] = `sum(length(${name}))`
    else if (kind === 'float64') asked[`sum of ${name}`] = `fsum(${name})`
    else asked[`sum of ${name}`] = `sum(${kind === 'timestamp_ns' ? `epoch_ns(${name})` : name}::hugeint)`
  }
  return asked
}
