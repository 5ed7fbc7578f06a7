import { companyPrinter, companyStarts, type PeriodKeys } from '../columnar/period-rows.ts'
import { DataError } from '../core/errors.ts'
import type { Batch } from '../core/schema.ts'
import { joinRanges, type Range } from './join-rows.ts'

/**
 * Batches of whole companies, whatever the cut of the input: the last company of a batch is held back until another one
 * begins, and comes then in a batch of its own. One batch of no rows if there were no rows at all.
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
    any ||= batch.numRows > 0
    for (const run of runsOf(batch)) gathered.add(run)
    yield* gathered.take()
  }
  gathered.endCompany()
  yield* gathered.take()
  if (first && !any) yield first
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
  /** Ranges that become one batch each: some companies of one batch, or one company of several. */
  let ended: Range[][] = []
  let current: Range[] = []
  let company: string | undefined
  const endCompany = (): void => {
    const [only] = current
    const last = ended.at(-1)
    const before = last?.length === 1 ? last[0] : undefined
    // Rows that lie together stay so, and nothing has to be copied.
    if (current.length === 1 && before?.batch === only?.batch && before?.to === only?.from)
      ended[ended.length - 1] = [{ ...(before as Range), to: (only as Range).to }]
    else if (current.length > 0) ended.push(current)
    current = []
  }
  const begin = (name: string | undefined): void => {
    if (name !== undefined && seen.has(name)) throw comesAgain(name)
    if (name !== undefined) seen.add(name)
    company = name
  }
  return {
    endCompany,
    /** Companies that have ended. */
    take(): Batch<PeriodKeys>[] {
      const taken = ended.map((ranges) => joinRanges(ranges) as Batch<PeriodKeys>)
      ended = []
      return taken
    },
    add(run: Run): void {
      const goesOn = current.length > 0 && run.company !== undefined && run.company === company
      if (!goesOn) {
        endCompany()
        begin(run.company)
      }
      current.push(run)
    },
  }
}

const comesAgain = (company: string): DataError =>
  new DataError(`the rows of company ${company} come again after those of another`, {
    hint: 'sort them by cik, or give them as joinPeriods does',
  })
