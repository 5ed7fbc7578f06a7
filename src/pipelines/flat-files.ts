import { alsoInto } from '../core/also-into.ts'
import { type Flow, from, type Pipeline } from '../core/pipeline.ts'
import { type AnyRecipe, type Place, type Recipe, recipe } from '../core/recipe.ts'
import type { Batch, Columns } from '../core/schema.ts'
import type { Bytes, Sink, Source } from '../core/stage.ts'
import { datasets } from '../datasets/all.ts'
import { type Dataset, fileColumns, keyOf } from '../datasets/dataset.ts'
import { parquetLake } from '../sinks/parquet-lake.ts'
import { rawFile } from '../sinks/raw-file.ts'
import { stdout } from '../sinks/stdout.ts'
import { file } from '../sources/file.ts'
import { s3Object } from '../sources/s3-object.ts'
import { stdin } from '../sources/stdin.ts'
import { gunzip } from '../transforms/gunzip.ts'
import { keep } from '../transforms/keep.ts'
import { normalize } from '../transforms/normalize.ts'
import { parseCsvCompat } from '../transforms/parse-csv-compat.ts'
import { select } from '../transforms/select.ts'
import { toArrow } from '../transforms/to-arrow.ts'
import { toCsv } from '../transforms/to-csv.ts'
import { toNdjson } from '../transforms/to-ndjson.ts'
import { toParquet } from '../transforms/to-parquet.ts'
import { checkCopy, checkPlace, rawPath, targetOf } from './flat-output.ts'
import { type FlatParams, flatParams } from './flat-params.ts'
import type { FlatUnit } from './flat-unit.ts'
import { flatUnits } from './flat-units.ts'

type Rows = Batch<Columns & { readonly ticker: 'utf8' }>

function build(dataset: Dataset, unit: FlatUnit, params: FlatParams, place: Place): Pipeline {
  checkPlace(params, place)
  const { format, flat, keepRaw } = params
  const source = sourceOf(unit, params)
  if (format === 'raw') return from(source).into(rawSink(dataset, unit, params))
  let bytes = from(source)
  if (keepRaw !== undefined)
    bytes = bytes.through(
      alsoInto(rawFile({ path: checkCopy(unit, rawPath(keepRaw, dataset, unit.date, flat)) })),
    )
  return writeRows(readRows(bytes, dataset, params), { dataset, unit, params, place })
}

function sourceOf({ origin }: FlatUnit, { endpoint, region, bucket }: FlatParams): Source<Bytes> {
  if (origin.kind === 'file') return file(origin)
  if (origin.kind === 'stdin') return stdin()
  return s3Object({ endpoint, region, bucket, ...origin })
}

function rawSink(dataset: Dataset, unit: FlatUnit, params: FlatParams): Sink<Bytes> {
  const { date } = unit
  const { out, flat } = params
  const target = targetOf(params)
  if (target === 'stdout') return stdout()
  if (target === 'file') return rawFile({ path: checkCopy(unit, out) })
  const table = flat ? `${dataset.prefix} (flat)` : dataset.prefix
  return rawFile({
    path: checkCopy(unit, rawPath(out, dataset, date, flat)),
    slot: { root: out, table, unit: date },
    shape: { format: 'raw' },
  })
}

function readRows(bytes: Flow<Bytes>, dataset: Dataset, params: FlatParams): Flow<Batch> {
  const { tickers, columns, schema, format } = params
  // What is printed as text stays as the vendor wrote it: nanoseconds, as digits.
  const timestamps = params.timestamps ?? (format === 'csv' || format === 'ndjson' ? 'int64' : 'documented')
  // Which columns a dataset has is data, here; every one of them has a ticker, which its test makes sure of.
  let rows = bytes
    .through(gunzip())
    .through(parseCsvCompat(fileColumns(dataset)))
    .through(normalize(dataset, { timestamps, schema })) as unknown as Flow<Rows>
  if (tickers) rows = rows.through(keep(tickers))
  return columns ? rows.through(select(columns)) : rows
}

interface Work {
  readonly dataset: Dataset
  readonly unit: FlatUnit
  readonly params: FlatParams
  readonly place: Place
}

function writeRows(rows: Flow<Batch>, { dataset, unit, params, place }: Work): Pipeline {
  const { out, format, compression, rowGroupRows, name } = params
  const options = { ...(compression && { compression }), ...(rowGroupRows && { rowGroupRows }) }
  const target = targetOf(params)
  if (target === 'folder')
    return rows.into(
      parquetLake({ root: out, table: name ?? dataset.table, partition: { date: unit.date }, options }),
    )
  const sink = target === 'stdout' ? stdout() : rawFile({ path: out })
  if (format === 'csv') return rows.through(toCsv({ header: place.first })).into(sink)
  if (format === 'ndjson') return rows.through(toNdjson()).into(sink)
  if (format === 'arrow') return rows.through(toArrow(place)).into(sink)
  return rows.through(toParquet(options)).into(sink)
}

/** A recipe for a dataset: there is nothing in it that is not in the dataset's data. */
export function flatFileRecipe(dataset: Dataset): Recipe<FlatParams, FlatUnit> {
  const { name, aliases, summary } = dataset
  const date = '2024-03-01'
  return recipe({
    name,
    aliases,
    summary,
    params: flatParams(dataset),
    module: import.meta.url,
    sample: {
      id: date,
      date,
      origin: { kind: 'object', key: keyOf(dataset, date) },
    },
    async *units(params, run) {
      yield* await flatUnits(dataset, params, run)
    },
    build: (unit, params, place) => build(dataset, unit, params, place),
  })
}

/** One recipe a dataset, in the order of the datasets. */
export const flatFileRecipes: readonly AnyRecipe[] = datasets.map(flatFileRecipe)
