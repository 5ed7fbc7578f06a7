import { UsageError } from '../core/errors.ts'
import { readGathered } from '../core/gathered.ts'
import { readManifest } from '../core/manifest.ts'
import { age, choice, day, list, optional } from '../core/params.ts'
import { type AnyRecipe, type Param, type Params, type Recipe, recipe } from '../core/recipe.ts'
import type { Run } from '../core/run.ts'
import { instantOf } from '../datasets/days.ts'
import { tickers } from '../datasets/rest-reference.ts'
import type { RestTable } from '../datasets/rest-table.ts'
import { restTables } from '../datasets/rest-tables.ts'
import { layouts } from '../lake/merge-rule.ts'
import { dateOf, todayOf } from './flat-dates.ts'
import { targetOf } from './flat-output.ts'
import { lakeParams, type RestParams, restParams, vintageParams } from './rest-params.ts'
import { beginAsking, intoLake, listOf, restRecipes, restWorkers, rowsOf } from './rest-recipe.ts'
import type { RestUnit } from './rest-unit.ts'
import { tickersUnit } from './rest-units.ts'
import { madeOf, type ScreenerParams, screener, screenerParams, tablesOf } from './screener.ts'
import { historyOf, type TableHistory } from './sync-history.ts'
import { type Ages, companySync, goneSync, wholeSync } from './sync-units.ts'
import { type Companies, universeToday } from './universe.ts'

/** A unit, and how the rows of its table lie already. */
interface SyncUnit extends RestUnit {
  readonly layout: RestParams['layout']
  readonly compression: RestParams['compression']
  readonly keepRestatements: NonNullable<RestParams['keepRestatements']>
}

/** Whose list it is, a lake knows. */
const ownTypes = {
  types: optional(
    list('kinds of stocks, where no tickers are given; by default as the list of the lake, else CS,ADRC'),
  ),
}
/** In place of those of a run: a table stays as it is. */
const ownParams = {
  maxAge: age('fetch tables anew that say not what is new, when they are older than that', { default: '7d' }),
  layout: optional(choice(`${lakeParams.layout.help}; by default as the table has it`, layouts)),
}
const ownVintageParams = {
  keepRestatements: optional(
    choice(`${vintageParams.keepRestatements.help}; by default as the table has it, else yes`, ['yes', 'no']),
  ),
}
type Own = {
  readonly [K in keyof typeof ownParams]: (typeof ownParams)[K] extends Param<infer V> ? V : never
} & { readonly keepRestatements?: RestParams['keepRestatements'] | undefined }

/** As `sync` runs a recipe of the REST API; nothing for any other. */
export function restSyncRecipe(found: AnyRecipe): AnyRecipe | undefined {
  if (found === (screener as unknown)) return screenerSync as unknown as AnyRecipe
  return tableSyncs[restRecipes.indexOf(found)]
}

/** What lakes know, each table read once. */
async function openHistory(out: string) {
  const lake = { gathered: await readGathered(out), manifest: await readManifest(out) }
  return (table: string): Promise<TableHistory> => historyOf(lake, table)
}

/** A weekly job does not begin to the second: what is that near to the age is old. */
const forgiven = 0.1

const agesOf = (maxAge: number, run: Run): Ages => ({
  today: todayOf(run),
  began: new Date(instantOf('America/New_York', todayOf(run), '00:00')).toISOString(),
  oldBefore: new Date(run.clock.wallMs() - maxAge * (1 - forgiven)).toISOString(),
})

type Given = Pick<RestParams, 'out' | 'compression' | 'api'> & Own & Partial<Pick<RestParams, 'name'>>

const formed = (units: readonly RestUnit[], history: TableHistory, given: Given): SyncUnit[] =>
  units.map((unit) => ({
    ...unit,
    layout: given.layout ?? history.layout ?? 'month',
    compression: given.compression ?? history.compression,
    keepRestatements: given.keepRestatements ?? history.keepRestatements ?? 'yes',
  }))

const buildIn = (table: RestTable, unit: SyncUnit, { out, api, name }: Given) => {
  const { layout, compression, keepRestatements } = unit
  const into = { out, name, layout, compression, keepRestatements }
  return rowsOf(table, unit, api).into(intoLake(table, unit, into))
}

function checkOut(out: string): void {
  if (targetOf({ out, format: 'parquet' }) !== 'folder')
    throw new UsageError(`--out ${out} is no lake that could be kept up to date`, {
      hint: 'name a folder, or use run',
    })
}

type TableParams = Omit<RestParams, 'layout' | 'format' | 'end' | 'keepRestatements'> & Own

function tableParams(table: RestTable): Params<TableParams> {
  const {
    format: _,
    end: __,
    keepRestatements: ___,
    ...params
  } = { end: undefined, keepRestatements: undefined, ...restParams(table) }
  const begin = optional(day('first day of a table that is new, or is to be longer'))
  return {
    ...params,
    ...ownParams,
    ...(table.vintages && ownVintageParams),
    ...(table.bulk && { start: begin }),
    out: lakeParams.out,
  } as unknown as Params<TableParams>
}

function tableSync(table: RestTable): Recipe<TableParams, SyncUnit> {
  const { name, aliases, summary } = table
  return recipe<TableParams, SyncUnit>({
    name,
    aliases,
    summary,
    params: tableParams(table),
    workers: restWorkers,
    noun: 'unit',
    units: (given, run) => listed(tableUnits(table, given, run)),
    build: (unit, given) => buildIn(table, unit, given),
  })
}

