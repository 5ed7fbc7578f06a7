import type { RestColumn } from './rest-table.ts'

/** What the columns of the REST tables have in common. */

export const textColumn = (unit: string, about?: string): RestColumn => ({
  kind: 'utf8',
  unit,
  ...(about !== undefined && { about }),
})
export const dayColumn = (about: string): RestColumn => ({ kind: 'date', unit: 'day', about })
export const numberColumn = (unit: string, about?: string): RestColumn => ({
  kind: 'float64',
  unit,
  ...(about !== undefined && { about }),
})
export const wholeColumn = (unit: string, about?: string): RestColumn => ({
  kind: 'int32',
  unit,
  ...(about !== undefined && { about }),
})
export const switchColumn = (about: string): RestColumn => ({ kind: 'bool', unit: 'yes or no', about })
export const momentColumn = (about: string): RestColumn => ({
  kind: 'timestamp_us',
  unit: 'us since 1970-01-01T00:00Z',
  about,
})
/** The same column, which is elsewhere in the answer. */
export const at = (from: string, column: RestColumn): RestColumn => ({ ...column, from })

/** Several columns of one unit. */
export const columnsIn = (unit: string, names: readonly string[]): Readonly<Record<string, RestColumn>> =>
  Object.fromEntries(names.map((name) => [name, numberColumn(unit)]))

export const tickerColumn = textColumn('symbol', 'as the company is named today')
export const tickersColumn = textColumn(
  'symbols',
  'all share classes of the company, with commas between them',
)
export const cikColumn = textColumn('number', 'of the company, as the SEC has it')
export const observedColumn: RestColumn = {
  ...momentColumn('when the row was first seen like this'),
  added: true,
}
