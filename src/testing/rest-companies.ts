import { makeStatements, type Statements } from './rest-statements.ts'

/** A ticker of a company, as long as it had it. */
export interface Listing {
  readonly ticker: string
  readonly figi: string
  /** `CS` common stock, `ADRC` a receipt for a foreign one, `ETF` a fund. */
  readonly type: 'CS' | 'ADRC' | 'ETF'
  /** Shares of this class. */
  readonly shares: number
  readonly price: number
}

/** A company that nobody owns. */
export interface Company {
  readonly cik: string
  readonly name: string
  /** One, or one for each class of shares. */
  readonly listings: readonly Listing[]
  readonly listed: string
  /** The day since when it is traded no longer. */
  readonly delisted?: string
  /** The ticker that it had before, and the day on which that ended. */
  readonly renamed?: { readonly from: string; readonly on: string }
  readonly dividends: readonly { readonly exDate: string; readonly amount: number }[]
  readonly splits: readonly { readonly date: string; readonly from: number; readonly to: number }[]
  readonly statements: Statements
  /** Its reports, where they are others than one for each period on the `filing_date` of its statements. */
  readonly filings?: readonly { readonly form_type: string; readonly filing_date: string }[]
}

export interface CompaniesOptions {
  readonly count: number
  /** Other ones for another seed, and always the same for the same. */
  readonly seed?: number
  /** Quarters of statements of each, from the first of 2020 on. */
  readonly quarters?: number
}

/** What some of them are, by their place; all further ones are plain. */
const kinds: Readonly<Record<number, 'classes' | 'renamed' | 'delisted' | 'fund' | 'receipt'>> = {
  1: 'classes',
  2: 'renamed',
  3: 'delisted',
  4: 'fund',
  5: 'classes',
  6: 'receipt',
}
const syllables = [
  'mill',
  'wheel',
  'brook',
  'stone',
  'grain',
  'ford',
  'weir',
  'pond',
  'oak',
  'ridge',
] as const
/** Lines that not every company reports. */
const optional = ['short_term_investments', 'research_development', 'inventories', 'goodwill'] as const

/** Made-up companies, among the first of them some of several classes, a renamed and a delisted one, and a fund. */
export const makeCompanies = ({ count, seed = 1, quarters = 20 }: CompaniesOptions): Company[] =>
  Array.from({ length: count }, (_, i) => makeCompany(i, seed, quarters))

function makeCompany(i: number, seed: number, quarters: number): Company {
  const random = chance(seed * 1_000_003 + i * 7919)
  const kind = kinds[i]
  const root = tickerOf(i)
  const shares = 1_000_000 * (5 + Math.floor(random() * 500))
  const price = Math.round(500 + random() * 20_000) / 100
  const type = kind === 'fund' ? 'ETF' : kind === 'receipt' ? 'ADRC' : 'CS'
  const listings = (kind === 'classes' ? ['.A', '.B'] : ['']).map(
    (suffix, n): Listing => ({
      ticker: `${root}${suffix}`,
      figi: `BBG0${String(100_000 * (i + 1) + n).padStart(8, '0')}`,
      type,
      shares: n === 0 ? shares : Math.round(shares / 4),
      price: n === 0 ? price : Math.round(price * 102) / 100,
    }),
  )
  const cik = String(1_900_000 + i).padStart(10, '0')
  const tickers = listings.map(({ ticker }) => ticker)
  const filer = {
    cik,
    tickers,
    leavesOut: optional.filter((_, n) => (i + n) % 3 === 0),
    revenue: 10_000_000 * (1 + Math.floor(random() * 400)),
    shares: listings.reduce((sum, listing) => sum + listing.shares, 0),
    quarters: kind === 'fund' ? 0 : quarters,
    random,
  }
  return {
    cik,
    name: nameOf(i),
    listings,
    listed: `${1980 + (i % 40)}-0${1 + (i % 9)}-15`,
    ...(kind === 'delisted' && { delisted: '2024-06-28' }),
    ...(kind === 'renamed' && { renamed: { from: `${root}X`, on: '2022-06-09' } }),
    dividends: i % 2 === 0 ? makeDividends(quarters, random) : [],
    splits: i % 5 === 0 ? [{ date: '2022-08-25', from: 1, to: i % 10 === 0 ? 4 : 3 }] : [],
    statements: makeStatements(filer),
  }
}

/** `MWA`, `MWB` and so on, then four letters. */
function tickerOf(i: number): string {
  const letter = (n: number): string => String.fromCharCode(65 + (n % 26))
  if (i === 1) return 'MWH'
  return i < 26 ? `MW${letter(i === 7 ? 1 : i)}` : `M${letter(i / 676)}${letter(i / 26)}${letter(i)}`
}

function nameOf(i: number): string {
  const word = (n: number): string => syllables[n % syllables.length] as string
  const name = `${word(i)}${word(Math.floor(i / 10) + 3)}`
  return `${name[0]?.toUpperCase()}${name.slice(1)} ${i < 100 ? 'Inc.' : `${i} Inc.`}`
}

function makeDividends(quarters: number, random: () => number) {
  const amount = Math.round(10 + random() * 90) / 100
  return Array.from({ length: quarters }, (_, i) => ({
    exDate: `${2020 + Math.floor(i / 4)}-${['02', '05', '08', '11'][i % 4]}-10`,
    amount: Math.round(amount * 1.02 ** Math.floor(i / 4) * 10_000) / 10_000,
  }))
}

/** A generator of numbers from 0 up to 1 (an LCG with the constants of Numerical Recipes). */
function chance(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}
