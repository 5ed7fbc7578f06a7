import { makeData, Utf8 } from 'apache-arrow'
import { makeBatch, typeOf } from '../../src/columnar/arrow-types.ts'
import { float64Data } from '../../src/columnar/float64-data.ts'
import { type PeriodKeys, timeframes } from '../../src/columnar/period-rows.ts'
import type { Batch } from '../../src/core/schema.ts'
import { fields } from '../../src/datasets/ratios/fields.ts'

/** Rows of a company: ten years, forty quarters, and as many times twelve months. */
export const rowsOfCompany = 90

const ends = timeframes.flatMap((timeframe) =>
  Array.from({ length: 10 }, (_, i) => 2014 + i).flatMap((year) =>
    (timeframe === 'annual' ? [4] : [1, 2, 3, 4]).map((quarter) => ({ timeframe, year, quarter })),
  ),
)

/** Made-up companies with all figures, one in ten of them absent; `first` is the number of the first company. */
export function madeUpPeriods(first: number, companies: number): Batch<PeriodKeys> {
  const rows = companies * rowsOfCompany
  const ciks = Array.from({ length: rows }, (_, row) =>
    String(first + Math.floor(row / rowsOfCompany)).padStart(10, '0'),
  )
  const endOf = (row: number) => ends[row % rowsOfCompany] as (typeof ends)[number]
  const whole = (kind: 'date' | 'int32', of: (row: number) => number) => {
    const data = Int32Array.from({ length: rows }, (_, row) => of(row))
    return makeData({ type: typeOf(kind), length: rows, nullCount: 0, data } as Parameters<
      typeof makeData
    >[0])
  }
  const texts = (all: readonly string[]) => {
    const valueOffsets = new Int32Array(rows + 1)
    for (const [row, text] of all.entries())
      valueOffsets[row + 1] = (valueOffsets[row] as number) + text.length
    const data = new TextEncoder().encode(all.join(''))
    return makeData({ type: new Utf8(), length: rows, nullCount: 0, valueOffsets, data })
  }
  let state = first + 1
  const draw = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
  const figures = Object.keys(fields).map((name) => {
    const values = Float64Array.from({ length: rows }, () =>
      draw() < 0.1 ? Number.NaN : draw() * 1e10 - 1e9,
    )
    return { name, data: float64Data(values) }
  })
  const years = whole('int32', (row) => endOf(row).year)
  return makeBatch(
    [
      { name: 'cik', data: texts(ciks) },
      { name: 'tickers', data: texts(ciks) },
      { name: 'period_end', data: whole('date', (row) => row % rowsOfCompany) },
      { name: 'filing_date', data: whole('date', (row) => row % rowsOfCompany) },
      { name: 'fiscal_year', data: years },
      { name: 'fiscal_quarter', data: whole('int32', (row) => endOf(row).quarter) },
      { name: 'timeframe', data: texts(ciks.map((_, row) => endOf(row).timeframe)) },
      ...figures,
    ],
    rows,
  )
}
