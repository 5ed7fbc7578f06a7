import { same } from '../core/manifest.ts'
import { addDays } from '../datasets/days.ts'
import { overlapDays, type RestTable } from '../datasets/rest-table.ts'
import { dayOfTime } from './flat-dates.ts'
import type { RestUnit } from './rest-unit.ts'
import { companyUnit, daysAsked, sinceUnit, wholeUnit, windowUnit } from './rest-units.ts'
import { windowsOf } from './rest-windows.ts'
import type { TableHistory } from './sync-history.ts'
import type { Companies } from './universe.ts'

/** When it is, and what is old then. */
export interface Ages {
  readonly today: string
  /** When the day began, as ISO 8601. */
  readonly began: string
  /** What was done before that, as ISO 8601, is asked for anew where nothing tells what is new. */
  readonly oldBefore: string
}

/**
 * What there is to ask of one company: all of it, where that was never done; what is new since the last time; or nothing,
 * which is the unit that is done already.
 */
export function companySync(
  table: RestTable,
  ticker: string,
  history: TableHistory,
  { today, began, oldBefore, added }: Ages & { readonly added?: string | undefined },
): RestUnit {
  const asked = history.companies.get(ticker)
  const { from } = daysAsked(asked?.identity, table.bulk?.column ?? '')
  const whole = companyUnit(
    table,
    ticker,
    table.bulk && from !== undefined ? { column: table.bulk.column, from } : undefined,
  )
  if (!asked || !history.isWhole || !same(asked.identity, whole.identity)) return whole
  if (added !== undefined && asked.at < added) return { ...whole, since: added }
  if (table.readjusts) return { ...whole, since: began }
  if (!hasCursor(table)) return { ...whole, since: oldBefore }
  const day = sinceWhen(table, [asked.at], { today, synced: history.synced.get(ticker) })
  return day === undefined ? whole : { ...sinceUnit(table, day, { ticker }), since: began }
}

/** The tickers that companies had and have no more: what the API says of them now, once. Vintages stay. */
export const goneSync = (
  table: RestTable,
  { companies, windows }: TableHistory,
  gone: Companies['gone'],
): RestUnit[] =>
  table.vintages
    ? []
    : Object.entries(gone)
        .filter(([ticker]) => companies.has(ticker) || windows.size > 0)
        .map(([ticker, since]) => ({ ...companyUnit(table, ticker), since }))

interface Whole extends Ages {
  /** First day of a table that is new. */
  readonly start?: string | undefined
  /** Rows of others are left out. */
  readonly companies?: readonly string[] | undefined
}

/** What there is to ask of a whole table: windows that were never done, and what is new since the last time. */
export function wholeSync(
  table: RestTable,
  history: TableHistory,
  { today, began, oldBefore, start, companies }: Whole,
): RestUnit[] {
  if (!table.bulk) return [{ ...wholeUnit(table, companies), since: oldBefore }]
  const held = [...history.windows].map(([, { identity }]) => daysAsked(identity, table.bulk?.column ?? ''))
  const open = held.flatMap(({ from, to }) => (to === undefined && from !== undefined ? [from] : [])).sort()
  const units = windowsOf(table.bulk, {
    start: firstDay(held, start),
    // The window that had no end when it was asked for is still the last one.
    today: open.at(-1) ?? today,
  }).map((window) => windowUnit(table, window, companies))
  const times = units.flatMap(({ slot, identity }) => {
    const asked = history.windows.get(slot)
    return asked && same(asked.identity, identity) ? [asked.at] : []
  })
  if (times.length === 0 || !history.isWhole || !hasCursor(table)) return units
  const day = sinceWhen(table, times, { today, synced: history.synced.get('all') })
  return day === undefined ? units : [...units, { ...sinceUnit(table, day, { companies }), since: began }]
}

/** As the table begins, or before; nothing when it has no beginning. */
function firstDay(
  held: readonly { readonly from?: string | undefined }[],
  start: string | undefined,
): string | undefined {
  if (held.length === 0) return start
  const days = [start, ...held.map(({ from }) => from)].filter((day) => day !== undefined)
  return held.some(({ from }) => from === undefined) ? undefined : days.sort()[0]
}

type Moving = RestTable & { readonly cursor: string }
const hasCursor = (table: RestTable): table is Moving => table.cursor !== undefined

/** The day to ask from, or nothing when it was asked today. */
function sinceWhen(
  { cursor }: Moving,
  times: readonly string[],
  {
    today,
    synced,
  }: { readonly today: string; readonly synced: { at: string; mergedAt?: string } | undefined },
): string | undefined {
  const [oldest = ''] = [...times].sort()
  const last = [oldest, synced?.at ?? ''].sort().at(-1) ?? ''
  if (dayOfTime(last) >= today) return undefined
  const merged = [oldest, synced?.mergedAt ?? ''].sort().at(-1) ?? ''
  return addDays(dayOfTime(merged), -overlapDays(cursor))
}
