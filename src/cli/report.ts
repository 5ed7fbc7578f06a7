import type { CompaniesReport, Report } from '../core/ledger.ts'
import type { Noun } from './progress-line.ts'
import { factsOf } from './say-error.ts'
import { bytesText, companiesText, durationText, plural, rateText, rowsText } from './words.ts'

/** What the report says beside what the run came to. */
export interface About {
  readonly peakBytes: number
  readonly noun: Noun
}

/** So many names are told of a kind. */
const mostNames = 20

/**
 * What a run came to: a line for every warning and failure that stands for more than was printed when it happened, and
 * the last line.
 */
export function reportText(report: Report, about: About): string {
  const { warnings, failed, limit, companies, waiting = 0 } = report
  const { noun } = about
  const lines = [
    ...warnings
      .filter(({ units }) => units > 1)
      .map(({ text, units }) => `warning: ${text} (${plural(units, noun)})`),
    ...(failed.length > 1 ? failedLines(failed) : []),
    ...(limit === undefined ? [] : [`stopped: ${limit}`]),
    ...(waiting > 0 ? [`waiting: the rows of ${plural(waiting, noun)}, which the next run merges`] : []),
    ...(companies ? companyLines(companies, report.seconds) : []),
    lastLine(report, about),
  ]
  return `${lines.join('\n')}\n`
}

function failedLines(failed: Report['failed']): string[] {
  const told = new Map<string, number>()
  const lines = failed.flatMap(({ unit, reason }) => {
    const times = (told.get(reason) ?? 0) + 1
    told.set(reason, times)
    return times > mostNames ? [] : [`failed: ${unit} (${reason})`]
  })
  const more = [...told].filter(([, times]) => times > mostNames)
  return [...lines, ...more.map(([reason, times]) => `failed: ${times - mostNames} more (${reason})`)]
}

/** As download scripts end. */
function companyLines({ done, failed, noData }: CompaniesReport, seconds: number): string[] {
  const over = done + failed
  if (over === 0) return []
  const names = noData.slice(0, mostNames).join(', ')
  const more = noData.length > mostNames ? ', ...' : ''
  const share = ((100 * done) / over).toFixed(1)
  return [
    ...(noData.length > 0 ? [`no data: ${companiesText(noData.length)} (${names}${more})`] : []),
    `success: ${done} of ${companiesText(over)} (${share} %), ${durationText(seconds / over)} each on average`,
  ]
}

function lastLine(report: Report, { peakBytes, noun }: About): string {
  const { done, skipped, failed, notStarted, counts, seconds, requests, merged, companies } = report
  const others = Object.entries({ skipped, failed: failed.length, 'not finished': notStarted })
    .filter(([, n]) => n > 0)
    .map(([word, n]) => `${n} ${word}`)
  const units = `${plural(done, noun)} done${others.length > 0 ? ` (${others.join(', ')})` : ''}`
  const bytesOut = noun === 'file' || counts.bytesOut > 0 ? [`${bytesText(counts.bytesOut)} out`] : []
  return [
    ...(companies ? [companiesText(companies.done + companies.failed)] : []),
    units,
    ...(requests === undefined ? [] : [plural(requests, 'request')]),
    `${bytesText(counts.bytesIn)} in`,
    rowsText(counts.rowsOut),
    ...bytesOut.map((text) => (merged ? `${text} in ${plural(merged.files, 'file')}` : text)),
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
