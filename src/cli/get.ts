import { UsageError } from '../core/errors.ts'
import type { Observer } from '../core/ledger.ts'
import type { AnyRecipe } from '../core/recipe.ts'
import { checksOf, type GetParams, getObjects, getParams, type ObjectUnit } from '../pipelines/get-objects.ts'
import { withConfig } from './config-file.ts'
import type { Settings } from './execute.ts'
import { flagsOf, readValues } from './flags.ts'
import { mannerOf } from './manner.ts'
import type { Manner } from './progress.ts'
import { type Grammar, readArguments } from './read-arguments.ts'
import { runFlags } from './run-flags.ts'
import { listenForSignals } from './signals.ts'
import { bytesText } from './words.ts'

const { workers, bwlimit, timeout, lowLevelRetries, retries, failFast, force, durability } = runFlags
const { accessKey, secretKey, profile, config, quiet, json } = runFlags

/** Those flags of every run that mean something here. */
const shared = {
  ...{ workers, bwlimit, timeout, lowLevelRetries, retries, failFast, force, durability },
  ...{ accessKey, secretKey, profile, config, quiet, json },
}

export const grammar: Grammar = {
  usage: 'millrace get KEY... [-o FILE|-] [flags]',
  about:
    'Fetches objects of the bucket by their keys. A file appears whole under its name, or not at all: its length is checked, and its MD5 where the ETag is one. A file that is there and agrees with both is not fetched again; any other is replaced.',
  flags: { 'Flags of get': getParams, 'Flags it shares with run': shared },
  closing: 'millrace get us_stocks_sip/day_aggs_v1/2024/03/2024-03-01.csv.gz -o - --gunzip | head',
}

/** Fetches objects. */
export async function get(args: readonly string[]): Promise<number> {
  const interrupts = listenForSignals()
  const read = await readArguments(args.map(longFlag), grammar)
  if (!read) return 0
  if (read.words.length === 0)
    throw new UsageError('which object?', {
      hint: 'name its key: millrace get us_stocks_sip/day_aggs_v1/2024/03/2024-03-01.csv.gz',
    })
  const known = Object.values(grammar.flags).flatMap(flagsOf)
  const given = await withConfig(
    read.given,
    known.filter((flag) => flag !== 'config'),
  )
  const params: GetParams = { ...readValues(getParams, given), keys: read.words }
  const settings = readValues<Settings>(runFlags, given)
  const told = tellOf(params)
  // Loads the engine, which --help has no need of.
  const { execute } = await import('./execute.ts')
  // The engine does not know which recipe it runs; the params are those of this one.
  const recipe = getObjects as unknown as AnyRecipe
  return execute({ recipe, params: { ...params }, settings, manner: quietly(settings), ...told }, interrupts)
}

const longFlag = (arg: string): string => arg.replace(/^-o(?=$|=)/, '--out')

/** Where nobody looks, only what is wrong is told. */
function quietly(settings: Settings): Manner {
  const manner = mannerOf(settings)
  return manner === 'lines' && !process.stderr.isTTY ? 'quiet' : manner
}

/** Gathers what became of each object, and what was checked. */
function tellOf(params: GetParams) {
  const objects: { key: string; path: string; bytes: number; checked: readonly string[]; there: boolean }[] =
    []
  const add = (unit: ObjectUnit, bytes: number, there: boolean): void => {
    const checked = there ? checksOf(unit, { gunzip: false, verify: false }) : checksOf(unit, params)
    objects.push({ key: unit.key, path: unit.path ?? '-', bytes, checked, there })
  }
  // The units are those that the recipe has made.
  const observer: Observer = {
    planned: (units) => {
      for (const { unit, done } of units) if (done) add(unit as ObjectUnit, unit.bytes ?? 0, true)
    },
    done: (unit, { counts }) => add(unit as ObjectUnit, counts.bytesOut, false),
  }
  const line = ({ key, path, bytes, checked, there }: (typeof objects)[number]): string =>
    `${key} ${there ? 'is there already:' : '->'} ${path}  ${bytesText(bytes)}, checked ${checked.join(', ')}\n`
  return {
    observer,
    text: () => (process.stderr.isTTY ? objects.map(line).join('') : ''),
    facts: () => ({ objects }),
  }
}
