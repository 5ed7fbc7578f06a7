import { exitCodes, UsageError } from '../core/errors.ts'
import { didYouMean } from '../core/nearest.ts'
import { text, toggle } from '../core/params.ts'
import { createRun } from '../core/run.ts'
import { written } from '../core/written.ts'
import { datasets } from '../datasets/all.ts'
import { datasetNamed } from '../datasets/keys.ts'
import { restTables } from '../datasets/rest-tables.ts'
import { bucketParams } from '../pipelines/bucket-params.ts'
import { bucketPreflight, type Check, lakePreflight } from '../pipelines/preflight.ts'
import { apiParams } from '../pipelines/rest-params.ts'
import { restCheck, tableTried } from '../pipelines/rest-preflight.ts'
import { readValues, type ValuesOf } from './flags.ts'
import { lendApiKey, lendKeys } from './lend-keys.ts'
import { type Grammar, readArguments, refuseWords } from './read-arguments.ts'
import { keyFlags, patienceFlags, restFlags } from './run-flags.ts'
import { jsonLine } from './say-error.ts'
import { listenForSignals } from './signals.ts'
import { untilInterrupted } from './until-interrupted.ts'

const doctorFlags = {
  out: text('folder that the lake is in, or is to be in', { value: 'DIR', default: './lake' }),
  json: toggle('one JSON object on stdout, and errors as JSON'),
}
const bucketFlags = { ...bucketParams, ...patienceFlags, ...keyFlags }
const apiFlags = { ...apiParams, apiKey: restFlags.apiKey }
type Settings = ValuesOf<typeof doctorFlags> & ValuesOf<typeof bucketFlags> & ValuesOf<typeof apiFlags>

export const grammar: Grammar = {
  usage: 'millrace doctor [RECIPE] [flags]',
  about:
    'Looks at all that a run needs, before it: Node, keys, server, clock, which days of a dataset the plan opens (stocks-daily, if none is named), the REST API if there is a key, disk; for a recipe of the REST API, as screener, that API and the disk alone. The exit code is that of the first that is bad.',
  flags: { Flags: doctorFlags, 'The bucket': bucketFlags, 'The REST API': apiFlags },
  closing: 'millrace doctor stocks-trades --out lake',
}

/** Looks at all that a run needs, and tells what is wrong and what to do. */
export async function doctor(args: readonly string[]): Promise<number> {
  const interrupts = listenForSignals()
  const read = await readArguments(args, grammar)
  if (!read) return 0
  const [word = 'stocks-daily', ...others] = read.words
  refuseWords(others)
  const settings: Settings = {
    ...readValues(doctorFlags, read.given),
    ...readValues(bucketFlags, read.given),
    ...readValues(apiFlags, read.given),
  }
  return untilInterrupted(interrupts, settings.json ? 'json' : 'text', () =>
    tell(word, settings, interrupts.signal),
  )
}

async function tell(word: string, settings: Settings, signal: AbortSignal): Promise<number> {
  const { timeout, lowLevelRetries, json, out } = settings
  const dataset = datasetNamed(word)
  const table = tableTried(word)
  if (!dataset && !table) {
    const names = [...datasets, ...restTables].map(({ name }) => name)
    throw new UsageError(`${word} is no dataset, and no recipe of the REST API`, {
      hint: didYouMean(word, [...names, 'screener']),
    })
  }
  const run = createRun({
    signal,
    timeoutMs: timeout,
    lowLevelRetries,
    access: lendKeys(settings),
    apiKey: lendApiKey(settings),
  })
  const place = { endpoint: settings.endpoint, region: settings.region, bucket: settings.bucket }
  const findKeys = async (): Promise<string> => {
    const { locateCredentials } = await import('../remote/credentials.ts')
    const { accessKey, secretKey, profile } = settings
    return (await locateCredentials({ accessKey, secretKey, profile, env: process.env })).source
  }
  const checks: Check[] = []
  const add = async (check: Check): Promise<void> => {
    checks.push(check)
    if (!json) await written(process.stdout, textOf(check))
  }
  await add(nodeCheck(process.versions.node))
  if (dataset) for await (const check of bucketPreflight({ place, dataset, findKeys }, run)) await add(check)
  for await (const check of lakePreflight(out)) await add(check)
  await add(await restCheck({ baseUrl: settings.api }, run, table))
  const bad = checks.find(({ reason }) => reason !== undefined)
  const exit = bad?.reason === undefined ? 0 : exitCodes[bad.reason]
  if (json) await written(process.stdout, jsonLine({ checks, exit }))
  return exit
}

/** As `package.json` says. */
const leastNode = [20, 19] as const

function nodeCheck(version: string): Check {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const isNew = major > leastNode[0] || (major === leastNode[0] && minor >= leastNode[1])
  if (isNew) return { name: 'node', state: 'ok', what: version }
  const least = leastNode.join('.')
  return {
    name: 'node',
    state: 'bad',
    what: `${version} is older than ${least}`,
    next: `install Node ${least} or newer`,
    reason: 'usage',
  }
}

const textOf = ({ name, state, what, next }: Check): string =>
  `${state.padEnd(4)}  ${name.padEnd(12)}  ${what.replaceAll('\n', '\n      ')}\n${next === undefined ? '' : `      next: ${next}\n`}`
