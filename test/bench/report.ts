import { availableParallelism, cpus, type as osName, release, totalmem } from 'node:os'
import { type Case, cases } from './cases.ts'
import {
  bytesPerSecond,
  cpuOf,
  outBytesOf,
  peakOf,
  rowsPerSecond,
  type Section,
  speedOf,
  wallOf,
} from './figures.ts'
import { csvBytesOf, type Input } from './input.ts'
import type { Result } from './race.ts'
import { type Target, targets, verdict, worst } from './targets.ts'
import { howPolarsRuns, versions } from './versions.ts'

const mega = (value: number | undefined, digits: number): string =>
  value === undefined ? '' : (value / 1e6).toFixed(digits)
const grouped = (value: number): string => value.toLocaleString('en-US')

const tableOf = (titles: readonly string[], lines: readonly (readonly string[])[]): string =>
  [titles, titles.map((_, i) => (i === 0 ? '---' : '--:')), ...lines]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n')

/** Beside the first one. */
const enoughRuns = 5

const titles = [
  'case',
  'wall, s',
  'min..max',
  'MB/s of CSV',
  'M rows/s',
  'CPU, s',
  'peak RSS, MB',
  'output, MB',
  'first run, s',
  'runs',
]

function lineOf(result: Result, { input, scenario, results }: Section): string[] {
  const walls = result.runs.map((run) => run.wallSeconds)
  const outBytes = outBytesOf(result)
  const others = scenario.against.map((name) => results.find((other) => other.name === name))
  return [
    result.name,
    wallOf(result).toFixed(2),
    `${Math.min(...walls).toFixed(2)}..${Math.max(...walls).toFixed(2)}`,
    mega(bytesPerSecond(result, input), 1),
    mega(rowsPerSecond(result, input), 2),
    cpuOf(result).toFixed(2),
    mega(peakOf(result), 0),
    mega(outBytes, outBytes !== undefined && outBytes < 1e6 ? 3 : 1),
    result.first.wallSeconds.toFixed(2),
    String(result.runs.length),
    ...others.map((other) => (other ? speedOf(result, other).toFixed(2) : '')),
  ]
}

const datasetWords = {
  'stocks-trades': 'trades',
  'stocks-quotes': 'quotes',
  'stocks-minute': 'minute bars',
  'stocks-daily': 'daily bars',
} as const

function inputText(input: Input): string {
  const { dataset, format, rows, days } = input
  const gzipped = days.reduce((sum, { gzipBytes }) => sum + gzipBytes, 0)
  const files = days.length === 1 ? 'One file' : `${days.length} files, each`
  return `${files} of ${grouped(rows)} made-up ${datasetWords[dataset]} in the ${format} number format; ${grouped(csvBytesOf(input))} bytes of CSV, ${grouped(gzipped)} gzipped.`
}

function sectionText(section: Section): string {
  const { name, scenario, input, results } = section
  const heads = [...titles, ...scenario.against.map((other) => `speed against ${other}`)]
  return `## ${scenario.title}

\`--scenarios ${name}\`. ${inputText(input)}

${tableOf(
  heads,
  results.map((result) => lineOf(result, section)),
)}`
}

function targetLine(target: Target, sections: readonly Section[]): string[] {
  const { what, unit, least, aim } = target
  const mark = (value: number | undefined): string => (value === undefined ? '' : `${value}${unit}`)
  const found = worst(target, sections)
  const said = found
    ? [`${found.value.toFixed(unit === 'x' ? 2 : 0)}${unit}`, verdict(target, found.value), found.where]
    : ['', 'not run', '']
  return [what, mark(least), mark(aim), ...said]
}

function targetsText(sections: readonly Section[]): string {
  const lines = targets.map((target) => targetLine(target, sections))
  return `## What it must reach

${tableOf(['what', 'at least', 'aim', 'measured', 'verdict', 'where'], lines)}

Of several figures the worst counts, and the last column says where it was found.`
}

const machine = (): string =>
  `${cpus()[0]?.model.trim()}, ${availableParallelism()} cores, ${(totalmem() / 2 ** 30).toFixed(0)} GiB of memory, ` +
  `${osName()} ${release()} ${process.arch}`

function caseTexts(sections: readonly Section[]): string {
  const used = new Set(sections.flatMap(({ results }) => results.map(({ entry }) => entry.case)))
  return [...used].map((name) => `- ${name}: ${cases[name].about}.`).join('\n')
}

/** Said of what must not be taken for a figure. */
function triesText(sections: readonly Section[]): string {
  const isTry = ({ input, scenario, results }: Section): boolean =>
    input.rows !== scenario.input.rows || results.some(isShort)
  return sections.some(isTry) ? '\n**A try, with fewer rows or runs than a figure needs.**\n' : ''
}

function isShort({ entry, runs }: Result): boolean {
  const { mostRuns = enoughRuns }: Case = cases[entry.case]
  return runs.length < Math.min(mostRuns, enoughRuns)
}

/** The whole of RESULTS.md. */
export function report(sections: readonly Section[], command: string): string {
  const installed = Object.entries(versions).map(([name, version]) => `${name} ${version}`)
  return `# Benchmarks
${triesText(sections)}
- Machine: ${machine()}
- Versions: ${installed.join(', ')}
- Date: ${new Date().toISOString().slice(0, 10)}
- Command: \`${command}\`

${targetsText(sections)}

${sections.map(sectionText).join('\n\n')}

## How it was measured

Each run is a process of its own, and the cases of a table take turns. The first run of each stands apart; wall and CPU
time are the median of the others, of which very long cases have three. Conversions are timed from the start of the
process to its end. In memory only the parser is timed, from its first byte to its last batch: inflating the text before,
and adding up what came out, are not. MB are 10^6 bytes, CPU is user and system time of all threads, peak RSS is the highest of
all runs, and a speed below 1 is slower.

No time counts before another program has read the output: millrace's and Polars' files are read by DuckDB, DuckDB's by
Polars, and batches in memory are added up. Rows, values and sums must be those of the sample, order and types those of the other
cases. A file with the very bytes of one that was read before is not read again.

millrace brings its output to the disk (fsync) before it calls a file done, within its time; DuckDB and Polars do not, as they come.

${caseTexts(sections)}

## How Polars was run

${howPolarsRuns(command)}
`
}
