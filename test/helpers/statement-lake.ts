import { completeBatch } from '../../src/columnar/complete-batch.ts'
import type { Kind } from '../../src/core/schema.ts'
import { balanceSheets, cashFlow, incomeStatements } from '../../src/datasets/rest-statements.ts'
import { tableColumns } from '../../src/datasets/rest-table.ts'
import { batchOf, type Row } from './batches.ts'
import { addUnit } from './made-lake.ts'

export const statementTables = { balance: balanceSheets, income: incomeStatements, cash: cashFlow } as const

const usual: Row = {
  tickers: null,
  fiscal_quarter: 4,
  timeframe: 'annual',
  observed_at: 0n,
}

/** Puts rows of one statement into a lake; what a row does not say is null, or of a year. */
export async function addStatements(
  root: string,
  statement: keyof typeof statementTables,
  rows: readonly Row[],
): Promise<void> {
  const { table } = statementTables[statement]
  const columns = tableColumns(statementTables[statement])
  const names = [...new Set([...Object.keys(usual), ...rows.flatMap(Object.keys)])]
  const kinds = Object.fromEntries(names.map((name) => [name, columns[name] as Kind]))
  const values = names.map((name) => [name, rows.map((row) => ({ ...usual, ...row })[name] ?? null)])
  const batch = completeBatch(batchOf(kinds, Object.fromEntries(values)), columns, {})
  await addUnit(root, { table, unit: 'all', files: { 'part-0.parquet': [batch] } })
}
