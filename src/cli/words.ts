import type { RequestRate } from '../core/requests-per.ts'

/** Numbers as people read them. `M` is 10^6 everywhere. */

const steps = ['', 'k', 'M', 'G', 'T', 'P']

/** `[6, 'M']`-like: three digits at most, as `6.0 M`, `161 M`; small numbers have no letter. */
function scaled(n: number): string {
  let value = n
  let step = 0
  while (value >= 999.5 && step < steps.length - 1) {
    value /= 1000
    step++
  }
  const digits = step > 0 && value < 99.95 ? value.toFixed(1) : value.toFixed(0)
  return `${digits} ${steps[step]}`
}

/** `161 MB`. */
export const bytesText = (n: number): string => `${scaled(n)}B`

/** `12.5 MB/s`. */
export const rateText = (bytesPerSecond: number): string => `${bytesText(bytesPerSecond)}/s`

const spans: Readonly<Record<number, string>> = { 1000: 's', 60000: 'min', 3600000: 'h' }

/** `90 requests/s`. */
export const requestRateText = ({ requests, everyMs }: RequestRate): string =>
  `${plural(requests, 'request')}/${spans[everyMs] ?? `${everyMs} ms`}`

/** `6.0 M rows`; exact up to 9999. */
export const rowsText = (n: number): string => (n < 10_000 ? plural(n, 'row') : `${scaled(n)} rows`)

/** `1 file`, `2 files`. */
export const plural = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`

/** `1 company`, `2 companies`. */
export const companiesText = (n: number): string => plural(n, 'company', 'companies')

/** `12 ms`, `3.2 s`, `38 s`, `2 min 5 s`, `1 h 4 min`. */
export function durationText(seconds: number): string {
  if (seconds < 0.95) return `${Math.round(seconds * 1000)} ms`
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  if (whole < 120) return `${whole} s`
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`
}
