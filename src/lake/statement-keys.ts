/** What every statement has that tells whose it is, of which period, and which of its vintages. */
export const statementKeys = [
  'cik',
  'tickers',
  'timeframe',
  'fiscal_year',
  'fiscal_quarter',
  'period_end',
  'filing_date',
  'observed_at',
] as const

export const hasStatementKeys = (columns: readonly string[]): boolean =>
  statementKeys.every((name) => columns.includes(name))

/** What is the same of two vintages of a statement, in SQL, to partition by; `periodComparer` is the same of rows. */
export const periodSql = `coalesce(cik, tickers), timeframe,
    case when fiscal_quarter is not null or timeframe = 'annual' then fiscal_year end,
    case when fiscal_year is not null and timeframe is distinct from 'annual' then fiscal_quarter end,
    case when fiscal_year is null or (fiscal_quarter is null and timeframe is distinct from 'annual') then period_end end`
