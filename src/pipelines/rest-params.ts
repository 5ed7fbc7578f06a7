import { UsageError } from '../core/errors.ts'
import { choice, count, day, list, optional, text, toggle } from '../core/params.ts'
import type { Param } from '../core/recipe.ts'
import { tickers as tickersTable } from '../datasets/rest-reference.ts'
import type { RestTable } from '../datasets/rest-table.ts'
import { layouts } from '../lake/merge-rule.ts'
import { compressions, parquetDefaults } from '../lake/parquet-options.ts'
import { massiveApi } from '../remote/api-errors.ts'
import { namesIn, tableParam } from './shared-params.ts'

export const restFormats = ['parquet', 'csv', 'ndjson', 'arrow'] as const

/** Which API is meant: the same flag wherever it is asked. */
export const apiParams = {
  api: text('REST server; the old https://api.polygon.io answers, too', {
    value: 'URL',
    default: massiveApi.baseUrl,
  }),
}

/** Whether a name may be one: `AAPL`, `BRK.B`, `BRpA`, `X:BTCUSD`. */
export const isTicker = (name: string): boolean => /^[A-Za-z][\w.:/-]*$/.test(name)

/** Companies, as they are named on the command line, in a file or on stdin. */
export const tickerList = (help: string): Param<readonly string[]> => ({
  ...list(`${help}: AAPL,BRK.B, or @FILE or - (stdin) with one a line`),
  parse(given) {
    const named = namesIn(given)
    if (named.length === 0) throw new UsageError(`${given} names no ticker`)
    const odd = named.find((word) => !/^[\w.:/-]+$/.test(word))
    if (odd !== undefined)
      throw new UsageError(`${JSON.stringify(odd)} is no ticker`, {
        hint: 'these are single companies: the API knows no * for all that begin alike',
      })
    return named
  },
})

/** Where the tables go, and how they lie there. */
export const lakeParams = {
  out: text('folder of the lake', { value: 'DIR', default: './lake' }),
  layout: choice(
    'month: one file a month, of all companies; ticker: one a company and month, as download scripts have it, which takes ten thousand times as many',
    layouts,
    { default: 'month' },
  ),
  compression: optional(
    choice(`compression of Parquet, ${parquetDefaults.compression} by default`, compressions),
  ),
  ...apiParams,
}

/** Which companies there are. */
export const universeParams = {
  types: list('kinds of stocks, where no tickers are given: CS, ADRC, ETF and others of the vendor', {
    default: 'CS,ADRC',
  }),
  newUniverse: toggle('ask anew which companies there are; otherwise a lake keeps the list of its first run'),
}

/** Whether the API answers about one company: of codes of trades it does not, and ignores whose they are to be. */
export const asksByCompany = ({ tickerParam, path }: RestTable): boolean =>
  tickerParam !== undefined || path.includes('{ticker}')

/** Of a table whose rows are filed anew. */
export const vintageParams = {
  keepRestatements: choice(
    'whether a lake keeps what a statement said before it was restated, beside when that was seen',
    ['yes', 'no'],
    { default: 'yes' },
  ),
}

/** The flags of the recipe of one table. */
export const restParams = (table: RestTable) => ({
  ...(asksByCompany(table) && {
    tickers: optional(
      tickerList('only these companies, one after the other, where otherwise all are asked for at once'),
    ),
  }),
  ...(table.bulk && dayParams(table.bulk.column)),
  ...(table.name === tickersTable.name && listParams),
  ...(table.vintages && vintageParams),
  ...lakeParams,
  out: text('folder of the lake; one file, if the name ends as the format does; - for stdout', {
    value: 'PATH',
    default: './lake',
  }),
  format: choice('what to write', restFormats, { default: 'parquet' }),
  name: optional(tableParam(table)),
})

const dayParams = (column: string) => ({
  start: optional(day(`only rows whose ${column} is that day or later`)),
  end: optional(day(`only rows whose ${column} is that day or earlier`)),
})

const listParams = {
  types: optional(list('only these kinds: CS, ADRC, ETF and others of the vendor')),
  active: choice('those that are traded, those that are not any more, or both', ['yes', 'no', 'both'], {
    default: 'both',
  }),
  date: optional(day('as of that day')),
}

type ParamsOf<T> = { readonly [K in keyof T]: NonNullable<T[K]> extends Param<infer V> ? V : never }
export type RestParams = ParamsOf<ReturnType<typeof restParams>>

/** So many companies a batch. */
export const batchParams = {
  batchSize: count('companies a batch: for --start-batch, and a line of the log a batch', { default: '50' }),
  startBatch: count('begin with that batch, as the log has it', { default: '1' }),
}
