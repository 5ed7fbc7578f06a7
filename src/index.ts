// biome-ignore-all assist/source/organizeImports: grouped by what it is for, by hand.
// The library: every public name.

// Chains
export { alsoInto } from './core/also-into.ts'
export { checkedBy } from './core/checked-by.ts'
export { md5Of } from './core/md5.ts'
export { type Flow, from, type Pipeline, runPipeline } from './core/pipeline.ts'
export {
  type ApiKey,
  createRun,
  type Counts,
  type Credentials,
  type RejectedRow,
  type Run,
  type RunOptions,
} from './core/run.ts'
export type { RequestBudget } from './core/request-rate.ts'
export type { RequestRate } from './core/requests-per.ts'
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

// Single objects of the bucket
export {
  type BatchOptions,
  type Downloader,
  type DownloaderOptions,
  downloaderDefaults,
  type FetchOptions,
  type ListOptions,
  openDownloader,
} from './downloader/open-downloader.ts'
export {
  openDownloaderSync,
  type SyncDownloader,
  type SyncDownloaderOptions,
} from './downloader/open-downloader-sync.ts'
export type { Statistics } from './downloader/statistics.ts'
export type { BucketPlace, RemoteFile } from './remote/bucket.ts'
export { type ApiKeyClues, type CredentialClues, findApiKey, findCredentials } from './remote/credentials.ts'

// Sources
export { massiveFlatFiles } from './remote/bucket.ts'
export { file } from './sources/file.ts'
export { type ApiPlace, massiveApi } from './remote/api-errors.ts'
export type { JsonColumn, JsonColumns } from './columnar/json-rows.ts'
export { type RestPagesOptions, type RowIdentity, restPages } from './sources/rest-pages.ts'
export { s3Object } from './sources/s3-object.ts'
export { type DayFile, type SortedDays, sortedDays } from './sources/sorted-days.ts'
export { stdin } from './sources/stdin.ts'
export { type LakePeriods, lakePeriods } from './sources/lake-periods.ts'
export { type LakeSymbols, lakeSymbols, symbolColumns } from './sources/lake-symbols.ts'
export { lakeTable, type LakeTableOptions } from './sources/lake-table.ts'

// Transforms
export {
  type AddMarketOptions,
  addMarket,
  type MarketColumns,
  marketColumns,
} from './transforms/add-market.ts'
export { addOsi } from './transforms/add-osi.ts'
export { addRatios, type AddRatiosOptions } from './transforms/add-ratios.ts'
export { type GunzipOptions, gunzip } from './transforms/gunzip.ts'
export { keep } from './transforms/keep.ts'
export { keepCompanies } from './transforms/keep-companies.ts'
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
export type { Layout, MergeRule, Replaced } from './lake/merge-rule.ts'
export { type PendingRowsOptions, pendingRows } from './sinks/pending-rows.ts'
export { rawFile } from './sinks/raw-file.ts'
export { stdout } from './sinks/stdout.ts'

// Lakes
export { keepViews, viewsFile, type ViewsKeeper, writeViews } from './lake/keep-views.ts'
export type { LakeTable } from './lake/parquet-tables.ts'
export { type ReadableLake, readLake as openLake } from './lake/read-lake.ts'
export { dayColumns, type Question } from './lake/table-question.ts'
export { type CompactParams, compactMonths, monthTable } from './pipelines/compact.ts'

// Datasets
export { datasets } from './datasets/all.ts'
export { cryptoDaily, cryptoMinute, cryptoTrades } from './datasets/crypto.ts'
export {
  type Dataset,
  fileColumns,
  keyOf,
  lakeColumns,
  millisecondColumns,
} from './datasets/dataset.ts'
export { forexDaily, forexMinute, forexQuotes } from './datasets/forex.ts'
export { futuresCbot, futuresCme, futuresComex, futuresNymex } from './datasets/futures.ts'
export { indicesDaily, indicesMinute, indicesValues } from './datasets/indices.ts'
export { optionsDaily, optionsMinute, optionsQuotes, optionsTrades } from './datasets/options.ts'
export { type OptionSymbol, type OsiColumns, osiColumns, readOsi } from './datasets/osi.ts'
export type { SymbolForm } from './datasets/symbols.ts'
export { stocksDaily, stocksMinute, stocksQuotes, stocksTrades } from './datasets/stocks.ts'

// Tables of the REST API
export {
  answerColumns,
  type BulkQuery,
  type RestColumn,
  type RestTable,
  tableColumns,
} from './datasets/rest-table.ts'
export { restTables } from './datasets/rest-tables.ts'
export { restRecipe } from './pipelines/rest-recipe.ts'
export { screener } from './pipelines/screener.ts'
export { financialRatios, symbols } from './pipelines/derived.ts'

// Ratios
export {
  type FigureSource,
  type JoinedPeriods,
  joinPeriods,
  type StatementColumns,
  type StatementName,
  type Statements,
} from './columnar/join-periods.ts'
export { type PeriodKeys, periodKeys } from './columnar/period-rows.ts'
export { ratios } from './datasets/ratios/all.ts'
export { type Field as Figure, fields as figures, statementFigures } from './datasets/ratios/fields.ts'
export type { Ratio, RatioGroup, RatioNeeds, RatioUnit } from './datasets/ratios/ratio.ts'
export { type SeedName, seedNames } from './datasets/ratios/seed-names.ts'
export { ratioDefinitionColumns, ratioDefinitions } from './lake/ratio-definitions.ts'

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
