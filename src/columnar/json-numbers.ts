import { char, textAt } from './json-scan.ts'
import { parseDate, parseFloat64, parseInt64 } from './numbers.ts'

/** Powers of ten that a double holds exactly. */
const tens = Float64Array.from({ length: 16 }, (_, i) => Number(`1e${i}`))
/** So many digits are a whole number that a double holds exactly. */
const exactDigits = 15

/** What is written in a span, without the quotes of a string. */
const plainText = (bytes: Buffer, start: number, end: number): string =>
  bytes[start] === char.quote ? textAt(bytes, start, end) : bytes.toString('latin1', start, end)

/** The double nearest to a number, or to a text that is one; `undefined` for anything else and beyond the range. */
export const doubleAt = (bytes: Buffer, start: number, end: number): number | undefined =>
  shortDecimal(bytes, start, end) ?? parseFloat64(plainText(bytes, start, end))

/** Whether a whole number is written there that no double holds, so that the nearest is another one. Short ones cost nothing. */
export function isRounded(bytes: Buffer, start: number, end: number): boolean {
  if (end - start <= exactDigits) return false
  const [, whole] = /^([+-]?\d+)(?:\.0*)?$/.exec(plainText(bytes, start, end)) ?? []
  return whole !== undefined && BigInt(whole.replace('+', '')) !== BigInt(Number(whole))
}

/** As nearly all are. Its digits and the power of ten are exact, so that their quotient is rounded once, as by `Number`. */
function shortDecimal(bytes: Buffer, start: number, end: number): number | undefined {
  const isNegative = bytes[start] === char.minus
  const from = isNegative ? start + 1 : start
  if (end - from > exactDigits) return undefined
  let point = end
  let value = 0
  for (let i = from; i < end; i++) {
    const digit = (bytes[i] as number) - char.zero
    if (digit >= 0 && digit <= 9) value = value * 10 + digit
    else if (bytes[i] === char.point) point = i
    // A text, which may have anything in it.
    else return undefined
  }
  if (point < end) value /= tens[end - point - 1] as number
  return isNegative ? -value : value
}

/** A whole number of at most 15 digits; anything else, and -0, is left to `wholeAt`. */
function shortWhole(bytes: Buffer, start: number, end: number): number | undefined {
  const isNegative = bytes[start] === char.minus
  const from = isNegative ? start + 1 : start
  if (end - from > exactDigits) return undefined
  let value = 0
  for (let i = from; i < end; i++) {
    const digit = (bytes[i] as number) - char.zero
    if (digit < 0 || digit > 9) return undefined
    value = value * 10 + digit
  }
  return isNegative ? -value : value
}

const number = /^([+-]?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,3}))?$/

/** A whole number of 64 bits, exact to the last digit, however it is written: `2024`, `"2024"`, `2.024e3`. */
export function wholeAt(bytes: Buffer, start: number, end: number): bigint | undefined {
  const short = shortWhole(bytes, start, end)
  if (short !== undefined) return BigInt(short)
  const [, sign, whole, part = '', exponent = '0'] = number.exec(plainText(bytes, start, end)) ?? []
  if (whole === undefined) return undefined
  const zeros = Number(exponent) - part.length
  const digits = `${whole}${part}`
  if (zeros >= 0) return zeros > 20 ? undefined : parseInt64(`${sign}${digits}${'0'.repeat(zeros)}`)
  const cut = digits.slice(zeros)
  return /^0+$/.test(cut) ? parseInt64(`${sign}${digits.slice(0, zeros) || '0'}`) : undefined
}

/** Reads whole numbers of so many bits. */
export const wholeReader =
  (bits: 8 | 16 | 32) =>
  (bytes: Buffer, start: number, end: number): number | undefined => {
    const short = shortWhole(bytes, start, end)
    const value = short ?? Number(wholeAt(bytes, start, end) ?? Number.NaN)
    const limit = 2 ** (bits - 1)
    return value >= -limit && value < limit ? value : undefined
  }

const midnight = /^(\d{4}-\d\d-\d\d)T00:00:00(?:\.0+)?Z$/

/** Days since 1970-01-01 of a text as `2024-03-01`, or of midnight UTC. */
export function dateAt(bytes: Buffer, start: number, end: number): number | undefined {
  if (bytes[start] !== char.quote) return undefined
  // Ten characters and their quotes: to make a text of each would be a third of the work on a statement.
  if (end - start === 12) return plainDate(bytes, start + 1)
  const [, date] = midnight.exec(textAt(bytes, start, end)) ?? []
  return date === undefined ? undefined : parseDate(date)
}

const digitsAt = (bytes: Buffer, at: number, count: number): number => {
  let value = 0
  for (let i = at; i < at + count; i++) {
    const digit = (bytes[i] as number) - char.zero
    if (digit < 0 || digit > 9) return Number.NaN
    value = value * 10 + digit
  }
  return value
}

const monthDays = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const

function plainDate(bytes: Buffer, at: number): number | undefined {
  if (bytes[at + 4] !== char.minus || bytes[at + 7] !== char.minus) return undefined
  const year = digitsAt(bytes, at, 4)
  const month = digitsAt(bytes, at + 5, 2)
  const day = digitsAt(bytes, at + 8, 2)
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  const most = (monthDays[month - 1] ?? 0) + (isLeap && month === 2 ? 1 : 0)
  if (!(day >= 1 && day <= most && year >= 0)) return undefined
  // Years that begin with March have their leap day at the end; 719 468 days of them are before 1970.
  const y = month > 2 ? year : year - 1
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1
  return y * 365 + Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400) + dayOfYear - 719_468
}

const instant =
  /^(\d{4}-\d\d-\d\d)[Tt ]([01]\d|2[0-3]):([0-5]\d):([0-5]\d)(?:\.(\d+))?(?:[Zz]|([+-])([01]\d|2[0-3]):([0-5]\d))$/

/**
 * Microseconds or nanoseconds since 1970 of a time of RFC 3339, which says its zone. A number is taken to be in that unit.
 *
 * @param decimals of a second: 6 or 9; digits beyond them are refused unless they are zeros.
 */
export const instantReader =
  (decimals: 6 | 9) =>
  (bytes: Buffer, start: number, end: number): bigint | undefined => {
    if (bytes[start] !== char.quote) return wholeAt(bytes, start, end)
    const text = textAt(bytes, start, end)
    return /^\d+$/.test(text) ? parseInt64(text) : instantOf(text, decimals)
  }

function instantOf(text: string, decimals: number): bigint | undefined {
  const [, date = '', hour, minute, second, part = '', sign, hours = 0, minutes = 0] =
    instant.exec(text) ?? []
  const days = parseDate(date)
  const digits = part.padEnd(decimals, '0')
  if (days === undefined || !/^0*$/.test(digits.slice(decimals))) return undefined
  const offset = (Number(hours) * 3600 + Number(minutes) * 60) * (sign === '-' ? -1 : 1)
  const seconds = days * 86_400 + Number(hour) * 3600 + Number(minute) * 60 + Number(second) - offset
  const value = BigInt(seconds) * 10n ** BigInt(decimals) + BigInt(digits.slice(0, decimals))
  return BigInt.asIntN(64, value) === value ? value : undefined
}
