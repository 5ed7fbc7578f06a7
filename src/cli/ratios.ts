import { UsageError } from '../core/errors.ts'
import { didYouMean } from '../core/nearest.ts'
import { choice, optional, toggle } from '../core/params.ts'
import { ratios as catalogue } from '../datasets/ratios/all.ts'
import { type Ratio, ratioGroups } from '../datasets/ratios/ratio.ts'
import { seedNames } from '../datasets/ratios/seed-names.ts'
import { type RatioFacts, ratioFacts } from '../lake/ratio-facts.ts'
import { readValues } from './flags.ts'
import { type Grammar, readArguments, refuseWords } from './read-arguments.ts'
import { jsonLine } from './say-error.ts'

const flags = {
  group: optional(choice('list the ratios of one group only', ratioGroups)),
  json: toggle('JSON instead of text'),
}

export const grammar: Grammar = {
  usage: 'millrace ratios list|explain NAME [flags]',
  about: 'Lists the ratios, or tells how one is calculated, of what, and when it is null.',
  flags: { Flags: flags },
  closing: 'millrace ratios explain return_on_equity',
}

const actions = ['list', 'explain'] as const

/** `list` prints the ratios in groups, `explain` all that is known of one. */
export async function ratios(args: readonly string[]): Promise<number> {
  const read = await readArguments(args, grammar)
  if (!read) return 0
  const [action, name, ...others] = read.words
  refuseWords(action === 'list' ? read.words.slice(1) : others)
  const { group, json } = readValues(flags, read.given)
  if (action === 'list') process.stdout.write(listed(group, json))
  else if (action === 'explain') process.stdout.write(explained(name, group, json))
  else
    throw new UsageError(action === undefined ? 'list or explain?' : `ratios cannot ${action}`, {
      hint: action === undefined ? 'millrace ratios list' : didYouMean(action, actions),
    })
  return 0
}

function listed(group: string | undefined, json: boolean): string {
  const chosen = catalogue.filter((ratio) => group === undefined || ratio.group === group)
  if (json) return jsonLine(chosen)
  const width = Math.max(...chosen.map(({ name }) => name.length))
  const groups = ratioGroups.filter((one) => group === undefined || one === group)
  const texts = groups.map((one) => {
    const rows = chosen.filter((ratio) => ratio.group === one)
    return `${one}\n${rows.map(({ name, meaning }) => `  ${name.padEnd(width)}  ${meaning}\n`).join('')}`
  })
  return texts.join('\n')
}

function explained(name: string | undefined, group: string | undefined, json: boolean): string {
  if (name === undefined)
    throw new UsageError('which ratio?', { hint: 'millrace ratios explain current_ratio' })
  if (group !== undefined)
    throw new UsageError('--group is for a list', { hint: `millrace ratios list --group ${group}` })
  const ratio = ratioNamed(name)
  const facts = ratioFacts(ratio)
  return json ? jsonLine({ ...ratio, ...facts }) : factsText(ratio, facts)
}

/** By its name, or by that of quantmini. */
function ratioNamed(word: string): Ratio {
  const name = Object.hasOwn(seedNames, word) ? seedNames[word]?.ratio : word
  const ratio = catalogue.find((one) => one.name === name)
  if (!ratio) {
    const names = [...catalogue.map((one) => one.name), ...Object.keys(seedNames)]
    const hint = didYouMean(word, names)
    throw new UsageError(`there is no ratio ${word}`, {
      hint: hint.startsWith('known') ? 'millrace ratios list names them' : hint,
    })
  }
  return ratio
}

const absentText = ({ expanded }: RatioFacts): string =>
  expanded.includes('coalesce(')
    ? 'an input is absent, but for what coalesce does without'
    : 'an input is absent'

function factsText(ratio: Ratio, facts: RatioFacts): string {
  const lines: (readonly [title: string, text: string])[] = [
    ['group', ratio.group],
    ['unit', ratio.unit],
    ['formula', ratio.formula],
    ...(facts.expanded === ratio.formula ? [] : [['expanded', facts.expanded] as const]),
    ...Object.entries(facts.inputs).map(
      ([from, names], i) => [i === 0 ? 'inputs' : '', `${from}: ${names.join(', ')}`] as const,
    ),
    ...[absentText(facts), ...facts.nullWhen].map(
      (clause, i) => [i === 0 ? 'null when' : '', clause] as const,
    ),
    ...facts.seed.map(
      ({ name, scale }) => ['seed name', scale === 1 ? name : `${name}, times ${scale}`] as const,
    ),
  ]
  const told = lines.map(([title, text]) => `  ${title.padEnd(9)}  ${text}\n`)
  return `${ratio.name}: ${ratio.meaning}\n${told.join('')}`
}
