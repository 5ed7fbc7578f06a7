import { toggle } from '../core/params.ts'
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
  const listed = registry.map(({ name, aliases, summary }) => ({ name, aliases, summary }))
  const { json } = readValues(flags, read.given)
  process.stdout.write(json ? jsonLine(listed) : inGroups(listed.map(({ name, summary }) => [name, summary])))
  return 0
}

/** Names and summaries below each other, with a line between those whose names begin otherwise. */
function inGroups(rows: readonly (readonly [name: string, summary: string])[]): string {
  const width = Math.max(...rows.map(([name]) => name.length))
  const groupOf = (name = ''): string => name.slice(0, name.lastIndexOf('-'))
  return rows
    .map(([name, summary], i) => {
      const isFirst = i > 0 && groupOf(name) !== groupOf(rows[i - 1]?.[0])
      return `${isFirst ? '\n' : ''}${name.padEnd(width)}  ${summary}\n`
    })
    .join('')
}
