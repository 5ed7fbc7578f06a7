/** What a stock is known by today. */
export interface Listing {
  readonly ticker: string
  readonly cik?: string | undefined
  readonly compositeFigi?: string | undefined
  readonly name?: string | undefined
  readonly active?: boolean | undefined
  /** Days since 1970, as all of these. */
  readonly delisted?: number | undefined
}

/** Something that happened to the stock that is known by `ticker` today. */
export interface SymbolEvent {
  readonly ticker: string
  readonly type: string
  readonly day: number
  readonly newTicker?: string | undefined
  readonly cik?: string | undefined
  readonly compositeFigi?: string | undefined
  readonly name?: string | undefined
}

/** A ticker, and whose it was from one day to another; a day that is not known is open. */
export interface SymbolSpan extends Listing {
  readonly currentTicker: string
  readonly from: number | undefined
  readonly to: number | undefined
}

/**
 * The tickers of stocks in time. A stock was known by each of its former tickers until the day before the next change, and by
 * the first of them since it was listed; the last one holds until it is delisted. So a ticker that was used again is in as
 * many spans as there were companies that used it.
 */
export function symbolSpans(listings: readonly Listing[], events: readonly SymbolEvent[]): SymbolSpan[] {
  const byTicker = new Map<string, SymbolEvent[]>()
  for (const event of events) {
    const known = byTicker.get(event.ticker) ?? []
    byTicker.set(event.ticker, known)
    known.push(event)
  }
  const listed = new Set(listings.map(({ ticker }) => ticker))
  const others = [...byTicker].flatMap(([ticker, some]) =>
    listed.has(ticker) ? [] : [listingOf(ticker, some)],
  )
  return [...listings, ...others].flatMap((one) => {
    // Of several companies that used a ticker, its events are those of the one that has it, or had it last.
    const isLast = !listings.some(
      (other) => other !== one && other.ticker === one.ticker && isLater(other, one),
    )
    return spansOf(one, isLast ? (byTicker.get(one.ticker) ?? []) : [])
  })
}

const isLater = (one: Listing, other: Listing): boolean =>
  (one.delisted ?? Number.POSITIVE_INFINITY) > (other.delisted ?? Number.POSITIVE_INFINITY)

/** A stock of which only its events are known. */
function listingOf(ticker: string, events: readonly SymbolEvent[]): Listing {
  const known = <K extends 'cik' | 'compositeFigi' | 'name'>(key: K) =>
    events.map((event) => event[key]).find((value) => value !== undefined)
  const delisted = events.find(({ type }) => type === 'delisting')?.day
  return { ticker, cik: known('cik'), compositeFigi: known('compositeFigi'), name: known('name'), delisted }
}

function spansOf(listing: Listing, events: readonly SymbolEvent[]): SymbolSpan[] {
  const { ticker, delisted } = listing
  const began = events.find(({ type }) => type === 'listing')?.day
  const changes = events
    .filter(({ type, newTicker }) => type === 'ticker_change' && newTicker !== undefined)
    .toSorted((a, b) => a.day - b.day)
  const span = (name: string, from: number | undefined, to: number | undefined): SymbolSpan => ({
    ...listing,
    ticker: name,
    currentTicker: ticker,
    from,
    to,
  })
  if (changes.length === 0) return [span(ticker, began, delisted)]
  return changes.map(({ newTicker, day }, i) => {
    const next = changes[i + 1]?.day
    return span(newTicker as string, day, next === undefined ? delisted : next - 1)
  })
}
