import type { Report } from '../core/ledger.ts'
import { factsOf } from './say-error.ts'
import { bytesText, durationText, plural, rateText, rowsText } from './words.ts'

/**
 * What a run came to: a line for every warning and failure that stands for more than was printed when it happened, and
 * the last line.
 */
export function reportText(report: Report, peakBytes: number): string {
  const { warnings, failed, limit } = report
  const lines = [
    ...warnings
      .filter(({ units }) => units > 1)
      .map(({ text, units }) => `warning: ${text} (${plural(units, 'file')})`),
    ...(failed.length > 1 ? failed.map(({ unit, reason }) => `failed: ${unit} (${reason})`) : []),
    ...(limit === undefined ? [] : [`stopped: ${limit}`]),
    lastLine(report, peakBytes),
  ]
  return `${lines.join('\n')}\n`
}

function lastLine({ done, skipped, failed, notStarted, counts, seconds }: Report, peakBytes: number): string {
  const others = Object.entries({ skipped, failed: failed.length, 'not finished': notStarted })
    .filter(([, n]) => n > 0)
    .map(([word, n]) => `${n} ${word}`)
  const files = `${plural(done, 'file')} done${others.length > 0 ? ` (${others.join(', ')})` : ''}`
  return [
    files,
    `${bytesText(counts.bytesIn)} in`,
    rowsText(counts.rowsOut),
    `${bytesText(counts.bytesOut)} out`,
    `${durationText(seconds)} at ${rateText(seconds > 0 ? counts.bytesIn / seconds : 0)}`,
    `peak memory ${bytesText(peakBytes)}`,
  ].join(', ')
}

/** The same as one object. */
export const reportFacts = (report: Report, peakBytes: number, exit: number): object => ({
  ...report,
  exit,
  failed: report.failed.map(({ unit, error }) => ({ unit, ...factsOf(error) })),
  peakBytes,
})
