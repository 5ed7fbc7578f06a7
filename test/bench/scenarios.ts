import type { Ask } from './ask.ts'
import type { CaseName } from './cases.ts'
import type { InputOptions } from './input.ts'

/** One line of a table: a program and what it is told. */
export interface Entry {
  readonly case: CaseName
  /** Files at a time; 1 where nothing is said. */
  readonly workers?: number
  /** Where it differs from what the scenario asks. */
  readonly ask?: Ask
}

/** Programs that do the same with the same files, and take turns. */
export interface Scenario {
  readonly title: string
  readonly input: InputOptions
  readonly ask?: Ask
  /** By the name that the table has for it, in the order in which they take turns. */
  readonly entries: Readonly<Record<string, Entry>>
  /** Names of entries that each entry's speed is compared with. */
  readonly against: readonly string[]
}

const million = 1_000_000
const threeColumns: Ask = { columns: ['ticker', 'price', 'sip_timestamp'] }
/** One of the two with the most trades, some 2 % of them. */
const oneTicker: Ask = { ticker: 'AAPL' }

const gunzip: Entry = { case: 'gunzip' }
const incumbents = { duckdb: { case: 'duckdb' }, polars: { case: 'polars' } } as const
const converters = { gunzip, millrace: { case: 'millrace' }, ...incumbents } as const
const inMemory = {
  gunzip: { case: 'gunzip in memory' },
  inflater: { case: 'inflater' },
  kernel: { case: 'kernel' },
  'plain JavaScript': { case: 'plain JavaScript' },
  'csv-parse': { case: 'csv-parse' },
  'csv-parse to batches': { case: 'csv-parse to batches' },
} as const
const parsers = ['csv-parse to batches', 'csv-parse', 'plain JavaScript', 'gunzip']

const oneDay = { dataset: 'stocks-trades', format: 'old', rows: 6 * million, files: 1 } as const
const fourDays = { ...oneDay, files: 4 } as const
/** So large that the start of the programs, which every run has, counts for little of it, as with a real day. */
const largeDay = { ...oneDay, rows: 12 * million } as const
const part = { ...oneDay, rows: 2 * million } as const
const quotes = { ...oneDay, dataset: 'stocks-quotes', rows: 3 * million } as const
const minutes = { ...oneDay, dataset: 'stocks-minute', rows: 1.5 * million } as const

export const scenarios = {
  kernel: {
    title: 'CSV in memory to typed columns',
    input: oneDay,
    entries: inMemory,
    against: parsers,
  },
  stages: {
    title: 'CSV in memory through the parsing stages, which do the same',
    input: part,
    entries: {
      gunzip: inMemory.gunzip,
      'parse-csv': { case: 'parse-csv' },
      'parse-csv-compat': { case: 'parse-csv-compat' },
    },
    against: ['parse-csv-compat', 'gunzip'],
  },
  'kernel-three-columns': {
    title: 'CSV in memory, three of thirteen columns',
    input: part,
    ask: threeColumns,
    entries: inMemory,
    against: parsers,
  },
  'kernel-one-ticker': {
    title: 'CSV in memory, one ticker',
    input: part,
    ask: oneTicker,
    entries: inMemory,
    against: parsers,
  },
  trades: {
    title: 'One file of trades, .csv.gz to Parquet',
    input: oneDay,
    entries: converters,
    against: ['polars', 'duckdb'],
  },
  'four-files': {
    title: 'Four files of trades, .csv.gz to Parquet',
    input: fourDays,
    entries: {
      gunzip,
      'gunzip, two at a time': { case: 'gunzip', workers: 2 },
      'millrace, 2 workers': { case: 'millrace', workers: 2 },
      ...incumbents,
    },
    against: ['polars', 'duckdb'],
  },
  'one-ticker': {
    title: 'One ticker out of a file of the whole market, .csv.gz to Parquet',
    input: largeDay,
    ask: oneTicker,
    entries: { ...converters, 'millrace, all tickers': { case: 'millrace', ask: {} } },
    against: ['millrace, all tickers', 'gunzip', 'polars', 'duckdb'],
  },
  'three-columns': {
    title: 'Three of thirteen columns, .csv.gz to Parquet',
    input: oneDay,
    ask: threeColumns,
    entries: converters,
    against: ['polars', 'duckdb'],
  },
  'trades-2026': {
    title: 'One file of trades in the format of 2026',
    input: { ...oneDay, format: '2026' },
    entries: converters,
    against: ['polars', 'duckdb'],
  },
  quotes: {
    title: 'One file of quotes',
    input: quotes,
    entries: converters,
    against: ['polars', 'duckdb'],
  },
  'quotes-2026': {
    title: 'One file of quotes in the format of 2026',
    input: { ...quotes, format: '2026' },
    entries: converters,
    against: ['polars', 'duckdb'],
  },
  minutes: {
    title: 'One file of minute bars',
    input: minutes,
    entries: converters,
    against: ['polars', 'duckdb'],
  },
  'minutes-2026': {
    title: 'One file of minute bars in the format of 2026',
    input: { ...minutes, format: '2026' },
    entries: converters,
    against: ['polars', 'duckdb'],
  },
  memory: {
    title: 'Memory, by the number of workers',
    input: fourDays,
    entries: {
      '1 worker': { case: 'millrace' },
      '2 workers': { case: 'millrace', workers: 2 },
      '4 workers': { case: 'millrace', workers: 4 },
    },
    against: ['1 worker'],
  },
} as const satisfies Record<string, Scenario>

export type ScenarioName = keyof typeof scenarios
export const scenarioNames = Object.keys(scenarios) as ScenarioName[]

/** What `npm run bench` does when nothing is said: what millrace must reach, and nothing else. */
export const defaultScenarios: readonly ScenarioName[] = [
  'kernel',
  'trades',
  'four-files',
  'one-ticker',
  'memory',
]
