import { join } from 'node:path'
import { type Column, column } from '../columnar/column.ts'
import { dateText, parseDate } from '../columnar/numbers.ts'
import { cellPrinter } from '../columnar/print.ts'
import type { OutputFile } from '../core/output.ts'
import { isDate } from '../core/params.ts'
import type { Run } from '../core/run.ts'
import { isTradingDay } from '../datasets/calendar.ts'
import type { CompaniesInTime, Company, Day } from './companies-in-time.ts'
import { readParquet } from './parquet-reader.ts'
import { linesOfLake } from './parquet-tables.ts'

/** What will be asked: the close after a day. */
export interface AskedClose {
  readonly company: Company
  readonly day: Day
}

/** The close of the first session after a day, and that session, by the ticker that the company had then. */
export type CloseAfter = (
  company: Company,
  day: Day,
) => { readonly price: number; readonly day: Day } | undefined

/** No market rests longer. */
const longestRest = 10

/** By ticker of that time; not yet known ones are NaN. */
type Wanted = Map<string, number>

/**
 * Reads closes out of the daily bars of a lake: of the sessions that are asked for, and no others.
 *
 * @throws what `readParquet` throws.
 */
export async function closesAfter(
  root: string,
  table: string,
  { asked, companies }: { readonly asked: AsyncIterable<AskedClose>; readonly companies: CompaniesInTime },
  run: Run,
): Promise<CloseAfter> {
  const files = await filesOf(root, table)
  const sessions = [...files.keys()].sort((a, b) => a - b)
  const placeOf = (company: Company, day: Day) => {
    const session = sessionAfter(sessions, day)
    const ticker = session === undefined ? undefined : companies.tickerOn(company, session)
    return session === undefined || ticker === undefined ? undefined : { session, ticker }
  }
  const prices = new Map<Day, Wanted>()
  if (sessions.length > 0)
    for await (const { company, day } of asked) {
      const place = placeOf(company, day)
      if (place) wantedOn(prices, place.session).set(place.ticker, Number.NaN)
    }
  for (const [day, wanted] of prices)
    for (const { path, bytes } of files.get(day) ?? [])
      await fillIn(wanted, { path: join(root, path), bytes }, run)
  return (company, day) => {
    const place = placeOf(company, day)
    const price = (place && prices.get(place.session)?.get(place.ticker)) ?? Number.NaN
    return place && !Number.isNaN(price) ? { price, day: place.session } : undefined
  }
}

/** The first session after a day; none where the lake has a hole, or ends. */
function sessionAfter(sessions: readonly Day[], day: Day): Day | undefined {
  const found = firstAfter(sessions, day)
  if (found === undefined || found - day > longestRest) return undefined
  for (let between = day + 1; between < found; between++)
    if (isTradingDay(dateText(between))) return undefined
  return found
}

/** The files of each day. */
async function filesOf(root: string, table: string): Promise<ReadonlyMap<Day, readonly OutputFile[]>> {
  const lines = (await linesOfLake(root)).filter((line) => line.table === table && isDate(line.unit))
  return new Map(
    lines.flatMap(({ unit, files }) => (files.length > 0 ? [[parseDate(unit) as Day, files] as const] : [])),
  )
}

function wantedOn(prices: Map<Day, Wanted>, session: Day): Wanted {
  const known = prices.get(session) ?? new Map<string, number>()
  prices.set(session, known)
  return known
}

async function fillIn(
  wanted: Wanted,
  file: { readonly path: string; readonly bytes: number },
  run: Run,
): Promise<void> {
  for await (const batch of readParquet(file, run, ['ticker', 'close'])) {
    const [print, closes] = [
      cellPrinter(column(batch, 'ticker')),
      column(batch, 'close') as Column<'float64'>,
    ]
    for (let row = 0; row < batch.numRows; row++) {
      const ticker = print(row)
      if (ticker !== undefined && wanted.has(ticker) && closes.isValid(row))
        wanted.set(ticker, closes.values[row] as number)
    }
  }
}

/** The first of ascending numbers that is greater. */
function firstAfter(sorted: readonly number[], number: number): number | undefined {
  let [from, to] = [0, sorted.length]
  while (from < to) {
    const middle = (from + to) >> 1
    if ((sorted[middle] as number) > number) to = middle
    else from = middle + 1
  }
  return sorted[from]
}
