import { outBytesOf, peakOf, type Section, speedOf } from './figures.ts'
import type { Result } from './race.ts'
import type { ScenarioName } from './scenarios.ts'

interface Found {
  readonly value: number
  readonly where: string
}

/** Something that millrace must reach: of several figures the worst counts. */
export interface Target {
  readonly what: string
  readonly unit: 'x' | ' MB'
  readonly better: 'more' | 'less'
  /** Without one there is only an aim. */
  readonly least?: number
  readonly aim?: number
  readonly figures: (sections: readonly Section[]) => readonly Found[]
}

/** The speed of an entry against that of another one of its scenario. */
const speed =
  (scenario: ScenarioName, name: string, other: string): Target['figures'] =>
  (sections) =>
    sections
      .filter((section) => section.name === scenario)
      .flatMap(({ results }) => {
        const [one, two] = [named(results, name), named(results, other)]
        return one && two ? [{ value: speedOf(one, two), where: scenario }] : []
      })

const named = (results: readonly Result[], name: string): Result | undefined =>
  results.find((result) => result.name === name)

/** Wherever both write the same columns of all rows. */
const outputAgainstDuckdb: Target['figures'] = (sections) =>
  sections
    .filter(({ scenario }) => scenario.ask?.ticker === undefined)
    .flatMap(({ name, results }) => {
      const [ours, theirs] = (['millrace', 'duckdb'] as const).map((program) => {
        const result = results.find(({ entry }) => entry.case === program)
        return result && outBytesOf(result)
      })
      return ours !== undefined && theirs !== undefined ? [{ value: ours / theirs, where: name }] : []
    })

/** Of every conversion by one worker, whatever the size of its file. */
const peakOfOneWorker: Target['figures'] = (sections) =>
  sections.flatMap(({ name, results }) =>
    results
      .filter(({ entry }) => entry.case === 'millrace' && (entry.workers ?? 1) === 1)
      .map((result) => ({ value: (peakOf(result) ?? Number.NaN) / 1e6, where: name })),
  )

const peakOfEachFurther: Target['figures'] = (sections) =>
  sections
    .filter(({ name }) => name === 'memory')
    .flatMap(({ results }) => {
      const one = results.find(({ entry }) => (entry.workers ?? 1) === 1)
      return results.flatMap((result) => {
        const further = (result.entry.workers ?? 1) - 1
        if (!one || further === 0) return []
        const more = (peakOf(result) ?? Number.NaN) - (peakOf(one) ?? Number.NaN)
        return [{ value: more / further / 1e6, where: result.name }]
      })
    })

/** As issue 3 has them: the same file, the same types. */
export const targets: readonly Target[] = [
  {
    what: 'kernel against csv-parse, both to typed columns',
    unit: 'x',
    better: 'more',
    least: 30,
    aim: 50,
    figures: speed('kernel', 'kernel', 'csv-parse to batches'),
  },
  {
    what: 'kernel against csv-parse that leaves texts as they are',
    unit: 'x',
    better: 'more',
    aim: 30,
    figures: speed('kernel', 'kernel', 'csv-parse'),
  },
  {
    what: "kernel alone against Node's gunzip alone",
    unit: 'x',
    better: 'more',
    least: 1.5,
    aim: 2,
    figures: speed('kernel', 'kernel', 'gunzip'),
  },
  {
    what: "our inflater against Node's gunzip",
    unit: 'x',
    better: 'more',
    aim: 1.5,
    figures: speed('kernel', 'inflater', 'gunzip'),
  },
  {
    what: 'four files in one run, two workers, against Polars',
    unit: 'x',
    better: 'more',
    least: 0.9,
    aim: 1.2,
    figures: speed('four-files', 'millrace, 2 workers', 'polars'),
  },
  {
    what: 'four files in one run, two workers, against DuckDB',
    unit: 'x',
    better: 'more',
    least: 1.5,
    aim: 2,
    figures: speed('four-files', 'millrace, 2 workers', 'duckdb'),
  },
  {
    what: 'output bytes against DuckDB, both zstd',
    unit: 'x',
    better: 'less',
    least: 1,
    aim: 0.9,
    figures: outputAgainstDuckdb,
  },
  {
    what: 'peak RSS, one worker, any file',
    unit: ' MB',
    better: 'less',
    least: 400,
    aim: 250,
    figures: peakOfOneWorker,
  },
  {
    what: 'peak RSS, each further worker',
    unit: ' MB',
    better: 'less',
    least: 250,
    aim: 150,
    figures: peakOfEachFurther,
  },
  {
    what: 'one ticker, against converting all',
    unit: 'x',
    better: 'more',
    least: 2,
    figures: speed('one-ticker', 'millrace', 'millrace, all tickers'),
  },
  {
    what: 'one ticker, bound by gunzip: speed against gunzip alone',
    unit: 'x',
    better: 'more',
    aim: 0.9,
    figures: speed('one-ticker', 'millrace', 'gunzip'),
  },
]

/** The worst of the figures; none if nothing that would tell was run. */
export function worst({ better, figures }: Target, sections: readonly Section[]): Found | undefined {
  const sorted = figures(sections).toSorted((a, b) => a.value - b.value)
  return better === 'more' ? sorted[0] : sorted.at(-1)
}

/** In a word or two, honestly. */
export function verdict({ better, least, aim }: Target, value: number): string {
  const reaches = (mark: number): boolean => (better === 'more' ? value >= mark : value <= mark)
  if (least !== undefined && !reaches(least)) return '**missed**'
  if (aim === undefined) return 'met'
  if (reaches(aim)) return 'aim met'
  return least === undefined ? '**aim missed**' : 'met, aim missed'
}
