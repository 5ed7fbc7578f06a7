import { toggle } from '../core/params.ts'
import { readValues } from './flags.ts'
import { readArguments, refuseWords } from './read-arguments.ts'
import { jsonLine } from './say-error.ts'

const flags = { json: toggle('one JSON array instead of a table') }

/** Prints the recipes that come with the program. */
export async function recipes(args: readonly string[]): Promise<number> {
  const read = await readArguments(args, {
    usage: 'millrace recipes',
    about: 'Lists the recipes.',
    flags: { Flags: flags },
    closing: 'millrace show RECIPE shows what one does. A recipe of your own: millrace run ./recipe.js',
  })
  if (!read) return 0
  refuseWords(read.words)
  const { registry } = await import('../pipelines/registry.ts')
  const listed = registry.map(({ name, aliases, summary }) => ({ name, aliases, summary }))
  const { json } = readValues(flags, read.given)
  process.stdout.write(
    json ? jsonLine(listed) : table(listed.map((one) => [one.name, one.aliases.join(', '), one.summary])),
  )
  return 0
}

/** Rows with their columns below each other. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0))) ?? []
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, i) => cell.padEnd(widths[i] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('')
}
