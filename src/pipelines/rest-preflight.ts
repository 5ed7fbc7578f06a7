import { AccessError } from '../core/errors.ts'
import type { Run } from '../core/run.ts'
import { tickers } from '../datasets/rest-reference.ts'
import { sharedApi } from '../remote/api.ts'
import type { ApiPlace } from '../remote/api-errors.ts'
import { type Check, look } from './preflight.ts'

const name = 'rest'
const mostBytes = 1 << 20

/** Asks the REST API one thing, where there is a key; a plan of flat files alone needs none. */
export async function restCheck(place: ApiPlace, run: Run): Promise<Check> {
  const missing = await run.access('rest').then(
    () => undefined,
    (error: unknown) => error,
  )
  if (missing instanceof AccessError)
    return {
      name,
      state: 'warn',
      what: 'no key of the REST API, which screener and all tables but those of flat files need',
      next: `set MASSIVE_API_KEY, or give --api-key; ${missing.hint}`,
    }
  return look(name, async () => {
    const began = run.clock.monotonicMs()
    await sharedApi(place, run).get(`${tickers.path}?limit=1`, { signal: run.signal, mostBytes })
    const ms = Math.round(run.clock.monotonicMs() - began)
    return { state: 'ok', what: `${new URL(place.baseUrl).host} answers this key in ${ms} ms` }
  })
}
