import type { Identity } from '../core/recipe.ts'
import { ipos, tickerEvents } from '../datasets/rest-actions.ts'
import { tickers } from '../datasets/rest-reference.ts'
import type { RestTable } from '../datasets/rest-table.ts'
import type { Replaced } from '../lake/merge-rule.ts'
import type { RestRequest, RestUnit } from './rest-unit.ts'
import type { Window } from './rest-windows.ts'

/** Days of a column, first and last included; without one there is no such end. */
export interface Days {
  readonly column: string
  readonly from?: string | undefined
  readonly to?: string | undefined
}

/** All rows of a company in a table, or those of some days. */
export function companyUnit(table: RestTable, ticker: string, days?: Days): RestUnit {
  const replaces = replacedBy(table, days, [ticker])
  const company = {
    of: ticker,
    ticker,
    part: table.table,
    // A company may pay no dividends; without statements there is nothing to screen.
    ...(table.vintages && { isMain: table.vintages }),
  }
  return unitOf(table, ticker, companyRequests(table, ticker, days), { ...company, ...replaces })
}

/** A window of a whole table. */
export function windowUnit(table: RestTable, window: Window, companies?: readonly string[]): RestUnit {
  const days = { column: table.bulk?.column ?? '', ...window }
  const query = { ...table.query, ...daysQuery(days) }
  return unitOf(table, window.name, [{ path: table.path, query }], {
    ...replacedBy(table, days),
    ...(companies && { companies }),
  })
}

/** What the slot of a sync says behind whose it is; what it is since is not in its name, so that there is one of each. */
const synced = ' sync'
/** Whose unit a slot is, where it is one of a sync. */
export const syncedOf = (slot: string): string | undefined =>
  slot.endsWith(synced) ? slot.slice(0, -synced.length) : undefined

/** What is new of a company, or of all, since a day of the cursor. */
export function sinceUnit(
  table: RestTable & { readonly cursor: string },
  from: string,
  { ticker, companies }: { readonly ticker?: string; readonly companies?: readonly string[] | undefined },
): RestUnit {
  const days = { column: table.cursor, from }
  const whose = ticker ?? 'all'
  const requests =
    ticker === undefined
      ? [{ path: table.path, query: { ...table.query, ...daysQuery(days) } }]
      : companyRequests(table, ticker, days)
  return {
    ...unitOf(table, `${whose}${synced}`, requests, {
      ...(ticker !== undefined && { of: ticker, ticker }),
      ...(companies && { companies }),
      ...replacedBy(table, days, ticker === undefined ? undefined : [ticker]),
    }),
    id: `${whose} since-${from} ${table.name}`,
  }
}

/** First and last day that a unit was asked for, by the parameters in its identity. */
export function daysAsked(identity: Identity | undefined, column: string): Days {
  const params = new URLSearchParams(String(identity?.['params'] ?? ''))
  const [from, to] = ['gte', 'lte'].map((end) => params.get(`${column}.${end}`) ?? undefined)
  return { column, ...(from !== undefined && { from }), ...(to !== undefined && { to }) }
}

/** A whole table, asked for at once. */
export const wholeUnit = (table: RestTable, companies?: readonly string[]): RestUnit =>
  unitOf(table, 'all', [{ path: table.path, query: table.query }], {
    ...replacedBy(table),
    ...(companies && { companies }),
  })

/** All tickers of some types, as of a day or as of today. */
export function tickersUnit(
  table: RestTable,
  {
    types,
    active,
    date,
  }: { types: readonly string[]; active: readonly boolean[]; date?: string | undefined },
): RestUnit {
  const requests = types.flatMap((type) =>
    active.map((one) => ({
      path: table.path,
      query: { ...table.query, ...(type !== 'all' && { type }), active: String(one), ...(date && { date }) },
    })),
  )
  return unitOf(table, 'all', requests, { replaces: {} })
}

