import { availableParallelism, cpus, type as osName, release, totalmem } from 'node:os'
import { type CaseName, cases } from './cases.ts'
import type { Input } from './input.ts'
import type { Measured } from './measure.ts'
import { versions } from './versions.ts'

/** The runs of one case, the first one apart. */
export interface Result {
  readonly name: CaseName
  readonly first: Measured
  readonly runs: readonly Measured[]
  /** Nothing is written by a case that only reads. */
  readonly outBytes: number | undefined
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (i: number): number => sorted[i] ?? Number.NaN
  return (at((sorted.length - 1) >> 1) + at(sorted.length >> 1)) / 2
}

const wall = ({ runs }: Result): number => median(runs.map((run) => run.wallSeconds))
const mega = (value: number, digits: number): string => (value / 1e6).toFixed(digits)
const grouped = (value: number): string => value.toLocaleString('en-US')

const titles = [
  'case',
  'wall, s',
  'min..max',
  'against Polars',
  'MB/s of CSV',
  'M rows/s',
  'CPU, s',
  'peak RSS, MB',
  'output, MB',
  'first run, s',
]

function line(result: Result, input: Input, polars: number | undefined): string[] {
  const { name, first, runs, outBytes } = result
  const seconds = wall(result)
  const walls = runs.map((run) => run.wallSeconds)
  return [
    name,
    seconds.toFixed(2),
    `${Math.min(...walls).toFixed(2)}..${Math.max(...walls).toFixed(2)}`,
    polars === undefined ? '' : (seconds / polars).toFixed(2),
    mega(input.csvBytes / seconds, 1),
    mega(input.rows / seconds, 2),
    median(runs.map((run) => run.cpuSeconds)).toFixed(2),
    mega(median(runs.map((run) => run.peakBytes)), 0),
    outBytes === undefined ? '' : mega(outBytes, 1),
    first.wallSeconds.toFixed(2),
  ]
}

function table(results: readonly Result[], input: Input): string {
  const polars = results.find(({ name }) => name === 'polars')
  const lines = results.map((result) => line(result, input, polars && wall(polars)))
  const rule = titles.map((_, i) => (i === 0 ? '---' : '--:'))
  return [titles, rule, ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

const machine = (): string =>
  `${cpus()[0]?.model.trim()}, ${availableParallelism()} cores, ${(totalmem() / 2 ** 30).toFixed(0)} GiB of memory, ` +
  `${osName()} ${release()} ${process.arch}`

/** The whole of RESULTS.md. */
export function report(results: readonly Result[], input: Input, command: string): string {
  const runs = results[0]?.runs.length ?? 0
  const few = runs < 5 ? ' Fewer than five runs are a try, not a figure.' : ''
  const installed = Object.entries(versions).map(([name, version]) => `${name} ${version}`)
  return `# A day of trades, from .csv.gz to Parquet

- Machine: ${machine()}
- Versions: ${installed.join(', ')}
- Date: ${new Date().toISOString().slice(0, 10)}
- Command: \`${command}\`
- File: ${grouped(input.rows)} made-up trades in the ${input.format} number format, ${grouped(input.csvBytes)} bytes of CSV, ${grouped(input.gzipBytes)} gzipped

${table(results, input)}

Each run is a process of its own, timed from its start to its end, and the cases take turns. The first run of each stands
apart; all else is the median of ${runs}.${few}
MB are 10^6 bytes, CPU is user and system time of all threads, and a factor against Polars above 1 is slower.
No time counts before another program has read the output: millrace's and Polars' files are read by DuckDB, DuckDB's by
Polars. Rows, values and sums must be those of the sample, order and types those of the other outputs.

${results.map(({ name }) => `- ${name}: ${cases[name].about}.`).join('\n')}

millrace still parses with csv-parse, which makes a JavaScript string of every field on one thread and is slow by nature:
most of its time goes there. A kernel made for these files is to come.
`
}
