/** When a company has filed its reports, in days since 1970, ascending. Amendments are none of them. */
export interface Filings {
  /** 10-K, and 20-F or 40-F of foreign companies. */
  readonly annual: readonly number[]
  /** 10-Q. */
  readonly quarterly: readonly number[]
}

export interface FiledPeriod {
  /** Last day of the period. */
  readonly end: number
  /** The fiscal quarter that ends with it, 1 to 4. A year ends with the fourth, whose report is that of the year. */
  readonly quarter: number
}

/** Forms that are the first to tell a period. */
export const annualForms = ['10-K', '20-F', '40-F'] as const
export const quarterlyForms = ['10-Q'] as const

/** Of a quarter of 13 weeks; some companies have one of 12 or 16. */
const quarterDays = 91
const longerBy = 28
/** A year of 53 weeks. */
const yearDays = 371
/** Whoever files later files when the next quarter is due. */
const latestQuarterly = 98

/**
 * The day on which a period was filed for the first time. The filings index does not say which period a filing is of, so it
 * is told by form and order: it is the first report of its form after the period's end, if all that came before it in the
 * fiscal year was filed before, from the report of the year before on. Where one is missing, or came when the next one was
 * due, nobody knows, and the answer is `undefined`: a report that is taken for that of the next period is too early by months.
 */
export function firstFiled(
  { annual, quarterly }: Filings,
  { end, quarter }: FiledPeriod,
): number | undefined {
  if (quarter === 4) {
    const before = annual.findLast((day) => day <= end)
    if (before !== undefined && before <= end - yearDays) return undefined
    return firstIn(annual, end, end + yearDays)
  }
  const found = firstIn(quarterly, end, end + latestQuarterly)
  if (found === undefined) return undefined
  const lastYear = annual.findLast((day) => day <= found)
  if (lastYear === undefined || lastYear <= end - quarter * quarterDays - longerBy) return undefined
  const earlier = quarterly.filter((day) => day > lastYear && day <= end)
  return earlier.length === quarter - 1 ? found : undefined
}

/** Of days after the first one, up to the last one, which is included. */
const firstIn = (days: readonly number[], after: number, last: number): number | undefined =>
  days.find((day) => day > after && day <= last)
