// biome-ignore-all assist/source/organizeImports: grouped by what it is for, by hand.
// The library: every public name.

// Chains
export { alsoInto } from './core/also-into.ts'
export { type Flow, from, type Pipeline, runPipeline } from './core/pipeline.ts'
export {
  createRun,
  type Counts,
  type Credentials,
  type RejectedRow,
  type Run,
  type RunOptions,
} from './core/run.ts'
export type { Tally } from './core/unit-run.ts'

// Stages of one's own
export type { Durability } from './core/durability.ts'
export { discard, tempFolder, type Written, writeTemp } from './core/durable-file.ts'
export type { Output, OutputFile, Span } from './core/output.ts'
export { type Bytes, type Shape, type Sink, sink, type Slot, type Source, source } from './core/stage.ts'
export { type Stage, type Transform, transform } from './core/stage.ts'

// Recipes
export * as param from './core/params.ts'
export type { AnyRecipe, Identity, Param, Params, Place } from './core/recipe.ts'
export { type Recipe, recipe, type Unit } from './core/recipe.ts'
export { failureOf, type Observer, type Report } from './core/ledger.ts'
export { rejectsFile } from './core/rejects-file.ts'
export { type RecipeOptions, runRecipe } from './core/run-recipe.ts'
export { workerEntry } from './pipelines/worker-entry.ts'
export { type Entry, registry } from './pipelines/registry.ts'

// Batches
export type { Batch, Columns, Kind } from './core/schema.ts'
export { columnsOf, makeBatch } from './columnar/arrow-types.ts'
export { type Column, column } from './columnar/column.ts'
export { takeRows } from './columnar/gather.ts'

// Sources
export { massiveFlatFiles } from './remote/bucket.ts'
export { file } from './sources/file.ts'
export { s3Object } from './sources/s3-object.ts'
export { stdin } from './sources/stdin.ts'

// Transforms
export { gunzip } from './transforms/gunzip.ts'
export { keep } from './transforms/keep.ts'
export { normalize } from './transforms/normalize.ts'
export { type ParseCsvOptions, parseCsv } from './transforms/parse-csv.ts'
export { type CsvDialect, parseCsvCompat } from './transforms/parse-csv-compat.ts'
export { select } from './transforms/select.ts'
export { toArrow } from './transforms/to-arrow.ts'
export { toCsv } from './transforms/to-csv.ts'
export { toNdjson } from './transforms/to-ndjson.ts'
export { toParquet } from './transforms/to-parquet.ts'

// Sinks
export { parquetLake } from './sinks/parquet-lake.ts'
export { rawFile } from './sinks/raw-file.ts'
export { stdout } from './sinks/stdout.ts'

// Datasets
export { datasets } from './datasets/all.ts'
export { type Dataset, fileColumns, keyOf, lakeColumns } from './datasets/dataset.ts'
export { stocksDaily, stocksMinute, stocksQuotes, stocksTrades } from './datasets/stocks.ts'

// Keys
export {
  countKeys,
  datasetNamed,
  isKey,
  type KeyCounts,
  type KeyFacts,
  keysBetween,
  missingDays,
  type NoKey,
  parseKey,
} from './datasets/keys.ts'

// Days
export { type Absence, absenceOf, absenceText, type Evidence } from './datasets/absence.ts'
export {
  type CalendarName,
  type EarlyClose,
  earlyCloses,
  holidayOn,
  isTradingDay,
  tradingDays,
} from './datasets/calendar.ts'

// Errors
export {
  AccessError,
  DataError,
  exitCodes,
  isMillraceError,
  MillraceError,
  MissingError,
} from './core/errors.ts'
export { NetworkError, ReaderLeft, type Reason, reasonOf, UsageError, WriteError } from './core/errors.ts'
