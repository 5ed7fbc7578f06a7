import { UsageError } from '../core/errors.ts'
import { bytes, choice, count, day, list, optional, text, toggle } from '../core/params.ts'
import type { Param } from '../core/recipe.ts'
import { type Column, type Dataset, timestampStyles } from '../datasets/dataset.ts'
import { osiColumns } from '../datasets/osi.ts'
import { betweenSymbols, type SymbolForm } from '../datasets/symbols.ts'
import { compressions, parquetDefaults } from '../lake/parquet-options.ts'
import { checkPartitionKind } from '../lake/partition-kinds.ts'
import { readAheadDefault } from '../sources/s3-object.ts'
import { bucketParams } from './bucket-params.ts'
import { tableParam, textIn } from './shared-params.ts'

export const formats = ['parquet', 'raw', 'csv', 'ndjson', 'arrow'] as const
export type Format = (typeof formats)[number]

/** Where output goes when nothing is said. */
export const defaultOut = './lake'

/** The flags of every flat-file recipe. */
export const flatParams = (dataset: Dataset) => ({
  start: day('first day, or -5d for five days ago in New York', { required: true }),
  end: optional(day('last day, included; by default the first one, and today after --start -5d')),
  tickers: optional(tickers(dataset)),
  ...(dataset.symbols === 'option' && optionParams),
  columns: optional(columnNames(dataset, 'only these columns')),
  from: optional(
    text('folder laid out like the bucket, or - for one file on stdin, instead of the bucket', {
      value: 'DIR',
    }),
  ),
  out: text('folder of the lake; one file, if the name ends as the format does; - for stdout', {
    value: 'PATH',
    default: defaultOut,
  }),
  outdir: optional(
    text(
      'in place of --out: what download scripts make, raw files in DIR/raw/<table> and the lake in DIR/parquet; with Parquet the raw files are kept, too',
      { value: 'DIR' },
    ),
  ),
  parquetDir: optional(text('with --outdir: folder of the lake, DIR/parquet by default', { value: 'DIR' })),
  format: choice('what to write; raw is the .csv.gz as it is', formats, { default: 'parquet' }),
  flat: toggle('raw files side by side, with __ for the / of their keys'),
  keepRaw: optional(text('keep the raw file there as well, in the same pass', { value: 'DIR' })),
  spool: optional(
    text(
      'keep there what has come of each file until it is done, so that a killed run need not fetch it twice',
      {
        value: 'DIR',
      },
    ),
  ),
  compression: optional(
    choice(`compression of Parquet, ${parquetDefaults.compression} by default`, compressions),
  ),
  rowGroupRows: optional(count(`rows in a row group of Parquet, ${parquetDefaults.rowGroupRows} by default`)),
  readAhead: bytes('how much of a file may come ahead of what reads it', {
    default: `${readAheadDefault / 2 ** 20}Mi`,
  }),
  partitionBy: optional(partitionColumns(dataset)),
  timestamps: optional(
    choice(
      'us cuts to microseconds, int64 keeps digits of ns, utc adds the zone; csv and ndjson have int64',
      timestampStyles,
    ),
  ),
  schema: choice(
    'a column not known: evolve warns and leaves it out, freeze is an error',
    ['evolve', 'freeze'],
    {
      default: 'evolve',
    },
  ),
  name: optional(tableParam(dataset)),
  ...bucketParams,
})

type ParamsOf<T> = { readonly [K in keyof T]: NonNullable<T[K]> extends Param<infer V> ? V : never }
export type FlatParams = ParamsOf<ReturnType<typeof flatParams>>

/** Tickers, with commas between them, or `@FILE` with one a line. */
export function symbolList(help: string, form?: SymbolForm): Param<readonly string[]> {
  return {
    ...list(help),
    parse(given) {
      const words = given.startsWith('@') ? textIn(given).split(betweenSymbols(form)) : given.split(',')
      const named = words.map((word) => word.trim()).filter((word) => word !== '')
      if (named.length === 0) throw new UsageError(`${given} names no ticker`)
      const wild = named.find((word) => word.slice(0, -1).includes('*'))
      if (wild !== undefined) throw new UsageError(`${wild}: a * can only stand at the end`)
      return named
    },
  }
}

const tickers = ({ examples = 'AAPL,BRK*', symbols }: Dataset): Param<readonly string[]> =>
  symbolList(`only these: ${examples}, or @FILE with one a line`, symbols)

const optionParams = {
  underlying: optional(symbolList('only options on these: SPXW,AAPL, as the symbols have it, or @FILE')),
  osi: toggle(`add what the symbol says: ${Object.keys(osiColumns).join(', ')}; --columns may choose`),
}

function partitionColumns(dataset: Dataset): Param<readonly string[]> {
  const names = columnNames(
    dataset,
    'below each day a folder for each value of these, as ticker or ticker,exchange',
  )
  const columns = columnsToAskFor(dataset)
  return {
    ...names,
    parse(given) {
      const asked = names.parse(given)
      for (const name of asked) checkPartitionKind(name, (columns[name] as Column).kind)
      return asked
    },
  }
}

/** Those that are made of others, too. */
const columnsToAskFor = ({ columns, derived }: Dataset): Dataset['columns'] => ({ ...columns, ...derived })

function columnNames(dataset: Dataset, help: string): Param<readonly string[]> {
  const names = list(help)
  const columns = columnsToAskFor(dataset)
  return {
    ...names,
    parse(given) {
      const asked = names.parse(given)
      for (const [i, column] of asked.entries()) {
        if (!Object.hasOwn(columns, column))
          throw new UsageError(`${dataset.name} has no column ${column}`, {
            hint: `choose from ${Object.keys(columns).join(',')}`,
          })
        if (asked.indexOf(column) !== i) throw new UsageError(`${column} is named twice`)
      }
      return asked
    },
  }
}
