/** How rows of a lake are printed. */
export const printFormats = ['csv', 'ndjson', 'arrow', 'parquet'] as const
export type PrintFormat = (typeof printFormats)[number]
