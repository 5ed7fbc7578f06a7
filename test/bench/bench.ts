// Runs scenarios, and writes what each case took to RESULTS.md.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readFacts } from './check.ts'
import type { Section } from './figures.ts'
import { prepareInput } from './input.ts'
import { type Options, readOptions, usage } from './options.ts'
import { race } from './race.ts'
import { report } from './report.ts'
import { type Scenario, type ScenarioName, scenarios } from './scenarios.ts'

const say = (text: string): void => void process.stdout.write(`${text}\n`)

function optionsOrExit(): Options {
  try {
    return readOptions(process.argv.slice(2))
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n${usage}\n`)
    process.exit(2)
  }
}

async function runScenario(
  name: ScenarioName,
  { rows, runs, only }: Options,
  folder: string,
): Promise<Section> {
  const scenario: Scenario = scenarios[name]
  say(`${name}: making the files, if they are not there`)
  const input = await prepareInput(
    { ...scenario.input, ...(rows && { rows }) },
    join(tmpdir(), 'millrace-bench'),
  )
  const entries = Object.entries(scenario.entries).filter(([, entry]) => only.includes(entry.case))
  const results = await race({ ...scenario, entries: Object.fromEntries(entries) }, input, {
    runs,
    folder,
    read: readFacts,
    say,
  })
  return { name, scenario, input, results }
}

const options = optionsOrExit()
const folder = await mkdtemp(join(tmpdir(), 'millrace-bench-out-'))
const sections: Section[] = []
try {
  // Written after each scenario, so that what was measured outlives what comes after it.
  for (const name of options.scenarios) {
    sections.push(await runScenario(name, options, folder))
    await writeFile(options.out, report(sections, options.command))
  }
  say(options.out)
} finally {
  await rm(folder, { recursive: true, force: true })
}
