import { toggle } from '../core/params.ts'
import type { Entry } from '../pipelines/registry.ts'
import { readValues } from './flags.ts'
import { type Grammar, readArguments, refuseWords } from './read-arguments.ts'
import { jsonLine } from './say-error.ts'

const flags = { json: toggle('one JSON array instead of a table') }

export const grammar: Grammar = {
  usage: 'millrace recipes',
  about: 'Lists the recipes.',
  flags: { Flags: flags },
  closing: 'millrace show RECIPE shows what it does and its other names. Your own: millrace run ./recipe.js',
}

/** Prints the recipes that come with the program. */
export async function recipes(args: readonly string[]): Promise<number> {
  const read = await readArguments(args, grammar)
  if (!read) return 0
  refuseWords(read.words)
  const { registry } = await import('../pipelines/registry.ts')
  const { json } = readValues(flags, read.given)
  process.stdout.write(
    json
      ? jsonLine(registry.map(({ name, aliases, summary }) => ({ name, aliases, summary })))
      : inGroups(registry),
  )
  return 0
}

/** Names and summaries below each other, with a line between the markets of the bucket, and before what is of the API, or of the lake. */
function inGroups(entries: readonly Pick<Entry, 'name' | 'summary' | 'of'>[]): string {
  const width = Math.max(...entries.map(({ name }) => name.length))
  const groupOf = ({ name, of }: Pick<Entry, 'name' | 'of'>): string =>
    of === 'bucket' ? name.slice(0, name.lastIndexOf('-')) : of
  return entries
    .map((entry, i) => {
      const { name, summary } = entry
      const before = entries[i - 1]
      const isFirst = before !== undefined && groupOf(entry) !== groupOf(before)
      return `${isFirst ? '\n' : ''}${name.padEnd(width)}  ${summary}\n`
    })
    .join('')
}
