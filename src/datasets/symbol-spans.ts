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
 * many spans as there were companies that used it; who has it next has it since the day after, if no event tells.
 */
export function symbolSpans(listings: readonly Listing[], events: readonly SymbolEvent[]): SymbolSpan[] {
  const eventsOf = grouped(events)
  const listed = grouped(listings)
  for (const [ticker, some] of eventsOf)
    if (!listed.has(ticker)) listed.set(ticker, [listingOf(ticker, some)])
  return [...listed].flatMap(([ticker, stocks]) => {
    // Of several companies that used a ticker, its events are those of the one that has it, or had it last.
    const inTime = stocks.toSorted((a, b) => endOf(a) - endOf(b))
    return inTime.flatMap((stock, i) => {
      const spans = spansOf(stock, i === inTime.length - 1 ? (eventsOf.get(ticker) ?? []) : [])
      const before = inTime[i - 1]?.delisted
      return spans.map((span) =>
        span.from === undefined && before !== undefined ? { ...span, from: before + 1 } : span,
      )
    })
  })
}

function grouped<T extends { readonly ticker: string }>(all: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const one of all) {
    const known = groups.get(one.ticker)
    if (known) known.push(one)
    else groups.set(one.ticker, [one])
  }
  return groups
}

const endOf = ({ delisted = Number.MAX_SAFE_INTEGER }: Listing): number => delisted

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
