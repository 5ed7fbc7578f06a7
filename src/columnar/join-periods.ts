import type { Batch, Columns, Kind } from '../core/schema.ts'
import { makeBatch } from './arrow-types.ts'
import { type Column, column, columnOf } from './column.ts'
import { type ColumnBuilder, columnBuilder } from './column-builder.ts'
import { float64Data } from './float64-data.ts'
import { companyPrinter, type PeriodKeys, periodKeys } from './period-rows.ts'
import { type CellPrinter, cellPrinter } from './print.ts'
import { rowsPerBatch } from './row-reader.ts'

/** The keys that every statement has, as the vendor names them, and when a vintage was first seen. */
export type StatementColumns = Columns & PeriodKeys & { readonly observed_at: Kind }

export type StatementName = 'balance' | 'income' | 'cash'

/** All rows of some companies, of each statement, with whatever vintages there are. */
export type Statements = Readonly<Record<StatementName, readonly Batch<StatementColumns>[]>>

/** A figure of the joined rows: the statement that it is taken from, and its column there. */
export interface FigureSource {
  readonly statement: StatementName
  readonly column: string
}

const statementNames = ['balance', 'income', 'cash'] as const

/** How the vendor calls lengths of time, and how we do. */
const words: Readonly<Record<string, string>> = {
  annual: 'annual',
  quarterly: 'quarterly',
  ttm: 'ttm',
  trailing_twelve_months: 'ttm',
}

/** One statement as it was filed. */
interface Vintage {
  readonly statement: StatementName
  readonly batch: Batch<StatementColumns>
  readonly row: number
  readonly company: string
  readonly timeframe: string
  readonly year: number | undefined
  readonly quarter: number | undefined
  readonly periodEnd: number | undefined
  readonly filed: number
  readonly observed: bigint
}

type Joined = { [K in StatementName]?: Vintage }

export interface JoinedPeriods {
  readonly batches: readonly Batch<PeriodKeys>[]
  /** Rows left out, since they name neither company nor tickers. */
  readonly unnamed: number
}

/**
 * Joins the three statements of companies to one row for each period: company (cik, else tickers), timeframe, fiscal year
 * and quarter; a year counts once, whatever its quarter, and a row without fiscal year goes by its period's end. Of each
 * statement the newest vintage is taken, by `observed_at` and then `filing_date`, so that restated and repeated rows never
 * multiply. A period that one statement has is there; figures of the others are null.
 *
 * There is no balance sheet of twelve months: a `ttm` row has its flows from the statements of twelve months, and its stocks
 * from the quarterly balance sheet of the same `period_end`. `filing_date` is the latest of the statements that a row is made of.
 *
 * Companies come one after the other, each whole in one batch.
 */
export function joinPeriods(
  statements: Statements,
  figures: Readonly<Record<string, FigureSource>>,
): JoinedPeriods {
  const companies = new Map<string, Map<string, Joined>>()
  let unnamed = 0
  const vintages = statementNames.flatMap((name) =>
    statements[name].flatMap((batch) => [...vintagesOf(name, batch)]),
  )
  for (const vintage of vintages)
    if (vintage.company === '') unnamed++
    else keepNewer(companies, vintage)
  const names = [...companies.keys()].sort()
  const batches: Batch<PeriodKeys>[] = []
  let rows: Joined[] = []
  for (const name of names) {
    const periods = periodsOf(companies.get(name) as Map<string, Joined>)
    if (rows.length > 0 && rows.length + periods.length > rowsPerBatch) {
      batches.push(batchOfRows(rows, figures))
      rows = []
    }
    rows.push(...periods)
  }
  batches.push(batchOfRows(rows, figures))
  return { batches, unnamed }
}

function* vintagesOf(statement: StatementName, batch: Batch<StatementColumns>): Generator<Vintage> {
  const companyOf = companyPrinter(batch)
  const timeframe = cellPrinter(column(batch, 'timeframe'))
  const number = (name: 'fiscal_year' | 'fiscal_quarter' | 'period_end' | 'filing_date') => {
    const { values, isValid } = column(batch, name)
    return (row: number): number | undefined => (isValid(row) ? values[row] : undefined)
  }
  const [year, quarter] = [number('fiscal_year'), number('fiscal_quarter')]
  const [periodEnd, filed] = [number('period_end'), number('filing_date')]
  const observed = column(batch, 'observed_at')
  for (let row = 0; row < batch.numRows; row++) {
    const word = timeframe(row) ?? ''
    yield {
      statement,
      batch,
      row,
      company: companyOf(row) ?? '',
      timeframe: words[word] ?? word,
      year: year(row),
      quarter: quarter(row),
      periodEnd: periodEnd(row),
      filed: filed(row) ?? Number.NEGATIVE_INFINITY,
      observed: observed.isValid(row) ? BigInt(observed.values[row] as number | bigint) : -1n,
    }
  }
}

