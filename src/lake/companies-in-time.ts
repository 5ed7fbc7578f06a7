import { type Column, column } from '../columnar/column.ts'
import { cellPrinter } from '../columnar/print.ts'
import type { Batch } from '../core/schema.ts'

/** Since 1970. */
export type Day = number

/** A company as its statements name it: by a ticker of today, which another one may have had before it. */
export interface Company {
  readonly ticker: string
  readonly cik?: string | undefined
}

/** Whose a ticker was, and when. */
export interface CompaniesInTime {
  /** What a company was called on a day; nothing where that is not known, or not for sure. */
  tickerOn(company: Company, day: Day): string | undefined
  /** Whose a row is that names a ticker: of who had it then, else of who has it today. */
  ownersOf(ticker: string, day: Day): readonly Company[]
}

interface Span {
  readonly ticker: string
  readonly company: Company
  readonly from: Day
  readonly to: Day
}

/** Whether two names can be those of one company. */
export const isSame = (one: Company, other: Company): boolean =>
  one.ticker === other.ticker && (one.cik === undefined || other.cik === undefined || one.cik === other.cik)

/** @param batches the rows of `symbols`, with the columns named by `spanColumns`. */
export async function companiesInTime(batches: AsyncIterable<Batch>): Promise<CompaniesInTime> {
  const ofCompany = new Map<string, Span[]>()
  const ofTicker = new Map<string, Span[]>()
  for await (const batch of batches)
    for (const span of spansOf(batch)) {
      put(ofCompany, span.company.ticker, span)
      put(ofTicker, span.ticker, span)
    }
  const on = (day: Day) => (span: Span) => day >= span.from && day <= span.to
  return {
    tickerOn(company, day) {
      const spans = (ofCompany.get(company.ticker) ?? []).filter((span) => isSame(span.company, company))
      const [only, ...others] = new Set(spans.filter(on(day)).map(({ ticker }) => ticker))
      return others.length === 0 ? only : undefined
    },
    ownersOf(ticker, day) {
      const then = (ofTicker.get(ticker) ?? []).filter(on(day))
      return then.length === 0 ? [{ ticker }] : then.map(({ company }) => company)
    },
  }
}

export const spanColumns = ['ticker', 'current_ticker', 'cik', 'valid_from', 'valid_to'] as const

function* spansOf(batch: Batch): Generator<Span> {
  const text = (name: (typeof spanColumns)[number]) => cellPrinter(column(batch, name))
  const [ticker, current, cik] = [text('ticker'), text('current_ticker'), text('cik')]
  const from = dayOr(batch, 'valid_from', Number.NEGATIVE_INFINITY)
  const to = dayOr(batch, 'valid_to', Number.POSITIVE_INFINITY)
  for (let row = 0; row < batch.numRows; row++) {
    const name = ticker(row) ?? ''
    const company = { ticker: current(row) ?? name, cik: cik(row) }
    yield { ticker: name, company, from: from(row), to: to(row) }
  }
}

function dayOr(batch: Batch, name: string, other: Day): (row: number) => Day {
  const { values, isValid } = column(batch, name) as Column<'date'>
  return (row) => (isValid(row) ? (values[row] as Day) : other)
}

/** Adds a value to those of a key. */
export function put<T>(map: Map<string, T[]>, key: string, value: T): void {
  const known = map.get(key)
  if (known) known.push(value)
  else map.set(key, [value])
}
