import { type PeriodKeys, periodKeys } from '../../src/columnar/period-rows.ts'
import type { Batch } from '../../src/core/schema.ts'
import { type AddRatiosOptions, addRatios } from '../../src/transforms/add-ratios.ts'
import { batchOf, type Row, rowsOf } from '../helpers/batches.ts'
import { tallied } from './tallied.ts'

export type Given = Readonly<Record<string, string | number | null>>

/** Rows of periods; what a row does not say is that of an annual row of company 1, and null for a figure. */
export function periods(...rows: readonly Given[]): Batch<PeriodKeys> {
  const figures = [...new Set(rows.flatMap(Object.keys))].filter((name) => !Object.hasOwn(periodKeys, name))
  const usual = {
    cik: '1',
    tickers: 'A',
    period_end: 0,
    filing_date: 0,
    fiscal_quarter: 4,
    timeframe: 'annual',
  }
  const names = [...Object.keys(periodKeys), ...figures]
  const kinds = { ...periodKeys, ...Object.fromEntries(figures.map((name) => [name, 'float64'] as const)) }
  const values = names.map((name) => [name, rows.map((row) => ({ ...usual, ...row })[name] ?? null)])
  return batchOf(kinds as PeriodKeys, Object.fromEntries(values))
}

export async function ratiosOf(
  options: AddRatiosOptions,
  ...batches: readonly Batch<PeriodKeys>[]
): Promise<Row[]> {
  const { output } = await tallied(batches, addRatios(options))
  return output.flatMap(rowsOf)
}
