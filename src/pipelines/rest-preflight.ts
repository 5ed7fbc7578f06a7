import { AccessError } from '../core/errors.ts'
import type { Run } from '../core/run.ts'
import { tickers } from '../datasets/rest-reference.ts'
import { balanceSheets } from '../datasets/rest-statements.ts'
import type { RestTable } from '../datasets/rest-table.ts'
import { restTables } from '../datasets/rest-tables.ts'
import { sharedApi } from '../remote/api.ts'
import type { ApiPlace } from '../remote/api-errors.ts'
import { type Check, look } from './preflight.ts'
import { screener } from './screener.ts'

const name = 'rest'
const mostBytes = 1 << 20

/** The table by which a recipe of the REST API is tried: its own, and of the screener the one that not every plan opens. */
export function tableTried(recipe: string): RestTable | undefined {
  const isScreener = [screener.name, ...(screener.aliases ?? [])].includes(recipe)
  const name = isScreener ? balanceSheets.name : recipe
  return restTables.find((table) => table.name === name || table.aliases.includes(name))
}

/**
 * Asks the REST API one thing, where there is a key; a plan of flat files alone needs none, and then it is a warning. For a recipe
 * its table is asked, which another plan than that of the key may open.
 */
export async function restCheck(place: ApiPlace, run: Run, tried?: RestTable): Promise<Check> {
  const missing = await run.access('rest').then(
    () => undefined,
    (error: unknown) => error,
  )
  if (missing instanceof AccessError)
    return {
      name,
      ...(tried ? { state: 'bad', reason: 'access' } : { state: 'warn' }),
      what: 'no key of the REST API, which screener and all tables but those of flat files need',
      next: `set MASSIVE_API_KEY, or give --api-key; ${missing.hint}`,
    }
  return look(name, async () => {
    const began = run.clock.monotonicMs()
    // One that answers about one company at a time says nothing without its name.
    const { path, table } = tried && !tried.path.includes('{') ? tried : tickers
    await sharedApi(place, run).get(`${path}?limit=1`, { signal: run.signal, mostBytes })
    const ms = Math.round(run.clock.monotonicMs() - began)
    const what = `${new URL(place.baseUrl).host} answers this key in ${ms} ms`
    return { state: 'ok', what: tried ? `${what}, asked for ${table}` : what }
  })
}
