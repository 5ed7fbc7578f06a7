import { companyPrinter, companyStarts, type PeriodKeys } from '../columnar/period-rows.ts'
import { rowsPerBatch } from '../columnar/row-reader.ts'
import { DataError } from '../core/errors.ts'
import type { Batch } from '../core/schema.ts'
import { joinRanges, type Range, rowsOf } from './join-rows.ts'

/**
 * Batches of whole companies, whatever the cut of the input: the last company of a batch is held back until another one
 * begins. One batch of no rows if there were no rows at all.
 *
 * @throws {DataError} for a company that comes again after another one.
 */
export async function* wholeCompanies(
  input: AsyncIterable<Batch<PeriodKeys>>,
): AsyncGenerator<Batch<PeriodKeys>> {
  const gathered = gathering()
  let first: Batch<PeriodKeys> | undefined
  let any = false
  for await (const batch of input) {
    first ??= batch
    for (const run of runsOf(batch)) {
      const full = gathered.add(run)
      if (full) yield full
    }
    const done = gathered.take()
    any ||= batch.numRows > 0
    if (done) yield done
  }
  gathered.endCompany()
  const rest = gathered.take()
  if (rest) yield rest
  else if (first && !any) yield first
}

interface Run extends Range {
  readonly company: string | undefined
}

function runsOf(batch: Batch<PeriodKeys>): Run[] {
  const starts = companyStarts(batch)
  const companyOf = companyPrinter(batch)
  return starts
    .slice(0, -1)
    .map((from, i) => ({ batch, from, to: starts[i + 1] as number, company: companyOf(from) }))
}

function gathering() {
  const seen = new Set<string>()
  let ended: Range[] = []
  let current: Range[] = []
  let company: string | undefined
  const take = (): Batch<PeriodKeys> | undefined => {
    const taken = ended
    ended = []
    return taken.length > 0 ? (joinRanges(taken) as Batch<PeriodKeys>) : undefined
  }
  const endCompany = (): void => {
    for (const range of current) append(ended, range)
    current = []
  }
  const begin = (name: string | undefined): void => {
    if (name !== undefined && seen.has(name)) throw comesAgain(name)
    if (name !== undefined) seen.add(name)
    company = name
  }
  return {
    take,
    endCompany,
    /** Takes the next rows in; answers those of companies that have ended, when there is no room for more. */
    add(run: Run): Batch<PeriodKeys> | undefined {
      if (current.length > 0 && run.company !== undefined && run.company === company) {
        append(current, run)
        return undefined
      }
      const full = rowsOf(ended) + rowsOf(current) > rowsPerBatch ? take() : undefined
      endCompany()
      begin(run.company)
      append(current, run)
      return full
    },
  }
}

/** Adds a range, as one with the last where it goes on from there. */
function append(ranges: Range[], { batch, from, to }: Range): void {
  const last = ranges.at(-1)
  if (last?.batch === batch && last.to === from) ranges[ranges.length - 1] = { batch, from: last.from, to }
  else ranges.push({ batch, from, to })
}

const comesAgain = (company: string): DataError =>
  new DataError(`the rows of company ${company} come again after those of another`, {
    hint: 'sort them by cik, or give them as joinPeriods does',
  })
