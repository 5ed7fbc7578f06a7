import { isDate } from '../core/params.ts'
import type { Kind } from '../core/schema.ts'
import type { Column } from './dataset.ts'

const source = 'OCC, Options Symbology Initiative'

/** What the symbol of an option says, as columns. */
export const osiColumns = {
  underlying: {
    kind: 'utf8',
    unit: 'symbol',
    about: 'root of the symbol; after a corporate action with a digit, as SPY1',
    source,
  },
  expiry: { kind: 'date', unit: 'day', about: 'when the option expires', source },
  right: { kind: 'utf8', unit: 'C or P', about: 'call or put', source },
  strike: { kind: 'float64', unit: 'USD', about: 'strike price of one share', source },
} as const satisfies Readonly<Record<string, Column>>

export type OsiColumns = { readonly [N in keyof typeof osiColumns]: (typeof osiColumns)[N]['kind'] & Kind }

/** What the symbol of an option says, each part as the text of its column. */
export type OptionSymbol = { readonly [N in keyof OsiColumns]: string }

/** From the right: eight digits of strike, call or put, six of the date; the root is what is left. */
const form = /^(?:O:)?([^:]+)(\d\d)(\d\d)(\d\d)([CP])(\d{5})(\d{3})$/

/** Reads `O:SPY241220P00720000`, or answers nothing for what is no such symbol. */
export function readOsi(ticker: string): OptionSymbol | undefined {
  const [, underlying, year, month, day, right, dollars, thousandths] = form.exec(ticker) ?? []
  const expiry = `20${year}-${month}-${day}`
  if (underlying === undefined || right === undefined || !isDate(expiry)) return undefined
  return { underlying, expiry, right, strike: `${dollars}.${thousandths}` }
}
