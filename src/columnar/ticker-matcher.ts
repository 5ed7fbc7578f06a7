/** Tells which tickers are wanted, and remembers which patterns met one. */
export interface TickerMatcher {
  readonly isWanted: (ticker: string) => boolean
  /** The patterns that no ticker has matched so far. */
  unmatched(): readonly string[]
}

/** `AAPL` is that one, `BRK*` all that begin so. Letters count as they are: `BApA` and `BAPA` are two companies. */
export function tickerMatcher(patterns: readonly string[]): TickerMatcher {
  const exact = new Set(patterns.filter((pattern) => !pattern.endsWith('*')))
  const prefixes = patterns.filter((pattern) => pattern.endsWith('*')).map((pattern) => pattern.slice(0, -1))
  const matched = new Set<string>()
  return {
    isWanted(ticker) {
      const found = prefixes.filter((prefix) => ticker.startsWith(prefix)).map((prefix) => `${prefix}*`)
      if (exact.has(ticker)) found.push(ticker)
      for (const pattern of found) matched.add(pattern)
      return found.length > 0
    },
    unmatched: () => patterns.filter((pattern) => !matched.has(pattern)),
  }
}
