import { dividends, ipos, relatedTickers, splits, tickerEvents } from './rest-actions.ts'
import {
  conditions,
  exchanges,
  shareFloat,
  shortInterest,
  shortVolume,
  tickerDetails,
  tickers,
} from './rest-reference.ts'
import { balanceSheets, cashFlow, filings, incomeStatements, vendorRatios } from './rest-statements.ts'
import type { RestTable } from './rest-table.ts'

/** Every table that comes from the REST API, in the order in which they are listed. */
export const restTables: readonly RestTable[] = [
  tickers,
  tickerDetails,
  tickerEvents,
  relatedTickers,
  balanceSheets,
  incomeStatements,
  cashFlow,
  filings,
  vendorRatios,
  dividends,
  splits,
  ipos,
  shareFloat,
  shortInterest,
  shortVolume,
  conditions,
  exchanges,
]
