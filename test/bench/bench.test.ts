import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { tempDir } from '../helpers/temp-dir.ts'
import type { ReadFacts } from './check.ts'
import { type Input, prepareInput } from './input.ts'
import { measure } from './measure.ts'
import { race } from './race.ts'
import { readers } from './readers/readers.ts'
import { type Scenario, scenarioNames, scenarios } from './scenarios.ts'

const run = promisify(execFile)
const bench = fileURLToPath(new URL('./bench.js', import.meta.url))
/** So many that each dataset has all of its tickers, and the ticker that is asked for a few rows. */
const rows = 1000

/** Of scenarios that differ in their numbers and number format alone, only the last: the others would do the same. */
const differentScenarios = [
  ...new Map(
    scenarioNames.map((name) => {
      const { input, ask, entries }: Scenario = scenarios[name]
      return [JSON.stringify([input.dataset, input.files, ask, entries]), name] as const
    }),
  ).values(),
]

const readHere: ReadFacts = (reader, written) => readers[reader](written)

test('every case of every scenario gets it right', { concurrency: 3 }, async (t) => {
  const folder = tempDir(t)
  const inputs = new Map<string, Input>()
  for (const name of differentScenarios)
    inputs.set(name, await prepareInput({ ...scenarios[name].input, rows }, folder))
  const races = differentScenarios.map((name) =>
    t.test(name, async () => {
      const input = inputs.get(name)
      assert.ok(input)
      const said: string[] = []
      const results = await race(scenarios[name], input, {
        runs: 0,
        folder,
        read: readHere,
        say: (text) => said.push(text),
      })
      assert.deepEqual(
        results.map((result) => result.name),
        Object.keys(scenarios[name].entries),
      )
      for (const { name, first } of results) {
        assert.ok(first.wallSeconds > 0 && first.cpuSeconds > 0, name)
        assert.ok(said.some((text) => text.startsWith(`  first run: ${name} `)))
      }
    }),
  )
  await Promise.all(races)
})

test('who gets it wrong has no time', async (t) => {
  const folder = tempDir(t)
  const { input: options, entries } = scenarios.trades
  const input = await prepareInput({ ...options, rows }, folder)
  const [day] = input.days
  assert.ok(day)
  const others = {
    gunzip: [{ ...day, csvBytes: day.csvBytes + 1 }, /bytes came out, should be/],
    duckdb: [
      { ...day, totals: { exact: { rows: '999' }, close: {} } },
      /duckdb: rows is 1000, should be 999/,
    ],
  } as const
  for (const [name, [other, says]] of Object.entries(others)) {
    const scenario = { ...scenarios.trades, entries: { [name]: entries[name as keyof typeof others] } }
    const options = { runs: 0, folder, read: readHere, say: () => {} }
    await assert.rejects(race(scenario, { ...input, days: [other] }, options), says)
  }
})

test('a very long case has fewer runs', async (t) => {
  const folder = tempDir(t)
  const { input: options, entries } = scenarios.kernel
  const input = await prepareInput({ ...options, rows: 10 }, folder)
  const scenario = { ...scenarios.kernel, entries: { 'csv-parse': entries['csv-parse'] } }
  const [result] = await race(scenario, input, { runs: 4, folder, read: readHere, say: () => {} })
  assert.equal(result?.runs.length, 3)
})

test('the bench writes a line for each case, and nothing of this machine but its kind', async (t) => {
  const folder = tempDir(t)
  const out = join(folder, 'results.md')
  const env = { ...process.env, TMPDIR: folder, TEMP: folder }
  const args = ['--scenarios', 'trades', '--only', 'gunzip,duckdb', '--rows', '1000', '--runs', '1']
  await run(process.execPath, [bench, ...args, '--out', out], { env })
  const written = await readFile(out, 'utf8')
  for (const name of ['gunzip', 'duckdb'])
    assert.match(written, new RegExp(String.raw`^\| ${name} \| \d+\.\d\d \| \d+\.\d\d\.\.\d+\.\d\d \|`, 'm'))
  assert.ok(written.includes(`Command: \`npm run bench -- ${args.join(' ')}\``))
  assert.ok(
    !written.includes(folder) && !written.includes(fileURLToPath(new URL('../../..', import.meta.url))),
  )
})

test('a wrong option ends with 2 and names what would be right', async () => {
  for (const [flag, value, says] of [
    ['--rows', '0', /--rows: no count: 0/],
    ['--scenarios', 'spark', /spark is none of kernel,.*memory\n/],
    ['--only', 'spark', /spark is none of gunzip,millrace,duckdb,polars/],
    ['--speed', '9', /--speed/],
  ] as const)
    await assert.rejects(run(process.execPath, [bench, flag, value]), { code: 2, stderr: says })
})

test('a process that fails has no time', async () => {
  await assert.rejects(measure(['-e', 'process.stderr.write("torn"); process.exit(3)']), /ended with 3\ntorn/)
})
