import { readFileSync } from 'node:fs'
import { UsageError } from '../core/errors.ts'
import { choice, count, day, list, optional, text, toggle } from '../core/params.ts'
import type { Param } from '../core/recipe.ts'
import { type Column, type Dataset, timestampStyles } from '../datasets/dataset.ts'
import { isFolderName } from '../lake/layout.ts'
import { compressions, parquetDefaults } from '../lake/parquet-encoder.ts'
import { checkPartitionKind } from '../lake/partition-rows.ts'
import { massiveFlatFiles } from '../remote/bucket.ts'

export const formats = ['parquet', 'raw', 'csv', 'ndjson', 'arrow'] as const
export type Format = (typeof formats)[number]

/** Where the bucket is. */
export const bucketParams = {
  endpoint: text('S3 server; the old https://files.polygon.io answers, too', {
    value: 'URL',
    default: massiveFlatFiles.endpoint,
  }),
  region: text('its region', { default: massiveFlatFiles.region }),
  bucket: text('its bucket', { default: massiveFlatFiles.bucket }),
}

/** The flags of every flat-file recipe. */
export const flatParams = (dataset: Dataset) => ({
  start: day('first day, or -5d for five days ago in New York', { required: true }),
  end: optional(day('last day, included; by default the first one, and today after --start -5d')),
  tickers: optional(tickers),
  columns: optional(columnNames(dataset, 'only these columns')),
  from: optional(
    text('folder laid out like the bucket, or - for one file on stdin, instead of the bucket', {
      value: 'DIR',
    }),
  ),
  out: text('folder of the lake; one file, if the name ends as the format does; - for stdout', {
    value: 'PATH',
    default: './lake',
  }),
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
  name: optional(tableName(dataset)),
  ...bucketParams,
})

type ParamsOf<T> = { readonly [K in keyof T]: T[K] extends Param<infer V> ? V : never }
export type FlatParams = ParamsOf<ReturnType<typeof flatParams>>

const tickers: Param<readonly string[]> = {
  ...list('only these: AAPL,BRK*, or @FILE with one a line'),
  parse(given) {
    const words = given.startsWith('@') ? wordsOf(given.slice(1)) : given.split(',')
    const named = words.map((word) => word.trim()).filter((word) => word !== '')
    if (named.length === 0) throw new UsageError(`${given} names no ticker`)
    const wild = named.find((word) => word.slice(0, -1).includes('*'))
    if (wild !== undefined) throw new UsageError(`${wild}: a * can only stand at the end`)
    return named
  },
}

function wordsOf(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').split(/[\s,]+/)
  } catch (error) {
    throw new UsageError(`${path} cannot be read (${(error as Error).message})`, { cause: error })
  }
}

function partitionColumns(dataset: Dataset): Param<readonly string[]> {
  const names = columnNames(
    dataset,
    'below each day a folder for each value of these, as ticker or ticker,exchange',
  )
  return {
    ...names,
    parse(given) {
      const asked = names.parse(given)
      for (const name of asked) checkPartitionKind(name, (dataset.columns[name] as Column).kind)
      return asked
    },
  }
}

function columnNames({ name, columns }: Dataset, help: string): Param<readonly string[]> {
  const names = list(help)
  return {
    ...names,
    parse(given) {
      const asked = names.parse(given)
      for (const [i, column] of asked.entries()) {
        if (!Object.hasOwn(columns, column))
          throw new UsageError(`${name} has no column ${column}`, {
            hint: `choose from ${Object.keys(columns).join(',')}`,
          })
        if (asked.indexOf(column) !== i) throw new UsageError(`${column} is named twice`)
      }
      return asked
    },
  }
}

function tableName({ table }: Dataset): Param<string> {
  const word = text(`folder in the lake, ${table} by default`, { value: 'NAME' })
  return {
    ...word,
    parse(given) {
      if (!isFolderName(given))
        throw new UsageError(`${given} cannot name a folder`, {
          hint: 'use letters, digits, _, - and ., no . at the end, and no name that Windows keeps for itself',
        })
      return given
    },
  }
}
