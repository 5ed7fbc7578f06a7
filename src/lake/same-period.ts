import { type Column, column } from '../columnar/column.ts'
import { cellPrinter } from '../columnar/print.ts'
import type { Batch } from '../core/schema.ts'
import { type Comparer, rowComparer } from './row-comparer.ts'
import type { statementKeys } from './statement-keys.ts'

/**
 * Whether two rows are of the same period of the same company, as `joinPeriods` has it: a year is one period, whatever
 * quarter it is said to end with, and a row that does not say which year it is of goes by its end.
 */
export function periodComparer(batch: Batch): Comparer {
  const by = (name: (typeof statementKeys)[number]): Comparer => rowComparer(batch, [name])
  const [cik, tickers, timeframe] = [by('cik'), by('tickers'), by('timeframe')]
  const [year, quarter, end] = [by('fiscal_year'), by('fiscal_quarter'), by('period_end')]
  const hasCik = validOf(batch, 'cik')
  const [hasYear, hasQuarter] = [validOf(batch, 'fiscal_year'), validOf(batch, 'fiscal_quarter')]
  const print = cellPrinter(column(batch, 'timeframe'))
  const isAnnual = (row: number): boolean => print(row) === 'annual'
  const byEnd = (row: number): boolean => !hasYear(row) || !(hasQuarter(row) || isAnnual(row))
  return (a, b) => {
    const difference = cik(a, b) || (hasCik(a) ? 0 : tickers(a, b)) || timeframe(a, b)
    if (difference !== 0) return difference
    if (byEnd(a) || byEnd(b)) return Number(byEnd(a)) - Number(byEnd(b)) || end(a, b)
    return year(a, b) || (isAnnual(a) ? 0 : quarter(a, b))
  }
}

const validOf = (batch: Batch, name: string): Column['isValid'] => column(batch, name).isValid
