import type { Batch } from '../../src/core/schema.ts'
import { batchOf } from './batches.ts'
import { addUnit } from './made-lake.ts'

export const dayOf = (date: string): number => Date.parse(date) / 86_400_000
const micros = (time: string): bigint => BigInt(Date.parse(`${time}Z`)) * 1000n

const statementKinds = {
  cik: 'utf8',
  tickers: 'utf8',
  timeframe: 'utf8',
  fiscal_year: 'int32',
  period_end: 'date',
  filing_date: 'date',
  total_assets: 'float64',
  observed_at: 'timestamp_us',
} as const

type Statement = readonly [tickers: string, end: string, filed: string, assets: number | null]
const statements = (rows: readonly Statement[]): Batch =>
  batchOf(statementKinds, {
    cik: rows.map(([tickers]) => `000${tickers.length}`),
    tickers: rows.map(([tickers]) => tickers),
    timeframe: rows.map(() => 'quarterly'),
    fiscal_year: rows.map(([, end]) => Number(end.slice(0, 4))),
    period_end: rows.map(([, end]) => dayOf(end)),
    filing_date: rows.map(([, , filed]) => dayOf(filed)),
    total_assets: rows.map(([, , , assets]) => assets),
    observed_at: rows.map(([, , filed]) => micros(`${filed}T12:00:00`)),
  })

const dividends = (rows: readonly (readonly [ticker: string, date: string, amount: number])[]): Batch =>
  batchOf(
    { ticker: 'utf8', ex_dividend_date: 'date', pay_date: 'date', cash_amount: 'float64' },
    {
      ticker: rows.map(([ticker]) => ticker),
      ex_dividend_date: rows.map(([, date]) => dayOf(date)),
      pay_date: rows.map(([, date]) => dayOf(date) + 30),
      cash_amount: rows.map(([, , amount]) => amount),
    },
  )

const related = (rows: readonly (readonly [ticker: string, other: string])[]): Batch =>
  batchOf(
    { ticker: 'utf8', related_ticker: 'utf8' },
    { ticker: rows.map(([ticker]) => ticker), related_ticker: rows.map(([, other]) => other) },
  )

const bars = (rows: readonly (readonly [ticker: string, time: string, close: number])[]): Batch =>
  batchOf(
    { ticker: 'utf8', close: 'float64', window_start: 'timestamp_us' },
    {
      ticker: rows.map(([ticker]) => ticker),
      close: rows.map(([, , close]) => close),
      window_start: rows.map(([, time]) => micros(time)),
    },
  )

const trades = (rows: readonly (readonly [ticker: string, ns: bigint, price: number])[]): Batch =>
  batchOf(
    { ticker: 'utf8', price: 'float64', sip_timestamp: 'timestamp_ns' },
    {
      ticker: rows.map(([ticker]) => ticker),
      price: rows.map(([, , price]) => price),
      sip_timestamp: rows.map(([, ns]) => ns),
    },
  )

const ratios = (rows: readonly (readonly [tickers: string, end: string, ratio: number | null])[]): Batch =>
  batchOf(
    { cik: 'utf8', tickers: 'utf8', timeframe: 'utf8', period_end: 'date', current_ratio: 'float64' },
    {
      cik: rows.map(([tickers]) => `000${tickers.length}`),
      tickers: rows.map(([tickers]) => tickers),
      timeframe: rows.map(() => 'quarterly'),
      period_end: rows.map(([, end]) => dayOf(end)),
      current_ratio: rows.map(([, , ratio]) => ratio),
    },
  )

/** `2024-01` of a table by month. */
const folderOf = (month: string): string => `year=${month.slice(0, 4)}/month=${month.slice(5)}`
const monthly = (table: string, month: string, batch: Batch) => ({
  table,
  unit: month,
  files: { [`${folderOf(month)}/part-0.parquet`]: [batch] },
})
const daily = (table: string, date: string, batch: Batch) => ({
  table,
  unit: date,
  files: { [`date=${date}/part-0.parquet`]: [batch] },
})

const shared = 'GOOG,GOOGL'

/** A lake with a small table of each kind there is. */
export async function makeReferenceLake(root: string): Promise<void> {
  const ns = 1_709_303_400_000_000_001n
  const units = [
    daily(
      'stocks_trades',
      '2024-03-01',
      trades([
        ['AAPL', ns, 180.5],
        ['AAPL', ns + 1n, 180.25],
        ['GOOG', ns, 138],
      ]),
    ),
    daily('stocks_trades', '2024-03-04', trades([['AAPL', ns + 259_200_000_000_000n, 175]])),
    daily(
      'stocks_daily',
      '2024-03-01',
      bars([
        ['AAPL', '2024-03-01T05:00:00', 179.66],
        ['GOOG', '2024-03-01T05:00:00', 138.08],
      ]),
    ),
    daily('stocks_daily', '2024-03-04', bars([['AAPL', '2024-03-04T05:00:00', 175.1]])),
    {
      table: 'stocks_daily_by_month',
      unit: '2024-03',
      files: {
        'month=2024-03/part-0.parquet': [
          batchOf(
            { ticker: 'utf8', close: 'float64', window_start: 'timestamp_us', date: 'date' },
            {
              ticker: ['AAPL', 'AAPL', 'GOOG'],
              close: [179.66, 175.1, 138.08],
              window_start: ['2024-03-01', '2024-03-04', '2024-03-01'].map((day) =>
                micros(`${day}T05:00:00`),
              ),
              date: ['2024-03-01', '2024-03-04', '2024-03-01'].map(dayOf),
            },
          ),
        ],
      },
    },
    monthly(
      'balance_sheets',
      '2023-12',
      statements([
        ['AAPL', '2023-12-30', '2024-02-02', 353_514e6],
        [shared, '2023-12-31', '2024-01-31', 402_392e6],
      ]),
    ),
    monthly('balance_sheets', '2024-03', statements([['AAPL', '2024-03-30', '2024-05-03', null]])),
    monthly('dividends', '2023-11', dividends([['AAPL', '2023-11-10', 0.24]])),
    monthly(
      'dividends',
      '2024-02',
      dividends([
        ['AAPL', '2024-02-09', 0.24],
        ['MSFT', '2024-02-14', 0.75],
      ]),
    ),
    {
      table: 'related_tickers',
      unit: 'all',
      files: {
        'part-0.parquet': [
          related([
            ['AAPL', 'MSFT'],
            ['GOOG', 'META'],
          ]),
        ],
      },
    },
    monthly(
      'financial_ratios',
      '2023-12',
      ratios([
        ['AAPL', '2023-12-30', 1.07],
        [shared, '2023-12-31', 2.1],
      ]),
    ),
    monthly('financial_ratios', '2024-03', ratios([['AAPL', '2024-03-30', null]])),
    {
      table: 'dividends_by_ticker',
      unit: '2024-02',
      files: {
        [`${folderOf('2024-02')}/ticker=AAPL.parquet`]: [dividends([['AAPL', '2024-02-09', 0.24]])],
        [`${folderOf('2024-02')}/ticker=BA%70A.parquet`]: [dividends([['BApA', '2024-02-19', 1.5]])],
      },
    },
    {
      table: 'related_by_ticker',
      unit: 'AAPL',
      files: { 'ticker=AAPL.parquet': [related([['AAPL', 'MSFT']])] },
    },
    {
      table: 'related_by_ticker',
      unit: 'GOOG',
      files: { 'ticker=GOOG.parquet': [related([['GOOG', 'META']])] },
    },
  ]
  for (const unit of units) await addUnit(root, unit)
}
