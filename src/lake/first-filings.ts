import { type Column, column } from '../columnar/column.ts'
import { cellPrinter } from '../columnar/print.ts'
import type { Run } from '../core/run.ts'
import type { Batch } from '../core/schema.ts'
import { annualForms, type FiledPeriod, firstFiled, quarterlyForms } from '../datasets/first-filed.ts'
import type { Day } from './companies-in-time.ts'
import { readTable } from './read-table.ts'
import { tableNames } from './table-files.ts'

/** The day on which a period of a company was filed for the first time, as `firstFiled` tells it. */
export type FirstFiled = (cik: string | undefined, period: FiledPeriod) => Day | undefined

interface Reports {
  readonly annual: Day[]
  readonly quarterly: Day[]
}

/**
 * Reads when all companies have filed their reports; of a lake without the table nothing is known.
 *
 * @throws what `readTable` throws.
 */
export async function openFirstFilings(root: string, table: string, run: Run): Promise<FirstFiled> {
  const reports = new Map<string, Reports>()
  if ((await run.until(tableNames(root))).includes(table)) {
    const uncounted = { until: run.until, warn: run.warn, count: () => {} }
    for await (const batch of readTable(
      root,
      table,
      { columns: ['cik', 'form_type', 'filing_date'] },
      uncounted,
    ))
      addReports(reports, batch)
  }
  for (const { annual, quarterly } of reports.values())
    for (const days of [annual, quarterly]) days.sort((a, b) => a - b)
  return (cik, period) => {
    const filed = cik === undefined ? undefined : reports.get(numberOf(cik))
    return filed && firstFiled(filed, period)
  }
}

function addReports(reports: Map<string, Reports>, batch: Batch): void {
  const [ciks, forms] = [cellPrinter(column(batch, 'cik')), cellPrinter(column(batch, 'form_type'))]
  const { values, isValid } = column(batch, 'filing_date') as Column<'date'>
  for (let row = 0; row < batch.numRows; row++) {
    const [cik, form] = [ciks(row), forms(row)]
    if (cik === undefined || !isValid(row)) continue
    const filed = reports.get(numberOf(cik)) ?? { annual: [], quarterly: [] }
    reports.set(numberOf(cik), filed)
    if (annualForms.some((name) => name === form)) filed.annual.push(values[row] as Day)
    if (quarterlyForms.some((name) => name === form)) filed.quarterly.push(values[row] as Day)
  }
}

/** Endpoints need not agree on the zeros before it. */
const numberOf = (cik: string): string => cik.replace(/^0+/, '')
