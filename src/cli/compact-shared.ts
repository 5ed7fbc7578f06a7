import { createRun } from '../core/run.ts'
import { written } from '../core/written.ts'
import { type Compacted, compactTickers } from '../lake/compact-tickers.ts'
import { writeViews } from '../lake/keep-views.ts'
import type { Settings } from './execute.ts'
import { processes } from './processes.ts'
import { jsonLine } from './say-error.ts'
import type { Interrupts } from './signals.ts'
import { untilInterrupted } from './until-interrupted.ts'
import { version } from './version.ts'
import { plural, rowsText } from './words.ts'

interface Place {
  /** Folder of the lake. */
  readonly lake: string
  readonly table: string
}

/** Makes a file a month of files of single companies. */
export function compactShared(
  { lake, table }: Place,
  { json, quiet, durability }: Pick<Settings, 'json' | 'quiet' | 'durability'>,
  interrupts: Interrupts,
): Promise<number> {
  return untilInterrupted(interrupts, json ? 'json' : 'text', async () => {
    const run = createRun({ signal: interrupts.signal, durability })
    const made = await compactTickers(lake, table, run, { tool: `millrace ${version()}`, processes })
    await writeViews(lake, run)
    if (json) await written(process.stdout, jsonLine({ lake, table, ...made }))
    else if (!quiet) await written(process.stderr, `${table}: ${textOf(made)}\n`)
    return 0
  })
}

const textOf = ({ before, files, rows }: Compacted): string =>
  before === 0
    ? `nothing to do, it has no files of single companies: ${plural(files, 'file')}, ${rowsText(rows)}`
    : `${plural(before, 'file')} of single companies made ${plural(files, 'file')} of all companies, ${rowsText(rows)}`
