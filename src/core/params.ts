import { UsageError } from './errors.ts'
import type { Param, Params } from './recipe.ts'
import { noRequestLimit, type RequestRate } from './requests-per.ts'

type Options<T> = Omit<Param<T>, 'parse' | 'help'>

/** The flag of a parameter, without its dashes: `keepRaw` is `--keep-raw`. */
export const flagOf = (key: string): string => key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

/** A parameter that may be left out, and is then `undefined`. */
export const optional = <T>(param: Param<T>): Param<T | undefined> => param

/** The values of parameters of which none is given. @throws {UsageError} when one of them must be. */
export function defaultsOf<P>(params: Params<P>): P {
  const values = Object.entries<Param<unknown>>(params as Readonly<Record<string, Param<unknown>>>).map(
    ([key, { default: given, required, parse }]) => {
      if (given === undefined && required) throw new UsageError(`${key} must be given`)
      return [key, given === undefined ? undefined : parse(given)] as const
    },
  )
  return Object.fromEntries(values) as P
}

export const text = (help: string, options: Options<string> = {}): Param<string> => ({
  value: 'TEXT',
  help,
  ...options,
  parse: (given) => {
    if (given === '') throw new UsageError('an empty text means nothing here')
    return given
  },
})

/** On or off; off when it is not given. */
export const toggle = (help: string): Param<boolean> => ({
  help,
  default: 'false',
  parse: (given) => {
    if (given !== 'true' && given !== 'false') throw new UsageError(`${given} is neither true nor false`)
    return given === 'true'
  },
})

export const choice = <const T extends string>(
  help: string,
  choices: readonly T[],
  options: { readonly default?: NoInfer<T> } = {},
): Param<T> => ({
  value: 'WORD',
  help,
  choices,
  ...options,
  parse: (given) => {
    const found = choices.find((word) => word === given)
    if (found === undefined) throw new UsageError(`${given} is none of ${choices.join(', ')}`)
    return found
  },
})

/** A whole number from `least` on. */
export const count = (
  help: string,
  options: Options<number> & { readonly least?: number } = {},
): Param<number> => {
  const { least = 1, ...rest } = options
  return {
    value: 'N',
    help,
    ...rest,
    parse: (given) => {
      const n = Number(given)
      if (!/^\d+$/.test(given) || n < least || !Number.isSafeInteger(n))
        throw new UsageError(`${given} is not a whole number of at least ${least}`)
      return n
    },
  }
}

const scales: Readonly<Record<string, bigint>> = {
  '': 1n,
  k: 10n ** 3n,
  K: 10n ** 3n,
  M: 10n ** 6n,
  G: 10n ** 9n,
  T: 10n ** 12n,
  Ki: 2n ** 10n,
  Mi: 2n ** 20n,
  Gi: 2n ** 30n,
  Ti: 2n ** 40n,
}

/** A whole number of bytes: `256M` is 256 000 000, `256Mi` is 268 435 456. */
export const bytes = (help: string, options: Options<number> = {}): Param<number> => ({
  value: 'BYTES',
  help,
  ...options,
  parse: (given) => {
    const n = wholeBytes(given)
    if (n === undefined || n > Number.MAX_SAFE_INTEGER)
      throw new UsageError(`${given} is not a whole number of bytes`, {
        hint: 'write 64M (10^6), 64Mi (2^20) or 0 for none',
      })
    return Number(n)
  },
})

/** Exact, as floats are not: `1.001k` is 1001, and `0.0001k` is nothing rather than 0. */
function wholeBytes(given: string): bigint | undefined {
  const [, whole, part = '', unit = ''] = /^(\d+)(?:\.(\d+))?([kKMGT]i?)?B?$/.exec(given) ?? []
  const scale = scales[unit]
  if (whole === undefined || scale === undefined) return undefined
  const scaled = BigInt(whole + part) * scale
  const divisor = 10n ** BigInt(part.length)
  return scaled % divisor === 0n ? scaled / divisor : undefined
}

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }
const dayMs = 24 * 3_600_000

/** A time in milliseconds, from `1ms` to `24h`; it needs its unit. */
export const duration = (help: string, options: Options<number> = {}): Param<number> => ({
  value: 'TIME',
  help,
  ...options,
  parse: (given) => {
    const [, n, unit = ''] = /^(\d{1,9})(ms|s|m|h)$/.exec(given) ?? []
    const ms = Number(n) * (unitMs[unit] ?? 0)
    if (!(ms > 0 && ms <= dayMs))
      throw new UsageError(`${given} is not a time from 1ms to 24h`, { hint: 'write 500ms, 30s, 2m or 1h' })
    return ms
  },
})

/** Requests in any span of a time: `90/s`, `5/min`; `0` is no limit. */
export const rate = (help: string, options: Options<RequestRate> = {}): Param<RequestRate> => ({
  value: 'RATE',
  help,
  ...options,
  parse: (given) => {
    if (given === '0') return noRequestLimit
    const [, n, unit = ''] = /^(\d{1,6})\/(s|m|min|h)$/.exec(given) ?? []
    const requests = Number(n)
    if (!(requests > 0))
      throw new UsageError(`${given} is not a number of requests in a time`, {
        hint: 'write 90/s, 5/min, or 0 for no limit',
      })
    return { requests, everyMs: unitMs[unit === 'min' ? 'm' : unit] as number }
  },
})

const longestDays = 36_500

/** An age in milliseconds, in hours or days; `0h` is any. */
export const age = (help: string, options: Options<number> = {}): Param<number> => ({
  value: 'AGE',
  help,
  ...options,
  parse: (given) => {
    const [, n, unit] = /^(\d{1,6})(h|d)$/.exec(given) ?? []
    const ms = Number(n) * (unit === 'd' ? dayMs : 3_600_000)
    if (!(ms <= longestDays * dayMs))
      throw new UsageError(`${given} is not an age`, { hint: 'write 12h or 7d, or 0h for any' })
    return ms
  },
})

/** A day of the calendar, or so many days before today. */
export type Day = { readonly date: string } | { readonly daysAgo: number }

export const day = (help: string, options: Options<Day> = {}): Param<Day> => ({
  value: 'DATE',
  help,
  ...options,
  parse: (given) => {
    const [, ago] = /^-(\d{1,5})d$/.exec(given) ?? []
    if (ago !== undefined) return { daysAgo: Number(ago) }
    if (isDate(given)) return { date: given }
    throw new UsageError(`${given} is not a day`, { hint: 'write 2024-03-01, or -5d for five days ago' })
  },
})

/** `2024-02-30` is none. */
export function isDate(given: string): boolean {
  const ms = /^\d{4}-\d\d-\d\d$/.test(given) ? Date.parse(given) : Number.NaN
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(given)
}

/** Comma-separated words, none of them empty. */
export const list = (help: string, options: Options<readonly string[]> = {}): Param<readonly string[]> => ({
  value: 'LIST',
  help,
  ...options,
  parse: (given) => {
    const words = given.split(',').map((word) => word.trim())
    if (words.includes('')) throw new UsageError(`${JSON.stringify(given)} has an empty name in it`)
    return words
  },
})
