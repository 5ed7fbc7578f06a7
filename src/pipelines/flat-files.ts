import { alsoInto } from '../core/also-into.ts'
import { type Flow, from, type Pipeline } from '../core/pipeline.ts'
import { type AnyRecipe, type Place, type Recipe, recipe } from '../core/recipe.ts'
import type { Batch } from '../core/schema.ts'
import type { Bytes, Sink } from '../core/stage.ts'
import { datasets } from '../datasets/all.ts'
import { type Dataset, keyOf } from '../datasets/dataset.ts'
import { parquetLake } from '../sinks/parquet-lake.ts'
import { rawFile } from '../sinks/raw-file.ts'
import { stdout } from '../sinks/stdout.ts'
import { toArrow } from '../transforms/to-arrow.ts'
import { toCsv } from '../transforms/to-csv.ts'
import { toNdjson } from '../transforms/to-ndjson.ts'
import { toParquet } from '../transforms/to-parquet.ts'
import { isPlain } from './bucket-params.ts'
import { laidOut } from './flat-layout.ts'
import { checkCopy, checkPlace, rawPath, tableOf, targetOf } from './flat-output.ts'
import { type FlatParams, flatParams } from './flat-params.ts'
import { readRows } from './flat-rows.ts'
import { flatMd5, flatPart, flatSource } from './flat-source.ts'
import type { FlatUnit } from './flat-unit.ts'
import { flatUnits } from './flat-units.ts'

function build(dataset: Dataset, unit: FlatUnit, params: FlatParams, place: Place): Pipeline {
  checkPlace(params, place)
  const { format, flat, keepRaw } = params
  const part = flatPart(unit, params)
  let bytes = from(flatSource(unit, params, part))
  if (format === 'raw') return bytes.into(rawSink(dataset, unit, params, part))
  if (keepRaw !== undefined) {
    const path = checkCopy(unit, rawPath(keepRaw, dataset, unit.date, flat))
    bytes = bytes.through(alsoInto(rawFile({ path, within: keepRaw })))
  }
  return writeRows(readRows(bytes, dataset, params), { dataset, unit, params, place })
}

function rawSink(
  dataset: Dataset,
  unit: FlatUnit,
  params: FlatParams,
  part: string | undefined,
): Sink<Bytes> {
  const { date } = unit
  const { out, flat } = params
  const target = targetOf(params)
  const md5 = flatMd5(unit, params)
  if (target === 'stdout') return stdout()
  if (target === 'file') return rawFile({ path: checkCopy(unit, out), part, md5 })
  return rawFile({
    path: checkCopy(unit, rawPath(out, dataset, date, flat)),
    slot: { root: out, table: tableOf(dataset, params), unit: date },
    shape: { format: 'raw' },
    part,
    md5,
  })
}

interface Work {
  readonly dataset: Dataset
  readonly unit: FlatUnit
  readonly params: FlatParams
  readonly place: Place
}

function writeRows(rows: Flow<Batch>, { dataset, unit, params, place }: Work): Pipeline {
  const { out, format, compression, rowGroupRows, partitionBy } = params
  const options = { ...(compression && { compression }), ...(rowGroupRows && { rowGroupRows }) }
  const target = targetOf(params)
  if (target === 'folder')
    return rows.into(
      parquetLake({
        root: out,
        table: tableOf(dataset, params),
        partition: { date: unit.date },
        partitionBy,
        options,
      }),
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
    carries: ({ format, endpoint }) => format === 'raw' && isPlain(endpoint),
    sample: {
      id: date,
      date,
      origin: { kind: 'object', key: keyOf(dataset, date) },
    },
    async *units(params, run) {
      yield* await flatUnits(dataset, laidOut(dataset, params), run)
    },
    build: (unit, params, place) => build(dataset, unit, laidOut(dataset, params), place),
  })
}

/** One recipe a dataset, in the order of the datasets. */
export const flatFileRecipes: readonly AnyRecipe[] = datasets.map(flatFileRecipe)
