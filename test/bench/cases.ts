import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Ask, datasetNamed, type Job } from './ask.ts'
import type { Facts, ReaderName, ReadFacts } from './check.ts'
import { csvBytesOf, type Input } from './input.ts'
import type { Measured } from './measure.ts'
import type { ParserName } from './parsers/parsers.ts'
import { polarsInflates } from './versions.ts'

/** What a case is to do. */
export interface Task {
  readonly input: Input
  readonly ask: Ask
  /** Files at a time. */
  readonly workers: number
  /** An empty folder. */
  readonly out: string
}

/** What one run took. */
export interface Taken {
  readonly wallSeconds: number
  readonly cpuSeconds: number
  /** Said of nothing that has all of its input in memory. */
  readonly peakBytes?: number
  readonly outBytes?: number
}

export interface Outcome {
  readonly taken: Taken
  /** What is in its output, by file; none of who wrote nothing, and was checked here. */
  readonly facts: readonly Facts[]
}

export interface Case {
  readonly about: string
  /** For one that takes very long. */
  readonly mostRuns?: number
  /** Arguments of Node. */
  readonly args: (task: Task) => readonly string[]
  readonly outcome: (measured: Measured, task: Task, read: ReadFacts) => Promise<Outcome>
}

const pathOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url))

function jobOf({ input, ask, out }: Task): string {
  const files = input.days.map(({ date, path }) => ({ from: path, to: join(out, `${date}.parquet`) }))
  const job: Job = { dataset: input.dataset, files, ask }
  return JSON.stringify(job)
}

/** Who wrote a Parquet file for each day, and who reads it: never who wrote it. */
function converts(reader: ReaderName, fileOf: (task: Task, date: string) => string): Case['outcome'] {
  return async ({ wallSeconds, cpuSeconds, peakBytes }, task, read) => {
    const { ask, input } = task
    const facts: Facts[] = []
    let outBytes = 0
    for (const { date } of input.days) {
      const path = fileOf(task, date)
      facts.push(await read(reader, { path, dataset: input.dataset, ask }))
      outBytes += (await stat(path)).size
    }
    return { taken: { wallSeconds, cpuSeconds, peakBytes, outBytes }, facts }
  }
}

const besideOthers = ({ out }: Task, date: string): string => join(out, `${date}.parquet`)
const inLake = ({ input, out }: Task, date: string): string =>
  join(out, datasetNamed(input.dataset).table, `date=${date}`, 'part-0.parquet')

function parses(name: ParserName, about: string): Case {
  return {
    about,
    args: (task) => [pathOf('./cases/parse.js'), name, jobOf(task)],
    async outcome({ stdout }) {
      const { facts, ...taken } = JSON.parse(stdout) as Taken & { readonly facts: Facts }
      return { taken, facts: [facts] }
    },
  }
}

/** Compares what was inflated, and answers no facts. */
function assertBytes(bytes: string | undefined, { input }: Task): readonly Facts[] {
  if (Number(bytes) === csvBytesOf(input)) return []
  throw new Error(`gunzip: ${bytes} bytes came out, should be ${csvBytesOf(input)}`)
}

function inflates(name: ParserName, about: string): Case {
  const parsing = parses(name, about)
  return {
    ...parsing,
    async outcome(measured, task, read) {
      const { taken, facts } = await parsing.outcome(measured, task, read)
      return { taken, facts: assertBytes(facts[0]?.exact['bytes'], task) }
    },
  }
}

/** Whatever takes part, by the name that an entry of a scenario has for it. */
export const cases = {
  gunzip: {
    about: "Node's zlib inflates the files to nowhere, 1 MiB at a time: the floor under who reads through it",
    args: ({ input, workers }) => [
      pathOf('./cases/gunzip.js'),
      String(workers),
      ...input.days.map(({ path }) => path),
    ],
    outcome: async ({ stdout, ...taken }, task) => ({ taken, facts: assertBytes(stdout, task) }),
  },
  millrace: {
    about:
      '`millrace run DATASET --from DIR --out LAKE --bwlimit 0 --workers N --quiet`, N being 1 where nothing is said',
    args: ({ input, ask, workers, out }) => [
      pathOf('../../src/cli/millrace.cjs'),
      ...['run', input.dataset, '--from', input.folder, '--out', out],
      ...['--start', input.days[0]?.date ?? '', '--end', input.days.at(-1)?.date ?? ''],
      ...['--bwlimit', '0', '--workers', String(workers), '--quiet'],
      ...(ask.columns ? ['--columns', ask.columns.join(',')] : []),
      ...(ask.ticker === undefined ? [] : ['--tickers', ask.ticker]),
    ],
    outcome: converts('duckdb', inLake),
  },
  duckdb: {
    about:
      '`copy (select … from read_csv(…)) to …` with zstd, types given, its default threads, one file after another in one process',
    args: (task) => [pathOf('./cases/duckdb.js'), jobOf(task)],
    outcome: converts('polars', besideOthers),
  },
  polars: {
    about: `${
      polarsInflates
        ? '`scanCSV` of the .csv.gz and `sinkParquet`'
        : "Node's zlib inflates to a temporary file first, as `scanCSV` of this version cannot read a .csv.gz; then" +
          ' `scanCSV` and `sinkParquet`'
    } with zstd, types given, its default threads, one file after another in one process`,
    args: (task) => [pathOf('./cases/polars.js'), jobOf(task)],
    outcome: converts('duckdb', besideOthers),
  },
  'gunzip in memory': inflates('gunzip', "Node's zlib, 1 MiB at a time, over the .csv.gz in memory"),
  inflater: inflates(
    'inflater',
    'the inflater and what drives it (`src/columnar/gunzipper.ts`), over the .csv.gz in memory',
  ),
  kernel: parses('kernel', 'the kernel and what drives it (`src/columnar/csv-reader.ts`), to Arrow batches'),
  'parse-csv': parses(
    'parse-csv',
    'the stage `parseCsv` by itself: the kernel, and a check that the text is UTF-8',
  ),
  'plain JavaScript': parses(
    'plain JavaScript',
    'the same batches in JavaScript alone, byte by byte into typed arrays (`test/bench/parsers/plain.ts`); it does less' +
      ' than the kernel in that it reports no bad rows',
  ),
  'csv-parse': {
    ...parses(
      'csv-parse',
      'csv-parse alone, to arrays of texts: nothing is typed, which makes its task the smaller one',
    ),
    mostRuns: 3,
  },
  'csv-parse to batches': {
    ...parses('csv-parse to batches', 'the same, and its texts made the typed columns that the kernel makes'),
    mostRuns: 3,
  },
  'parse-csv-compat': {
    ...parses('parse-csv-compat', 'the stage `parseCsvCompat` by itself: csv-parse, to the same batches'),
    mostRuns: 3,
  },
} as const satisfies Record<string, Case>

export type CaseName = keyof typeof cases
export const caseNames = Object.keys(cases) as CaseName[]