function unitOf(
  { name, table }: RestTable,
  slot: string,
  requests: readonly RestRequest[],
  more: Pick<RestUnit, 'of' | 'part' | 'isMain' | 'ticker' | 'companies' | 'replaces'>,
): RestUnit {
  const asked = { requests, asks: requests.length, identity: identityOf(requests, more) }
  return { id: `${slot} ${name}`, slot, table, ...asked, ...more }
}

const identityOf = (
  requests: readonly RestRequest[],
  { companies }: Pick<RestUnit, 'companies'>,
): Identity => ({
  endpoint: requests.map(({ path }) => path).join(' '),
  params: requests.map(({ query }) => new URLSearchParams(query).toString()).join(' '),
  // A table of all companies is another answer to the same question.
  ...(companies && { companies: 'some' }),
})

/** Nothing where rows are only added. */
function replacedBy(
  { vintages, keepsDays, time, company }: RestTable,
  days?: Days,
  of?: readonly string[],
): { readonly replaces?: Replaced } {
  if (vintages || keepsDays) return {}
  // Of what is asked for by another date than that of its files nobody knows what it takes the place of.
  if (days && days.column !== time) return {}
  const { from, to } = days ?? {}
  // A column of several tickers is named for them.
  const single = company === 'ticker'
  return {
    replaces: {
      ...(of && { tickers: of, ...(single && { single }) }),
      ...(from && { from }),
      ...(to && { to }),
    },
  }
}

const daysQuery = ({ column, from, to }: Days): Readonly<Record<string, string>> => ({
  ...(from !== undefined && { [`${column}.gte`]: from }),
  ...(to !== undefined && { [`${column}.lte`]: to }),
})

function companyRequests(table: RestTable, ticker: string, days?: Days): readonly RestRequest[] {
  if (table.name === tickerEvents.name) return eventRequests(ticker)
  if (table.name === tickers.name)
    return [true, false].map((active) => ({
      path: table.path,
      query: { ...table.query, ticker, active: String(active) },
    }))
  const path = table.path.replace('{ticker}', encodeURIComponent(ticker))
  const { tickerParam, rows } = table
  return [
    {
      path,
      query: { ...table.query, ...(tickerParam && { [tickerParam]: ticker }), ...(days && daysQuery(days)) },
      ...(rows && { rowsPath: `results.${rows}` }),
      ...(table.path !== path && { missing: 'empty' }),
      values: { ...(table.columns[table.company]?.added && { [table.company]: ticker }) },
    },
  ]
}

/** The three endpoints that know of a company's events, each with what it says. */
function eventRequests(ticker: string): readonly RestRequest[] {
  const values = (event_type: string, { path }: RestTable) => ({ ticker, event_type, source: path })
  const [text, day] = [{ kind: 'utf8' }, { kind: 'date' }] as const
  return [
    {
      path: tickerEvents.path.replace('{ticker}', encodeURIComponent(ticker)),
      query: tickerEvents.query,
      rowsPath: `results.${tickerEvents.rows}`,
      columns: {
        date: day,
        new_ticker: { ...text, from: 'ticker_change.ticker' },
        name: { ...text, of: 'parent' },
        cik: { ...text, of: 'parent' },
        composite_figi: { ...text, of: 'parent' },
      },
      values: values('ticker_change', tickerEvents),
      missing: 'empty',
    },
    {
      path: ipos.path,
      query: { ...ipos.query, ticker },
      columns: {
        ticker: text,
        date: { ...day, from: 'listing_date' },
        name: { ...text, from: 'issuer_name' },
      },
      values: values('listing', ipos),
    },
    {
      path: tickers.path,
      query: { ...tickers.query, ticker, active: 'false' },
      columns: {
        ticker: text,
        date: { kind: 'timestamp_us', from: 'delisted_utc' },
        name: text,
        cik: text,
        composite_figi: text,
      },
      values: values('delisting', tickers),
    },
  ]
}
