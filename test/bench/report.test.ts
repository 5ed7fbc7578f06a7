import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Taken } from './cases.ts'
import { median, type Section } from './figures.ts'
import { report } from './report.ts'
import { type Scenario, type ScenarioName, scenarios } from './scenarios.ts'
import { targets, verdict, worst } from './targets.ts'

test('the median of an even number of runs lies between the middle ones', () => {
  assert.deepEqual([median([9, 1, 2]), median([4, 1, 2, 90])], [2, 3])
})

const megabyte = 1e6

/** A scenario as if its entries had taken so many seconds, megabytes of memory and of output. */
function sectionOf(
  name: ScenarioName,
  taken: Readonly<Record<string, readonly [wall: number, peak?: number, out?: number]>>,
  runs = 5,
): Section {
  const scenario: Scenario = scenarios[name]
  const { rows, files } = scenario.input
  const results = Object.entries(taken).map(([entry, [wallSeconds, peak = 100, out = 50]]) => {
    const taken: Taken = {
      wallSeconds,
      cpuSeconds: 2 * wallSeconds,
      peakBytes: peak * megabyte,
      outBytes: out * megabyte,
    }
    const known = scenario.entries[entry]
    assert.ok(known, `${name} has no ${entry}`)
    const first: Taken = { ...taken, wallSeconds: 2 * wallSeconds, peakBytes: (peak - 10) * megabyte }
    return { name: entry, entry: known, first, runs: Array.from({ length: runs }, () => taken) }
  })
  const day = {
    date: '2024-03-07',
    path: 'day.csv.gz',
    csvBytes: 100 * megabyte,
    gzipBytes: 30 * megabyte,
    totals: { exact: {}, close: {} },
  }
  const input = { ...scenario.input, rows, folder: 'inputs', days: Array.from({ length: files }, () => day) }
  return { name, scenario, input, results }
}

const all: readonly Section[] = [
  sectionOf('kernel', {
    kernel: [1],
    gunzip: [1.8],
    inflater: [1],
    'csv-parse': [24],
    'csv-parse to batches': [60],
  }),
  sectionOf('trades', { millrace: [4, 240, 90], duckdb: [7, 500, 100], polars: [4, 700, 105] }),
  sectionOf('quotes', { millrace: [4, 260, 101], duckdb: [7, 500, 100] }),
  sectionOf('four-files', { 'millrace, 2 workers': [5, 390, 400], duckdb: [11, 500, 440], polars: [4] }),
  sectionOf('one-ticker', { gunzip: [2], millrace: [2.1, 120, 1], 'millrace, all tickers': [4, 245] }),
  sectionOf('memory', { '1 worker': [9, 250], '2 workers': [5, 500], '4 workers': [5, 550] }),
]

test('what must be reached is told from the figures, the worst of them', () => {
  const told = targets.map((target) => {
    const { value, where } = worst(target, all) ?? { value: Number.NaN, where: '' }
    return `${target.what}: ${value.toFixed(2)}${target.unit}, ${verdict(target, value)}, ${where}`
  })
  assert.deepEqual(told, [
    'kernel against csv-parse, both to typed columns: 60.00x, aim met, kernel',
    'kernel against csv-parse that leaves texts as they are: 24.00x, **aim missed**, kernel',
    "kernel alone against Node's gunzip alone: 1.80x, met, aim missed, kernel",
    "our inflater against Node's gunzip: 1.80x, aim met, kernel",
    'four files in one run, two workers, against Polars: 0.80x, **missed**, four-files',
    'four files in one run, two workers, against DuckDB: 2.20x, aim met, four-files',
    'output bytes against DuckDB, both zstd: 1.01x, **missed**, quotes',
    'peak RSS, one worker, any file: 260.00 MB, met, aim missed, quotes',
    'peak RSS, each further worker: 250.00 MB, met, aim missed, 2 workers',
    'one ticker, against converting all: 1.90x, **missed**, one-ticker',
    'one ticker, bound by gunzip: speed against gunzip alone: 0.95x, aim met, one-ticker',
  ])
})

test('what was not run is neither met nor missed', () => {
  for (const target of targets) assert.equal(worst(target, []), undefined, target.what)
  assert.equal(report([], 'npm run bench').match(/\| not run \|/g)?.length, targets.length)
})

test('the report has a table for each scenario, with speeds against others', () => {
  const written = report(all, 'npm run bench')
  for (const { scenario } of all) assert.ok(written.includes(`\n## ${scenario.title}\n`))
  assert.match(
    written,
    /^\| millrace \| 4\.00 \| 4\.00\.\.4\.00 \| 25\.0 \| 1\.50 \| 8\.00 \| 240 \| 90\.0 \| 8\.00 \| 5 \| 1\.00 \| 1\.75 \|$/m,
  )
  assert.match(written, /^\| millrace, 2 workers \| 5\.00 \| 5\.00\.\.5\.00 \| 80\.0 \| 4\.80 \|/m)
})

test('few runs or rows are called a try', () => {
  const isTry = (section: Section): boolean => report([section], 'npm run bench').includes('**A try')
  const trades = { millrace: [4], duckdb: [7] } as const
  const enough = sectionOf('trades', trades)
  assert.equal(isTry(enough), false)
  assert.equal(isTry(sectionOf('trades', trades, 4)), true)
  assert.equal(isTry(sectionOf('kernel', { 'csv-parse': [60] }, 3)), false)
  assert.equal(isTry({ ...enough, input: { ...enough.input, rows: 1000 } }), true)
})
