import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { eachManifestLine } from '../core/manifest.ts'
import { readMergedUnits } from '../core/merged-units.ts'
import { passIf } from '../core/pass-if.ts'
import { from } from '../core/pipeline.ts'
import { type Identity, recipe, type Unit } from '../core/recipe.ts'
import { source } from '../core/stage.ts'
import { statePath } from '../core/state-file.ts'
import { ratios as catalogue, ratioVocabulary } from '../datasets/ratios/all.ts'
import { seedNames } from '../datasets/ratios/seed-names.ts'
import { dividends, splits, tickerEvents } from '../datasets/rest-actions.ts'
import { tickerDetails, tickers } from '../datasets/rest-reference.ts'
import { balanceSheets, cashFlow, filings, incomeStatements } from '../datasets/rest-statements.ts'
import type { MarketTables } from '../lake/market-facts.ts'
import { ratioDefinitions } from '../lake/ratio-definitions.ts'
import { ratiosJson } from '../lake/ratio-facts.ts'
import { pendingRows } from '../sinks/pending-rows.ts'
import { lakePeriods } from '../sources/lake-periods.ts'
import { lakeSymbols } from '../sources/lake-symbols.ts'
import { addMarket } from '../transforms/add-market.ts'
import { addRatios } from '../transforms/add-ratios.ts'
import {
  type DerivedParams,
  derivedParams,
  type FinancialRatiosParams,
  financialRatiosParams,
} from './derived-params.ts'

/** A whole table that is made of others of the same lake. */
export type DerivedUnit = Unit

const symbolsTable = 'symbols'
const statements = { balance: balanceSheets.table, income: incomeStatements.table, cash: cashFlow.table }
const market: Omit<MarketTables, 'daily'> = {
  splits: splits.table,
  dividends: dividends.table,
  details: tickerDetails.table,
  symbols: symbolsTable,
}

/**
 * Which files the tables have that something is made of, and which units they were `asked` for: that a company had no splits
 * is known once it was asked. Of what says something of `today` it counts when it was. When any of it changes, it is made anew.
 */
async function identityOf(
  root: string,
  tables: readonly string[],
  { asked = [], today }: { readonly asked?: readonly string[]; readonly today?: string } = {},
): Promise<Identity> {
  const texts = new Map<string, string>()
  for await (const { table, unit, files } of eachManifestLine(root))
    if (tables.includes(table))
      texts.set(
        `${table} ${unit}`,
        files.map(({ path, bytes, sha256 }) => `${path} ${bytes} ${sha256}`).join(' '),
      )
  for (const { table, unit, at } of (await readMergedUnits(root)).values())
    if (asked.includes(table) || table === today)
      texts.set(`asked ${table} ${unit}`, table === today ? at : '')
  const hash = createHash('sha256')
  for (const [name, text] of [...texts].sort(([a], [b]) => (a < b ? -1 : 1))) hash.update(`${name} ${text}\n`)
  return { made_of: hash.digest('hex') }
}

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex')

/** Another version of the program may have other formulas, or choose other rows and figures for them: then the number grows. */
const formulas = hashOf(JSON.stringify([catalogue, ratioVocabulary, seedNames, 2]))

const ratiosFile = 'ratios.json'

/** Whose a ticker was, and when. */
export const symbols = recipe<DerivedParams, DerivedUnit>({
  name: 'symbols',
  summary: 'Whose a ticker was, and when: made of the tickers and their events in a lake',
  params: derivedParams,
  workers: 1,
  noun: 'unit',
  sample: { id: 'symbols' },
  async *units({ out }) {
    yield { id: symbolsTable, identity: await identityOf(out, [tickers.table, tickerEvents.table]) }
  },
  build: (_, { out, compression }) =>
    from(lakeSymbols({ root: out, tickers: tickers.table, events: tickerEvents.table })).into(
      pendingRows({
        slot: { root: out, table: symbolsTable, unit: 'all' },
        rule: { layout: 'month', company: 'ticker', order: ['ticker', 'valid_from', 'current_ticker'] },
        replaces: {},
        parquet: { ...(compression && { compression }) },
        shape: { source: symbolsTable, version: 1 },
      }),
    ),
})

/** What the columns of the ratios mean: a table, and `_millrace/ratios.json` with all that is known of them. */
export const definitions = recipe<DerivedParams, DerivedUnit>({
  name: 'ratio-definitions',
  summary: 'What each financial ratio means, as a table beside them',
  params: derivedParams,
  workers: 1,
  noun: 'unit',
  sample: { id: 'ratio_definitions' },
  async *units({ out }, { clock }) {
    const text = ratiosJson()
    const there = await readFile(statePath(out, ratiosFile), 'utf8').catch(passIf('ENOENT', 'ENOTDIR'))
    // What is done without the file, or with another one, is done once more.
    const since = there === text ? {} : { since: new Date(clock.wallMs()).toISOString() }
    yield { id: 'ratio_definitions', identity: { made_of: hashOf(text) }, ...since }
  },
  build: (_, { out, compression }) =>
    from(
      source('ratio-definitions', async function* (run) {
        const batch = ratioDefinitions()
        run.count('rowsIn', batch.numRows)
        yield batch
      }),
    ).into(
      pendingRows({
        slot: { root: out, table: 'ratio_definitions', unit: 'all' },
        rule: { layout: 'month', company: 'name', order: ['group', 'name'] },
        replaces: {},
        about: { name: ratiosFile, text: ratiosJson },
        parquet: { ...(compression && { compression }) },
        shape: { source: 'ratio-definitions', version: 1 },
      }),
    ),
})

/** Ratios of all periods of all companies of a lake. */
export const financialRatios = recipe<FinancialRatiosParams, DerivedUnit>({
  name: 'financial-ratios',
  aliases: ['financial_ratios'],
  summary: '246 ratios of each period of each company, made of the statements in a lake',
  params: financialRatiosParams,
  workers: 1,
  noun: 'unit',
  sample: { id: 'financial_ratios' },
  async *units({ out, prices }) {
    const tables = [...Object.values(statements), ...Object.values(market), filings.table, prices]
    const made = await identityOf(out, tables, {
      asked: [market.splits, market.dividends],
      today: market.details,
    })
    yield { id: 'financial_ratios', identity: { ...made, formulas } }
  },
  build: (_, params) => {
    const { out, name = 'financial_ratios', layout, compression, prices } = params
    const { ratio, ratios, annualize, absentAsZero, ratioNames } = params
    const slot = { root: out, table: name, unit: 'all' }
    return from(lakePeriods({ root: out, tables: statements, slot }))
      .through(
        addMarket({
          root: out,
          tables: { ...market, daily: prices },
          statements: Object.values(statements),
          filings: filings.table,
        }),
      )
      .through(
        addRatios({
          ...(ratios && { ratios }),
          ...(ratio && { own: ratio }),
          ...(absentAsZero && { absentAsZero }),
          annualize,
          names: ratioNames,
        }),
      )
      .into(
        pendingRows({
          slot,
          rule: {
            layout,
            time: 'period_end',
            company: 'tickers',
            order: ['tickers', 'cik', 'period_end', 'timeframe', 'fiscal_year', 'fiscal_quarter'],
          },
          replaces: {},
          parquet: { ...(compression && { compression }) },
          large: true,
          shape: { source: 'financial-ratios', version: 2 },
        }),
      )
  },
})