async function tableUnits(table: RestTable, given: TableParams, run: Run): Promise<SyncUnit[]> {
  checkOut(given.out)
  await beginAsking(given, run)
  const history = await (await openHistory(given.out))(given.name ?? table.table)
  const ages = agesOf(given.maxAge, run)
  const isByCompany = history.windows.size === 0 && history.companies.size > 0
  const companies = given.tickers ?? (isByCompany ? [...history.companies.keys()] : undefined)
  if (companies)
    return formed(
      companies.map((ticker) => companySync(table, ticker, history, ages)),
      history,
      given,
    )
  if (table.path.includes('{ticker}'))
    throw new UsageError(`${table.name} is asked for company by company: of which?`, {
      hint: '--tickers AAPL,MSFT or --tickers @FILE; a table that has some is kept up to date without',
    })
  if (table.name === tickers.name)
    return formed([{ ...tickersUnit(table, listOf(given, run)), since: ages.oldBefore }], history, given)
  const start = given.start && dateOf(given.start, run)
  return formed(wholeSync(table, history, { ...ages, start }), history, given)
}

type ScreenerSync = Omit<
  ScreenerParams,
  'layout' | 'keepRestatements' | 'types' | 'newUniverse' | 'batchSize' | 'startBatch'
> &
  Own & { readonly types: readonly string[] | undefined }

function screenerSyncParams(): Params<ScreenerSync> {
  const { newUniverse: _, batchSize: __, startBatch: ___, keepRestatements: ____, ...params } = screenerParams
  return { ...params, ...ownParams, ...ownVintageParams, ...ownTypes }
}

const screenerSync = recipe<ScreenerSync, SyncUnit>({
  name: screener.name,
  aliases: screener.aliases ?? [],
  summary: screener.summary,
  params: screenerSyncParams(),
  workers: restWorkers,
  noun: 'unit',
  units: (given, run) => listed(screenerUnits(given, run)),
  async following(given) {
    const { layout = 'month' } = await (await openHistory(given.out))('financial_ratios')
    return madeOf({ ...given, layout: given.layout ?? layout })
  },
  build: (unit, given) =>
    buildIn(restTables.find(({ table }) => table === unit.table) as RestTable, unit, given),
})

/** Company by company, as a run does it; before that what is asked for of all of them. */
async function screenerUnits(given: ScreenerSync, run: Run): Promise<SyncUnit[]> {
  checkOut(given.out)
  await beginAsking(given, run)
  const read = await openHistory(given.out)
  const tables = await Promise.all(
    tablesOf(given).map(async (table) => ({ table, history: await read(table.table) })),
  )
  const ages = agesOf(given.maxAge, run)
  const { tickers: companies, added, gone } = await companiesOf(given, tables, run)
  const whole: SyncUnit[] = []
  const single: typeof tables = []
  for (const one of tables) {
    const { table, history } = one
    const inBulk = table.bulk && !given.tickers && (given.bulk || history.windows.size > 0)
    if (!inBulk) single.push(one)
    else {
      const news = Object.keys(added).map((ticker) =>
        companySync(table, ticker, history, { ...ages, added: added[ticker] }),
      )
      const units = wholeSync(table, history, { ...ages, companies })
      // On the first day of a table all companies are in its windows.
      whole.push(...formed([...units, ...(history.windows.size > 0 ? news : [])], history, given))
    }
    whole.push(...formed(goneSync(table, history, gone), history, given))
  }
  const each = companies.flatMap((ticker) =>
    single.flatMap(({ table, history }) =>
      formed([companySync(table, ticker, history, { ...ages, added: added[ticker] })], history, given),
    ),
  )
  const listing = await read(tickers.table)
  return [...whole, ...each, ...formed(listingSync(listing, given, ages), listing, given)]
}

/** The list of tickers that a run of the screener has brought: of the same kinds as then. */
function listingSync(
  { windows }: TableHistory,
  { types }: Pick<ScreenerSync, 'types'>,
  { oldBefore }: Ages,
): RestUnit[] {
  const asked = String(windows.get('all')?.identity?.['params'] ?? '')
  const held = [...new Set([...asked.matchAll(/\btype=([^&\s]+)/g)].map(([, type = '']) => type))]
  if (held.length === 0) return []
  return [{ ...tickersUnit(tickers, { types: types ?? held, active: [true, false] }), since: oldBefore }]
}

/** Those that are named, that are on the list of today, or that the tables have. */
async function companiesOf(
  given: ScreenerSync,
  tables: readonly { readonly history: TableHistory }[],
  run: Run,
): Promise<Companies> {
  const fixed = (some: Iterable<string>): Companies => ({ tickers: [...some], added: {}, gone: {} })
  if (given.tickers) return fixed(given.tickers)
  const held = new Set(tables.flatMap(({ history }) => [...history.companies.keys()]))
  const universe = { types: given.types, out: given.out, api: given.api }
  const today = await universeToday(universe, run, { begin: held.size === 0 })
  return today ?? fixed([...held].sort())
}

async function* listed<T>(list: Promise<readonly T[]>): AsyncGenerator<T> {
  yield* await list
}

/** One recipe a table, in the order of `restRecipes`. */
const tableSyncs: readonly AnyRecipe[] = restTables.map((table) => tableSync(table) as unknown as AnyRecipe)
