import type { Merged, Observer } from '../core/ledger.ts'
import type { Unit } from '../core/recipe.ts'
import type { Tally } from '../core/unit-run.ts'
import { companyLine, startBatches } from './company-lines.ts'
import type { Noun } from './progress-line.ts'
import { bytesText, durationText, plural, rowsText } from './words.ts'

/**
 * Tells a run line by line, as a log has it: a line a file, a company and a batch, and two about the merge. Where it is a single
 * table that is made, all of that is one line.
 */
export function tellLines(line: (text: string) => void, noun: Noun): Observer {
  const starts = new Map<Unit, number>()
  let batches = startBatches([])
  let isAlone = false
  // What a table came to that is alone, until its files are told as well.
  let held: string | undefined
  return {
    planned(units) {
      batches = startBatches(units)
      const todo = units.filter(({ done }) => !done)
      isAlone = todo.length === 1 && todo.every(({ gathers, unit }) => gathers && unit.of === undefined)
      held = undefined
    },
    started: (unit) => void starts.set(unit, performance.now()),
    done(unit, tally) {
      // A company has one line, when all of its units are done.
      if (isAlone) held = aloneLine(unit, tally, starts.get(unit))
      else if (unit.of === undefined) line(doneLine(unit, tally, starts.get(unit)))
      starts.delete(unit)
    },
    ended(whole) {
      line(companyLine(whole))
      const batch = batches.ended(whole)
      if (batch !== undefined) line(batch)
    },
    merging(units) {
      if (units === 1) return
      // Others have waited with it.
      if (held !== undefined) line(held)
      held = undefined
      line(`merging ${plural(units, noun)}`)
    },
    merged: (merged) => line(held === undefined ? mergedText(merged) : `${held}  ${filesText(merged)}`),
  }
}

type Done = readonly [unit: Unit, tally: Tally, startedMs: number | undefined]

/** `2024-03-01  6.0 M rows  161 MB -> 123 MB  38 s`. */
function doneLine(...[{ id }, { counts, outputs }, startedMs]: Done): string {
  const inRows =
    counts.rowsIn > 0 || outputs.some(({ files }) => files.some(({ rows }) => rows !== undefined))
  return [
    id,
    ...(inRows ? [rowsText(counts.rowsOut)] : []),
    // What waits to be merged has not gone anywhere yet.
    counts.bytesOut > 0 || outputs.length > 0
      ? `${bytesText(counts.bytesIn)} -> ${bytesText(counts.bytesOut)}`
      : bytesText(counts.bytesIn),
    ...tookText(startedMs),
  ].join('  ')
}

/** `symbols  3 rows  166 ms`: what is made of a lake has fetched nothing. */
const aloneLine = (...[{ id }, { counts }, startedMs]: Done): string =>
  [
    id,
    rowsText(counts.rowsOut),
    ...(counts.bytesIn > 0 ? [bytesText(counts.bytesIn)] : []),
    ...tookText(startedMs),
  ].join('  ')

const tookText = (startedMs: number | undefined): string[] =>
  startedMs === undefined ? [] : [durationText((performance.now() - startedMs) / 1000)]

const mergedText = ({ files, rows, bytes }: Merged): string =>
  files === 0
    ? 'merged: no file had to change'
    : `merged into ${plural(files, 'file')}: ${rowsText(rows)}, ${bytesText(bytes)}`

/** As it ends the line of what is alone: its rows are told. */
const filesText = ({ files, bytes }: Merged): string =>
  files === 0 ? 'no file had to change' : `${plural(files, 'file')}, ${bytesText(bytes)}`
