import { UsageError } from '../core/errors.ts'
import { defaultsOf, list, optional, toggle } from '../core/params.ts'
import { type AnyRecipe, type Following, type Param, recipe } from '../core/recipe.ts'
import type { Run } from '../core/run.ts'
import { dividends, relatedTickers, splits, tickerEvents } from '../datasets/rest-actions.ts'
import { tickers as tickersTable } from '../datasets/rest-reference.ts'
import { balanceSheets, cashFlow, filings, incomeStatements } from '../datasets/rest-statements.ts'
import type { RestTable } from '../datasets/rest-table.ts'
import { tableNames } from '../lake/table-files.ts'
import { definitions, financialRatios, symbols } from './derived.ts'
import { financialRatiosParams } from './derived-params.ts'
import { todayOf } from './flat-dates.ts'
import {
  batchParams,
  isTicker,
  lakeParams,
  tickerList,
  universeParams,
  vintageParams,
} from './rest-params.ts'
import { beginAsking, intoLake, restWorkers, rowsOf } from './rest-recipe.ts'
import type { RestUnit } from './rest-unit.ts'
import { companyUnit, tickersUnit, wholeUnit, windowUnit } from './rest-units.ts'
import { windowsOf } from './rest-windows.ts'
import { universeOf } from './universe.ts'

/** The tables of a screener, as download scripts have them, and when statements were filed; the ratios are made of the first three. */
export const screenerTables: readonly RestTable[] = [
  balanceSheets,
  incomeStatements,
  cashFlow,
  filings,
  dividends,
  splits,
  tickerEvents,
  relatedTickers,
]

const names = screenerTables.map(({ table }) => table)

/** Some of the tables, in their order. */
const tableList: Param<readonly string[]> = {
  ...list(`only these tables: ${names.join(', ')}`),
  parse(given) {
    const asked = given.split(',').map((word) => word.trim().replaceAll('-', '_'))
    const unknown = asked.find((word) => !names.includes(word))
    if (unknown !== undefined)
      throw new UsageError(`a screener has no table ${JSON.stringify(unknown)}`, {
        hint: `choose from ${names.join(',')}`,
      })
    return names.filter((name) => asked.includes(name))
  },
}

export const screenerParams = {
  tickers: optional(tickerList('only these companies')),
  tables: optional(tableList),
  bulk: toggle(
    'ask for whole tables where the API has them, in some hundred requests, and keep what is of these companies',
  ),
  ...universeParams,
  ...batchParams,
  ...vintageParams,
  ...lakeParams,
}

type ParamsOf<T> = { readonly [K in keyof T]: T[K] extends Param<infer V> ? V : never }
export type ScreenerParams = ParamsOf<typeof screenerParams>

/** Those that are asked for, in their order. */
export const tablesOf = ({ tables }: Pick<ScreenerParams, 'tables'>): readonly RestTable[] =>
  screenerTables.filter(({ table }) => tables?.includes(table) ?? true)

/** Company by company, each with all tables, so that a company is done before the next one begins. */
export async function screenerUnits(params: ScreenerParams, run: Run): Promise<RestUnit[]> {
  const { batchSize, startBatch, bulk } = params
  await beginAsking(params, run)
  const all = params.tickers ?? (await universeOf(params, run))
  const companies = all.slice((startBatch - 1) * batchSize)
  if (companies.length === 0)
    throw new UsageError(
      `--start-batch ${startBatch} is after the last one, ${Math.ceil(all.length / batchSize)}: ${all.length} companies, ${batchSize} a batch`,
    )
  const batches = Math.ceil(all.length / batchSize)
  const tables = tablesOf(params)
  const whole = bulk ? tables.filter((table) => table.bulk) : []
  const single = tables.filter((table) => !whole.includes(table))
  const listed = tables.includes(tickerEvents)
    ? params.tickers
      ? companies.map((ticker) => companyUnit(tickersTable, ticker))
      : [tickersUnit(tickersTable, { types: params.types, active: [true, false] })]
    : []
  return [
    ...whole.flatMap((table) => wholeUnits(table, companies, run)),
    ...Array.from({ length: batches - startBatch + 1 }, (_, i) => ({
      nth: startBatch + i,
      all: batches,
    })).flatMap((batch) =>
      all
        .slice((batch.nth - 1) * batchSize, batch.nth * batchSize)
        .flatMap((ticker) => single.map((table) => ({ ...companyUnit(table, ticker), batch }))),
    ),
    ...listed,
  ]
}

function wholeUnits(table: RestTable, companies: readonly string[], run: Run): RestUnit[] {
  if (!table.bulk) return [wholeUnit(table, companies)]
  return windowsOf(table.bulk, { today: todayOf(run) }).map((window) => windowUnit(table, window, companies))
}

/** Tables of many companies: the seed of a screener. */
export const screener = recipe<ScreenerParams, RestUnit>({
  name: 'screener',
  aliases: ['fundamentals'],
  summary: 'Statements, dividends, splits, events and related tickers of all common stocks, and their ratios',
  params: screenerParams,
  workers: restWorkers,
  noun: 'unit',
  sample: companyUnit(balanceSheets, 'AAPL'),
  units: (params, run) => iterable(screenerUnits(params, run)),
  following: madeOf,
  unitsOf: (name, params) =>
    isTicker(name) ? tablesOf(params).map((table) => companyUnit(table, name)) : [],
  build: (unit, params) => {
    const table = [...screenerTables, tickersTable].find(({ table }) => table === unit.table) as RestTable
    return rowsOf(table, unit, params.api).into(intoLake(table, unit, params))
  },
})

/** What is made of the tables once they are there; of companies that have no statements there are no ratios. */
export function madeOf(
  params: Pick<ScreenerParams, 'out' | 'compression' | 'tables' | 'layout'>,
): readonly Following[] {
  const { out, layout, compression } = params
  const tables = tablesOf(params)
  const has = (...some: readonly RestTable[]): boolean => some.every((table) => tables.includes(table))
  const any =
    (...some: readonly RestTable[]) =>
    async (): Promise<boolean> => {
      // A run that could do nothing has made no lake.
      const there = new Set(await tableNames(out).catch(() => []))
      return some.some(({ table }) => there.has(table))
    }
  const shared = { out, compression }
  const statements = [balanceSheets, incomeStatements, cashFlow]
  const ratios = { ...defaultsOf(financialRatiosParams), ...shared, layout }
  return [
    ...(has(tickerEvents)
      ? [{ recipe: symbols as AnyRecipe, params: shared, isReady: any(tickerEvents, tickersTable) }]
      : []),
    ...(has(...statements)
      ? [
          { recipe: financialRatios as AnyRecipe, params: ratios, isReady: any(...statements) },
          { recipe: definitions as AnyRecipe, params: shared, isReady: any(...statements) },
        ]
      : []),
  ]
}

async function* iterable<T>(list: Promise<readonly T[]>): AsyncGenerator<T> {
  yield* await list
}
