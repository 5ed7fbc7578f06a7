import { gunzipSync, gzipSync } from 'node:zlib'
import { type Company, makeCompanies } from '../../src/testing/rest-companies.ts'
import type { RestRow } from '../../src/testing/rest-tables.ts'

/** The last quarters of all were filed on the Friday, and one company has another ticker since the Tuesday. */
export const demoCompanies: readonly Company[] = makeCompanies({ count: 7, quarters: 24 }).map((company) => {
  const { balanceSheets, incomeStatements, cashFlowStatements } = company.statements
  const refiled = (rows: readonly RestRow[]) =>
    rows.map((row) => (row['period_end'] === '2025-12-31' ? { ...row, filing_date: '2026-02-20' } : row))
  return {
    ...company,
    ...(company.renamed && { renamed: { ...company.renamed, on: '2026-02-24' } }),
    statements: {
      balanceSheets: refiled(balanceSheets),
      incomeStatements: refiled(incomeStatements),
      cashFlowStatements: refiled(cashFlowStatements),
    },
  }
})

/** A day of daily bars, and those of the companies, by the tickers that they had then. */
export function withCompanies(gzip: Buffer, date: string): Buffer {
  const text = String(gunzipSync(gzip))
  const [header = '', first = ''] = text.split('\n')
  const start = first.split(',')[header.split(',').indexOf('window_start')] ?? ''
  const bars = demoCompanies
    .filter(({ delisted }) => delisted === undefined)
    .flatMap(({ listings, renamed }) =>
      listings.map(({ ticker, price }) => {
        const name = renamed && date < renamed.on ? renamed.from : ticker
        const values: Readonly<Record<string, string>> = {
          ticker: name,
          window_start: start,
          volume: '120000',
          transactions: '900',
        }
        return header
          .split(',')
          .map((column) => values[column] ?? (price + Number(date.slice(-1)) / 10).toFixed(2))
          .join(',')
      }),
    )
  return gzipSync(`${text}${bars.join('\n')}\n`)
}
