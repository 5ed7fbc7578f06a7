import { type FormulaFacts, formulaFacts } from '../columnar/formula-facts.ts'
import { UsageError } from '../core/errors.ts'
import { didYouMean } from '../core/nearest.ts'
import { choice, optional, toggle } from '../core/params.ts'
import { ratios as catalogue, ratioVocabulary } from '../datasets/ratios/all.ts'
import { fields } from '../datasets/ratios/fields.ts'
import { type Ratio, ratioGroups } from '../datasets/ratios/ratio.ts'
import { seedNames } from '../datasets/ratios/seed-names.ts'
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
  const facts = formulaFacts(ratio.name, ratioVocabulary)
  return json ? jsonLine({ ...ratio, ...factsJson(ratio, facts) }) : factsText(ratio, facts)
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

const statements = {
  balance: 'balance sheet',
  income: 'income statement',
  cash: 'cash flow statement',
  market: 'market',
}

const inputsOf = ({ fields: names }: FormulaFacts): readonly (readonly [from: string, names: string[]])[] =>
  Object.entries(statements)
    .map(([key, from]) => [from, names.filter((name) => fields[name]?.statement === key)] as const)
    .filter(([, some]) => some.length > 0)

const aliasesOf = ({ name }: Ratio): readonly (readonly [alias: string, scale: number])[] =>
  Object.entries(seedNames).flatMap(([alias, { ratio, scale }]) =>
    ratio === name ? [[alias, scale] as const] : [],
  )

const factsJson = (ratio: Ratio, facts: FormulaFacts): object => ({
  expanded: facts.expanded,
  inputs: Object.fromEntries(inputsOf(facts)),
  nullWhen: facts.nullWhen,
  seed: aliasesOf(ratio).map(([name, scale]) => ({ name, scale })),
})

const absentText = ({ expanded }: FormulaFacts): string =>
  expanded.includes('coalesce(')
    ? 'an input is absent, but for what coalesce does without'
    : 'an input is absent'

function factsText(ratio: Ratio, facts: FormulaFacts): string {
  const lines: (readonly [title: string, text: string])[] = [
    ['group', ratio.group],
    ['unit', ratio.unit],
    ['formula', ratio.formula],
    ...(facts.expanded === ratio.formula ? [] : [['expanded', facts.expanded] as const]),
    ...inputsOf(facts).map(
      ([from, names], i) => [i === 0 ? 'inputs' : '', `${from}: ${names.join(', ')}`] as const,
    ),
    ...[absentText(facts), ...facts.nullWhen].map(
      (clause, i) => [i === 0 ? 'null when' : '', clause] as const,
    ),
    ...aliasesOf(ratio).map(
      ([alias, scale]) => ['seed name', scale === 1 ? alias : `${alias}, times ${scale}`] as const,
    ),
  ]
  const told = lines.map(([title, text]) => `  ${title.padEnd(9)}  ${text}\n`)
  return `${ratio.name}: ${ratio.meaning}\n${told.join('')}`
}
