// Converts a day of made-up trades by millrace and by others, and writes what each took to RESULTS.md.
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { type Case, type CaseName, caseNames, cases } from './cases.ts'
import { assertAgree, type Facts, readFacts } from './check.ts'
import { type Format, type Input, prepareInput } from './input.ts'
import { type Measured, measure } from './measure.ts'
import { type Result, report } from './report.ts'

const usage = `npm run bench -- [--rows N] [--format old|2026] [--runs N] [--only ${caseNames}] [--out FILE]`

interface Options {
  readonly rows: number
  readonly format: Format
  readonly runs: number
  readonly only: readonly CaseName[]
  readonly out: string
}

function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      rows: { type: 'string', default: '6000000' },
      format: { type: 'string', default: 'old' },
      runs: { type: 'string', default: '5' },
      only: { type: 'string', default: caseNames.join(',') },
      out: {
        type: 'string',
        default: fileURLToPath(new URL('../../../test/bench/RESULTS.md', import.meta.url)),
      },
    },
  })
  const only = new Set(values.only.split(','))
  return {
    rows: count('rows', values.rows),
    format: oneOf('format', ['old', '2026'], values.format),
    runs: count('runs', values.runs),
    only: [...only].map((name) => oneOf('only', caseNames, name)),
    out: values.out,
  }
}

function count(flag: string, text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new RangeError(`--${flag}: no count: ${text}`)
  return Number(text)
}

function oneOf<T extends string>(flag: string, known: readonly T[], text: string): T {
  const found = known.find((one) => one === text)
  if (found === undefined) throw new RangeError(`--${flag}: ${text} is none of ${known}`)
  return found
}

const say = (text: string): void => void process.stdout.write(`${text}\n`)

/** What an output must be equal to: the sample it was made from and, with columns and order, the first output. */
type Asked = { readonly totals: Facts; first?: Facts }

/** One run of one case, whose time is answered only if its output is right. */
async function runOnce(name: CaseName, input: Input, out: string, asked: Asked) {
  const { args, reader }: Case = cases[name]
  const measured = await measure(args(input, out))
  if (reader === undefined) {
    if (Number(measured.stdout) !== input.csvBytes)
      throw new Error(`${name}: ${measured.stdout} bytes came out`)
    return { measured, outBytes: undefined }
  }
  const found = await readFacts(reader, out)
  asked.first ??= found
  assertAgree(name, found, asked.totals)
  assertAgree(name, found, asked.first)
  const { size: outBytes } = await stat(out)
  await rm(out)
  return { measured, outBytes }
}

async function race({ only, runs }: Options, input: Input, folder: string): Promise<Result[]> {
  const asked: Asked = { totals: input.totals }
  const taken = new Map<CaseName, Measured[]>()
  const sizes = new Map<CaseName, number | undefined>()
  for (let round = 0; round <= runs; round++)
    for (const name of only) {
      const { measured, outBytes } = await runOnce(name, input, join(folder, `${name}.parquet`), asked)
      say(`${round === 0 ? 'first run' : `run ${round}`}: ${name} ${measured.wallSeconds.toFixed(2)} s`)
      taken.set(name, [...(taken.get(name) ?? []), measured])
      sizes.set(name, outBytes)
    }
  return only.map((name) => {
    const [first, ...rest] = taken.get(name) ?? []
    if (first === undefined) throw new Error(`${name} was never run`)
    return { name, first, runs: rest, outBytes: sizes.get(name) }
  })
}

/** As it would be typed again, without where the report went. */
function commandOf({ rows, format, runs, only }: Options): string {
  const some = only.length < caseNames.length ? ` --only ${only}` : ''
  return `npm run bench -- --rows ${rows} --format ${format} --runs ${runs}${some}`
}

function optionsOrExit(): Options {
  try {
    return readOptions()
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n${usage}\n`)
    process.exit(2)
  }
}

const options = optionsOrExit()
const folder = await mkdtemp(join(tmpdir(), 'millrace-bench-out-'))
try {
  const input = await prepareInput(options.rows, options.format)
  const results = await race(options, input, folder)
  await writeFile(options.out, report(results, input, commandOf(options)))
  say(options.out)
} finally {
  await rm(folder, { recursive: true, force: true })
}
