/** Tells which tickers are wanted, and remembers which patterns met one. */
export interface TickerMatcher {
  readonly isWanted: (ticker: string) => boolean
  /** The patterns that no ticker has matched so far. */
  unmatched(): readonly string[]
}

/**
 * `AAPL` is that one, `BRK*` all that begin so. Letters count as they are: `BApA` and `BAPA` are two companies. A pattern
 * is held against each of the names that `namesOf` has for a ticker; without it, against the ticker.
 */
export function tickerMatcher(
  patterns: readonly string[],
  namesOf: (ticker: string) => readonly string[] = (ticker) => [ticker],
): TickerMatcher {
  const exact = new Set(patterns.filter((pattern) => !pattern.endsWith('*')))
  const prefixes = patterns.filter((pattern) => pattern.endsWith('*')).map((pattern) => pattern.slice(0, -1))
  const matched = new Set<string>()
  return {
    isWanted(ticker) {
      const found = namesOf(ticker).flatMap((name) => [
        ...prefixes.filter((prefix) => name.startsWith(prefix)).map((prefix) => `${prefix}*`),
        ...(exact.has(name) ? [name] : []),
      ])
      for (const pattern of found) matched.add(pattern)
      return found.length > 0
    },
    unmatched: () => patterns.filter((pattern) => !matched.has(pattern)),
  }
}
