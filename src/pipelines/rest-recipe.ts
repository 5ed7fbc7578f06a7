import { existsSync } from 'node:fs'
import { makeStateFolder } from '../core/durable-file.ts'
import { UsageError } from '../core/errors.ts'
import { type Flow, from, type Pipeline } from '../core/pipeline.ts'
import { type AnyRecipe, type Place, type Recipe, recipe } from '../core/recipe.ts'
import type { Run } from '../core/run.ts'
import type { Batch } from '../core/schema.ts'
import { statePath } from '../core/state-file.ts'
import { tickers } from '../datasets/rest-reference.ts'
import type { RestTable } from '../datasets/rest-table.ts'
import { restTables } from '../datasets/rest-tables.ts'
import type { MergeRule } from '../lake/merge-rule.ts'
import { pendingRows } from '../sinks/pending-rows.ts'
import { rawFile } from '../sinks/raw-file.ts'
import { stdout } from '../sinks/stdout.ts'
import { keepCompanies } from '../transforms/keep-companies.ts'
import { toArrow } from '../transforms/to-arrow.ts'
import { toCsv } from '../transforms/to-csv.ts'
import { toNdjson } from '../transforms/to-ndjson.ts'
import { toParquet } from '../transforms/to-parquet.ts'
import { dateOf, todayOf } from './flat-dates.ts'
import { checkPlace, targetOf } from './flat-output.ts'
import { asksByCompany, isTicker, type RestParams, restParams } from './rest-params.ts'
import { restRows } from './rest-rows.ts'
import type { RestUnit } from './rest-unit.ts'
import { companyUnit, type Days, tickersUnit, wholeUnit, windowUnit } from './rest-units.ts'
import { windowsOf } from './rest-windows.ts'

/** Units at a time: nearly all of it is waiting. */
export const restWorkers = 8

/**
 * What comes before all requests of a run.
 *
 * @throws {AccessError} when there is no key: once, where each unit would say so.
 */
export async function beginAsking({ out }: Pick<RestParams, 'out'>, run: Run): Promise<void> {
  await run.access('rest')
  // Who only looks makes no lake to keep them in.
  if (run.looksOnly && !existsSync(statePath(out))) return
  await run.requests.keepIn(statePath(out, 'requests.json'), () => makeStateFolder(out))
}

/** What is to be said of how rows lie in their files, and which. */
type RowsLie = Pick<RestParams, 'layout'> & Partial<Pick<RestParams, 'keepRestatements'>>

/** How the rows of a table lie in its files. */
export const mergeRule = (
  { company, time, order, vintages }: RestTable,
  { layout, keepRestatements = 'yes' }: RowsLie,
): MergeRule => ({
  layout,
  ...(time !== undefined && { time }),
  company,
  order,
  ...(vintages && { vintage: 'observed_at' }),
  ...(vintages && keepRestatements === 'no' && { keeps: 'newest' as const }),
})

/** The rows of a unit, of the companies that were asked for. */
export function rowsOf(table: RestTable, unit: RestUnit, api: string): Flow<Batch> {
  const rows = from(restRows(table, unit, api))
  return unit.companies ? rows.through(keepCompanies(table.company, unit.companies)) : rows
}

/** Into the files of a lake that a table's units share. */
export const intoLake = (
  table: RestTable,
  { slot, replaces }: RestUnit,
  {
    out,
    name,
    compression,
    ...lie
  }: Pick<RestParams, 'out' | 'compression'> & RowsLie & Partial<Pick<RestParams, 'name'>>,
) =>
  pendingRows({
    slot: { root: out, table: name ?? table.table, unit: slot },
    rule: mergeRule(table, lie),
    replaces,
    parquet: { ...(compression && { compression }) },
    shape: { source: table.name, version: table.version },
  })

function build(table: RestTable, unit: RestUnit, params: RestParams, place: Place): Pipeline {
  const { out, format, api } = params
  const rows = rowsOf(table, unit, api)
  const target = targetOf({ out, format })
  if (target === 'folder') return rows.into(intoLake(table, unit, params))
  checkPlace({ out, format }, place)
  const sink = target === 'stdout' ? stdout() : rawFile({ path: out })
  if (format === 'csv') return rows.through(toCsv({ header: place.first })).into(sink)
  if (format === 'ndjson') return rows.through(toNdjson()).into(sink)
  if (format === 'arrow') return rows.through(toArrow(place)).into(sink)
  return rows.through(toParquet({})).into(sink)
}

/** What there is to ask: company by company, window by window, or all at once. */
async function* unitsOf(table: RestTable, params: RestParams, run: Run): AsyncGenerator<RestUnit> {
  const { out, format } = params
  if (targetOf({ out, format }) === 'folder' && format !== 'parquet')
    throw new UsageError(`--out ${out}: a folder takes parquet, not ${format}`, {
      hint: `write --out - or a file, as --out ${table.table}.${format}`,
    })
  const listed = listUnits(table, params, run)
  if (targetOf({ out, format }) === 'folder') await beginAsking(params, run)
  else await run.access('rest')
  yield* listed
}

function listUnits(table: RestTable, params: RestParams, run: Run): RestUnit[] {
  const days = daysOf(table, params, run)
  if (params.tickers) return params.tickers.map((ticker) => companyUnit(table, ticker, days))
  if (table.path.includes('{ticker}'))
    throw new UsageError(`${table.name} is asked for company by company: of which?`, {
      hint: `--tickers AAPL,MSFT or --tickers @FILE; millrace run screener asks for all common stocks`,
    })
  if (table.name === tickers.name) return [tickersUnit(table, listOf(params, run))]
  if (!table.bulk) return [wholeUnit(table)]
  const windows = windowsOf(table.bulk, { start: days?.from, end: days?.to, today: todayOf(run) })
  return windows.map((window) => windowUnit(table, window))
}

function daysOf({ bulk }: RestTable, { start, end }: RestParams, run: Run): Days | undefined {
  if (!bulk || (start === undefined && end === undefined)) return undefined
  const [first, last] = [start, end].map((one) => one && dateOf(one, run))
  if (first !== undefined && last !== undefined && last < first)
    throw new UsageError(`--end ${last} is before --start ${first}`)
  return { column: bulk.column, from: first, to: last }
}

/** Which tickers are asked for. */
export const listOf = (
  { types = ['all'], active = 'both', date }: Pick<RestParams, 'types' | 'active' | 'date'>,
  run: Run,
) => ({
  types,
  active: { yes: [true], no: [false], both: [true, false] }[active],
  ...(date && { date: dateOf(date, run) }),
})

/** A recipe for a table: there is nothing in it that is not in the table's data. */
export function restRecipe(table: RestTable): Recipe<RestParams, RestUnit> {
  const { name, aliases, summary } = table
  return recipe({
    name,
    aliases,
    summary,
    params: restParams(table) as Recipe<RestParams, RestUnit>['params'],
    workers: restWorkers,
    noun: 'unit',
    sample: companyUnit(table, 'AAPL'),
    units: (params, run) => unitsOf(table, params, run),
    unitsOf: (ticker) => (isTicker(ticker) && asksByCompany(table) ? [companyUnit(table, ticker)] : []),
    build: (unit, params, place) => build(table, unit, params, place),
  })
}

/** One recipe a table, in the order of the tables. */
export const restRecipes: readonly AnyRecipe[] = restTables.map(restRecipe)
