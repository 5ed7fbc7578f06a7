import { UsageError } from '../core/errors.ts'
import { toggle } from '../core/params.ts'
import { createRun } from '../core/run.ts'
import { viewsFile, writeViews } from '../lake/keep-views.ts'
import { readValues } from './flags.ts'
import { type Grammar, readArguments, refuseWords } from './read-arguments.ts'
import { jsonLine } from './say-error.ts'
import { plural } from './words.ts'

const viewsFlags = {
  json: toggle('tell its path and tables as one line of JSON, and errors as JSON'),
}

export const grammar: Grammar = {
  usage: 'millrace views LAKE [flags]',
  about:
    'Writes LAKE/views.sql for DuckDB: a view a table, ny(t) for New York time, has_condition(c, 37). Runs keep it up to date; a lake that was moved needs it anew.',
  flags: { Flags: viewsFlags },
  closing: 'millrace views lake; duckdb -init lake/views.sql',
}

/** Writes `views.sql` of a lake: for one that was moved, or whose tables were removed by hand. */
export async function views(args: readonly string[]): Promise<number> {
  const read = await readArguments(args, grammar)
  if (!read) return 0
  const [lake, ...more] = read.words
  if (lake === undefined) throw new UsageError('which lake?', { hint: 'millrace views lake' })
  refuseWords(more)
  const { json } = readValues(viewsFlags, read.given)
  const tables = (await writeViews(lake, createRun())).map(({ name }) => name)
  if (json) process.stdout.write(jsonLine({ path: viewsFile(lake), tables }))
  else process.stderr.write(`${viewsFile(lake)}: ${plural(tables.length, 'view')}\n`)
  return 0
}
