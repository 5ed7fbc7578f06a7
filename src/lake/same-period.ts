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
  const { isAnnual, byEnd } = readerOf(batch)
  return (a, b) => {
    const difference = cik(a, b) || (hasCik(a) ? 0 : tickers(a, b)) || timeframe(a, b)
    if (difference !== 0) return difference
    if (byEnd(a) || byEnd(b)) return Number(byEnd(a)) - Number(byEnd(b)) || end(a, b)
    return year(a, b) || (isAnnual(a) ? 0 : quarter(a, b))
  }
}

/** Numbers that are the same for rows of the same period, and seldom for others: most rows are told apart by them alone. */
export function periodHashes(batch: Batch): (row: number) => number {
  const [cik, tickers, timeframe] = (['cik', 'tickers', 'timeframe'] as const).map((name) =>
    column(batch, name),
  ) as [Column<'utf8'>, Column<'utf8'>, Column<'utf8'>]
  const [year, quarter, end] = (['fiscal_year', 'fiscal_quarter', 'period_end'] as const).map((name) =>
    column(batch, name),
  ) as [Column<'int32'>, Column<'int32'>, Column<'date'>]
  const { isAnnual, byEnd } = readerOf(batch)
  return (row) => {
    const hash = withText(timeframe, row, withText(cik.isValid(row) ? cik : tickers, row, 0))
    if (byEnd(row)) return end.isValid(row) ? withNumber(hash, end.values[row] as number) : hash
    const ofYear = withNumber(hash, year.values[row] as number)
    return isAnnual(row) ? ofYear : withNumber(ofYear, quarter.values[row] as number)
  }
}

const withNumber = (hash: number, value: number): number => Math.imul(hash ^ value, prime)
/** Of FNV-1a. */
const prime = 16_777_619

function withText({ values, offsets, isValid }: Column<'utf8'>, row: number, start: number): number {
  let hash = start
  if (!isValid(row)) return hash
  const to = offsets[row + 1] as number
  for (let i = offsets[row] as number; i < to; i++) hash = withNumber(hash, values[i] as number)
  return hash
}

/** Tells rows of a year, and rows that go by the end of their period. */
function readerOf(batch: Batch) {
  const [hasYear, hasQuarter] = [validOf(batch, 'fiscal_year'), validOf(batch, 'fiscal_quarter')]
  const print = cellPrinter(column(batch, 'timeframe'))
  const isAnnual = (row: number): boolean => print(row) === 'annual'
  return { isAnnual, byEnd: (row: number): boolean => !hasYear(row) || !(hasQuarter(row) || isAnnual(row)) }
}

const validOf = (batch: Batch, name: string): Column['isValid'] => column(batch, name).isValid
