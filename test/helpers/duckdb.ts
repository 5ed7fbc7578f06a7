import { DuckDBInstance } from '@duckdb/node-api'

/**
 * Rows of a query, each value as DuckDB prints it: exact, whatever its type. Null is null.
 *
 * @param first what is run before, as the text of `views.sql`.
 */
export const query = (sql: string, first = ''): Promise<(string | null)[][]> =>
  rowsOf(`select columns(*)::varchar from (${sql})`, first) as Promise<(string | null)[][]>

/** The plan of a query after it ran, as one text. */
export const explain = async (sql: string): Promise<string> =>
  (await rowsOf(`explain analyze ${sql}`)).flat().join('\n')

async function rowsOf(sql: string, first = ''): Promise<unknown[][]> {
  const instance = await DuckDBInstance.create()
  const connection = await instance.connect()
  try {
    if (first !== '') await connection.run(first)
    return (await connection.runAndReadAll(sql)).getRows()
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}
