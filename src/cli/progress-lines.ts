import type { Observer } from '../core/ledger.ts'
import type { Unit } from '../core/recipe.ts'
import type { Tally } from '../core/unit-run.ts'
import { companyLine, startBatches } from './company-lines.ts'
import type { Noun } from './progress-line.ts'
import { bytesText, durationText, plural, rowsText } from './words.ts'

/** Tells a run line by line, as a log has it: a line a file, a company and a batch, and two about the merge. */
export function tellLines(line: (text: string) => void, noun: Noun): Observer {
  const starts = new Map<Unit, number>()
  let batches = startBatches([])
  return {
    planned(units) {
      batches = startBatches(units)
    },
    started: (unit) => void starts.set(unit, performance.now()),
    done(unit, tally) {
      // A company has one line, when all of its units are done.
      if (unit.of === undefined) line(doneLine(unit, tally, starts.get(unit)))
      starts.delete(unit)
    },
    ended(whole) {
      line(companyLine(whole))
      const batch = batches.ended(whole)
      if (batch !== undefined) line(batch)
    },
    merging: (units) => line(`merging ${plural(units, noun)}`),
    merged: ({ files, rows, bytes }) =>
      line(
        files === 0
          ? 'merged: no file had to change'
          : `merged into ${plural(files, 'file')}: ${rowsText(rows)}, ${bytesText(bytes)}`,
      ),
  }
}

/** `2024-03-01  6.0 M rows  161 MB -> 123 MB  38 s`. */
function doneLine({ id }: Unit, { counts, outputs }: Tally, startedMs: number | undefined): string {
  const inRows =
    counts.rowsIn > 0 || outputs.some(({ files }) => files.some(({ rows }) => rows !== undefined))
  return [
    id,
    ...(inRows ? [rowsText(counts.rowsOut)] : []),
    // What waits to be merged has not gone anywhere yet.
    counts.bytesOut > 0 || outputs.length > 0
      ? `${bytesText(counts.bytesIn)} -> ${bytesText(counts.bytesOut)}`
      : bytesText(counts.bytesIn),
    ...(startedMs === undefined ? [] : [durationText((performance.now() - startedMs) / 1000)]),
  ].join('  ')
}
