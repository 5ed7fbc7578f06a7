/** A row, counted from 1, and its ticker. */
export interface OrderFault {
  readonly row: number
  readonly ticker: string
}

/** How the rows of a file lie; it grows with every row. */
export interface RowOrder {
  /** A null as null or undefined. */
  add(ticker: unknown, time: unknown): void
  /** The first row whose time is before that of the row before it, of the same ticker. */
  readonly backwards: OrderFault | undefined
  /** The first row of a ticker that had ended before; looked for only where tickers are to lie together. */
  readonly scattered: OrderFault | undefined
}

/**
 * Looks at the order of rows: times that rise within a ticker, and, with `grouped`, tickers that lie together. All tickers
 * are remembered for that: not for files of millions of them.
 */
export function tallyOrder({ grouped }: { readonly grouped: boolean }): RowOrder {
  const seen = new Set<unknown>()
  let row = 0
  let current: unknown
  let last: bigint | undefined
  let backwards: OrderFault | undefined
  let scattered: OrderFault | undefined
  const here = (): OrderFault => ({ row, ticker: String(current ?? '') })

  const begin = (ticker: unknown): void => {
    current = ticker
    last = undefined
    if (!grouped) return
    if (seen.has(ticker)) scattered ??= here()
    seen.add(ticker)
  }
  return {
    add(ticker, time) {
      row++
      if (row === 1 || ticker !== current) begin(ticker)
      if (typeof time !== 'bigint') return
      if (last !== undefined && time < last) backwards ??= here()
      last = time
    },
    get backwards() {
      return backwards
    },
    get scattered() {
      return scattered
    },
  }
}