function keepNewer(companies: Map<string, Map<string, Joined>>, vintage: Vintage): void {
  const periods = companies.get(vintage.company) ?? new Map<string, Joined>()
  companies.set(vintage.company, periods)
  const key = keyOf(vintage)
  const joined = periods.get(key) ?? {}
  periods.set(key, joined)
  const there = joined[vintage.statement]
  if (!there || isNewer(vintage, there)) joined[vintage.statement] = vintage
}

/** In the order in which rows come: timeframe, year, quarter. */
function keyOf({ timeframe, year, quarter, periodEnd }: Vintage): string {
  const isWhole = year !== undefined && (quarter !== undefined || timeframe === 'annual')
  if (!isWhole) return `${timeframe} end ${periodEnd}`
  return timeframe === 'annual' ? `${timeframe} ${year}` : `${timeframe} ${year} ${quarter}`
}

/** What was seen last counts, also where it was taken back to what an older filing says. */
const isNewer = (one: Vintage, other: Vintage): boolean =>
  one.observed === other.observed
    ? one.filed > other.filed ||
      (one.filed === other.filed && (one.periodEnd ?? -Infinity) > (other.periodEnd ?? -Infinity))
    : one.observed > other.observed

/** The rows of one company, ttm ones with the balance sheets of their period's end. */
function periodsOf(periods: Map<string, Joined>): Joined[] {
  const all = [...periods].sort(([a], [b]) => (a < b ? -1 : 1))
  const quarterly = new Map<number | undefined, Vintage>()
  for (const [, { balance }] of all)
    if (balance?.timeframe === 'quarterly') {
      const there = quarterly.get(balance.periodEnd)
      if (!there || isNewer(balance, there)) quarterly.set(balance.periodEnd, balance)
    }
  return all.map(([, joined]) => {
    const flows = joined.income ?? joined.cash
    if (flows?.timeframe !== 'ttm' || flows.periodEnd === undefined) return joined
    const balance = quarterly.get(flows.periodEnd)
    return { ...joined, ...(balance && { balance }) }
  })
}

/** The statement that a row's keys are taken from: of a ttm row one of its flows. */
const leadOf = ({ income, cash, balance }: Joined): Vintage => (income ?? cash ?? balance) as Vintage

function batchOfRows(
  rows: readonly Joined[],
  figures: Readonly<Record<string, FigureSource>>,
): Batch<PeriodKeys> {
  const read = readers()
  const keys = Object.entries(periodKeys).map(([name, kind]) => {
    const builder = columnBuilder(kind, rows.length)
    for (const [i, joined] of rows.entries()) put(builder, i, keyText(name, joined, read))
    return { name, data: builder.take(rows.length) }
  })
  const amounts = Object.entries(figures).map(([name, { statement, column }]) => {
    const read = numberReader(column)
    const values = new Float64Array(rows.length).fill(Number.NaN)
    for (const [i, { [statement]: vintage }] of rows.entries()) if (vintage) values[i] = read(vintage)
    return { name, data: float64Data(values) }
  })
  return makeBatch([...keys, ...amounts], rows.length)
}

function put(builder: ColumnBuilder, row: number, text: string | undefined): void {
  if (text === undefined || !builder.set(row, text)) builder.setNull(row)
}

function keyText(name: string, joined: Joined, read: Read): string | undefined {
  const lead = leadOf(joined)
  if (name === 'timeframe') return lead.timeframe
  if (name !== 'filing_date') return read(lead, name)
  const latest = Object.values(joined).reduce((a, b) => (a.filed > b.filed ? a : b))
  return read(latest, name)
}

/** Reads the cells of one column in whatever batch, as doubles with NaN for null. */
function numberReader(name: string): (vintage: Vintage) => number {
  const columns = new Map<Batch, Column | undefined>()
  return ({ batch, row }) => {
    if (!columns.has(batch)) columns.set(batch, doublesOf(batch, name))
    const given = columns.get(batch)
    return given?.isValid(row) ? (given.values[row] as number) : Number.NaN
  }
}

function doublesOf(batch: Batch, name: string): Column | undefined {
  const data = batch.data.children[batch.schema.fields.findIndex((field) => field.name === name)]
  const given = data && columnOf(data)
  return given?.kind === 'float64' ? given : undefined
}

type Read = (vintage: Vintage, column: string) => string | undefined

/** Reads cells of many batches as text, with one printer for each column. */
function readers(): Read {
  const printers = new Map<Batch, Map<string, CellPrinter>>()
  return ({ batch, row }, name) => {
    const ofBatch = printers.get(batch) ?? new Map<string, CellPrinter>()
    printers.set(batch, ofBatch)
    const print = ofBatch.get(name) ?? printerOf(batch, name)
    ofBatch.set(name, print)
    return print(row)
  }
}

const printerOf = (batch: Batch, name: string): CellPrinter =>
  batch.schema.fields.some((field) => field.name === name)
    ? cellPrinter(column(batch, name))
    : () => undefined
