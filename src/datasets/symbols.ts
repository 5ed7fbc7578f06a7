import { readOsi } from './osi.ts'

/**
 * Symbols that one may write in more ways than one, or that say more than a name. `pair`: of two currencies,
 * `X:BTC-USD` in the files and `X:BTCUSD` elsewhere at the vendor. `option`: as `osi.ts` reads them. `contract`: of
 * futures, where those of spreads have spaces in them.
 */
export type SymbolForm = 'pair' | 'option' | 'contract'

/** What stands between symbols in a list. */
export const betweenSymbols = (form: SymbolForm | undefined): RegExp =>
  form === 'contract' ? /[\r\n,]+/ : /[\s,]+/

/** The one text for all ways to write a ticker. What stands before a `*` stays: `X:BTC-*` is not `X:BTC*`. */
export const canonicalTicker = (pattern: string, form: SymbolForm | undefined): string =>
  form === 'pair' && !pattern.endsWith('*') ? pattern.replaceAll('-', '') : pattern

/** The texts under which a ticker of a file may be asked for, canonical ones among them. */
export const namesOfTicker = (ticker: string, form: SymbolForm | undefined): readonly string[] =>
  form === 'pair' ? [ticker, ticker.replaceAll('-', '')] : [ticker]

/** The root of an option's symbol, as a list of one; of none for a ticker that is no such symbol. */
export function underlyingsOf(ticker: string): readonly string[] {
  const symbol = readOsi(ticker)
  return symbol ? [symbol.underlying] : []
}
