import { isDate } from '../core/params.ts'

const decimal = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/
const integer = /^[+-]?\d+$/

/** The double nearest to a decimal, as `Number(text)`; `undefined` for anything else, and beyond the range of doubles. */
export function parseFloat64(text: string): number | undefined {
  if (!decimal.test(text)) return undefined
  const value = Number(text)
  return Number.isFinite(value) ? value : undefined
}

const intParser =
  (bits: 8 | 16 | 32) =>
  (text: string): number | undefined => {
    if (!integer.test(text)) return undefined
    const value = Number(text)
    const limit = 2 ** (bits - 1)
    return value >= -limit && value < limit ? value : undefined
  }

/** A whole number of 8 bits, or `undefined`. */
export const parseInt8 = intParser(8)
/** A whole number of 16 bits, or `undefined`. */
export const parseInt16 = intParser(16)
/** A whole number of 32 bits, or `undefined`. */
export const parseInt32 = intParser(32)

/** A whole number of 64 bits, exact to the last digit, or `undefined`. */
export function parseInt64(text: string): bigint | undefined {
  if (!integer.test(text)) return undefined
  const value = BigInt(text.startsWith('+') ? text.slice(1) : text)
  return BigInt.asIntN(64, value) === value ? value : undefined
}

const time = /^([+-]?)(\d+)(?:\.(\d*))?$/
/** Whole numbers below it are milliseconds: as nanoseconds they would lie in the first eleven days of 1970. */
const leastNanoseconds = 10n ** 15n

/**
 * Nanoseconds since 1970 of a time in nanoseconds, or in milliseconds, as `1754843586948.6707`; `undefined` for anything
 * else. Milliseconds it is if there is a point, or fewer than 16 digits. Exact: never through a double, and more than six
 * decimals are refused unless they are zeros.
 */
export function parseTime(text: string): bigint | undefined {
  const [, sign, whole, part] = time.exec(text) ?? []
  if (whole === undefined) return undefined
  const size = BigInt(whole)
  const decimals = (part ?? '').padEnd(6, '0')
  if (!/^0*$/.test(decimals.slice(6))) return undefined
  const isMilliseconds = part !== undefined || size < leastNanoseconds
  const magnitude = isMilliseconds ? size * 1_000_000n + BigInt(decimals.slice(0, 6)) : size
  if (magnitude >= 2n ** 63n) return undefined
  return sign === '-' ? -magnitude : magnitude
}

/** Days since 1970-01-01 of a date as `2024-03-01`, or `undefined`. */
export function parseDate(text: string): number | undefined {
  return isDate(text) ? Date.parse(text) / 86_400_000 : undefined
}

export const dateText = (days: number): string => new Date(days * 86_400_000).toISOString().slice(0, 10)
