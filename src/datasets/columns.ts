import type { Column } from './dataset.ts'

/** What the columns of all markets have in common. */

export const observed = 'public code that read the files'

/** The vendor's own pages on the files of a market. */
export const official = <const M extends string>(market: M) => `massive.com, flat files, ${market}` as const

const nanoseconds = 'ns since 1970-01-01T00:00Z'

/** A symbol; `about` says how those of a market look. */
export const tickerOf = (source: string, about: string) =>
  ({ kind: 'utf8', unit: 'symbol', about, source }) as const

export const exchangeOf = (source: string) => ({ kind: 'int32', unit: 'exchange id', source }) as const

export const decimalOf = (source: string, unit: string) => ({ kind: 'float64', unit, source }) as const

export const tickOf = (source: string) => ({ kind: 'timestamp_ns', unit: nanoseconds, source }) as const

export const codesOf = (source: string, about: string) =>
  ({ kind: 'utf8', unit: 'codes', about, source }) as const

export const correctionOf = (source: string) =>
  ({ kind: 'int32', unit: 'code', about: 'trade correction indicator', source }) as const

export const countOf = (source: string, unit: string) => ({ kind: 'int64', unit, source }) as const

/** A bar's time, which a lake stores in microseconds; `about` says where its day begins. */
export const windowStartOf = (about: string) =>
  ({
    kind: 'timestamp_us',
    unit: 'us since 1970-01-01T00:00Z (ns in the file)',
    about,
    source: observed,
  }) as const

/** The four prices of a bar, in the order of most files. */
export const barPricesOf = <P extends Omit<Column, 'about'>>(price: P) => ({
  open: { ...price, about: 'first price' },
  close: { ...price, about: 'last price' },
  high: { ...price, about: 'highest price' },
  low: { ...price, about: 'lowest price' },
})
