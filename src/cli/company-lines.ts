import type { Planned } from '../core/plan.ts'
import { type Whole, wholesOf } from '../core/wholes.ts'
import { companiesText } from './words.ts'

/** `AAPL: balance_sheets=82 dividends=53`, and why there is nothing where that says something. */
export function companyLine({ name, parts, noData }: Whole): string {
  const told = parts.map(({ unit: { part, id }, rows }) => `${part ?? id}=${rows ?? 'failed'}`)
  return `${name}: ${told.join(' ')}${noData ? ' (no data)' : ''}`
}

interface Tally {
  /** Companies that are not over. */
  left: number
  before: number
  done: number
  failed: number
}

/** Counts companies by batches. */
export function startBatches(planned: readonly Planned[]) {
  const tallies = new Map<number, Tally>()
  for (const parts of wholesOf(planned).values()) {
    const nth = parts[0]?.unit.batch?.nth
    if (nth === undefined) continue
    const tally = tallies.get(nth) ?? { left: 0, before: 0, done: 0, failed: 0 }
    tallies.set(nth, tally)
    tally[parts.every(({ done }) => done) ? 'before' : 'left']++
  }
  return {
    /** The line of a batch: `batch 3/197: 50 companies, 49 done, 1 failed`; nothing while some of it is not over. */
    ended(whole: Whole): string | undefined {
      const { batch } = whole
      const tally = batch && tallies.get(batch.nth)
      if (!batch || !tally) return undefined
      tally.left--
      tally['error' in whole ? 'failed' : 'done']++
      return tally.left > 0 ? undefined : `batch ${batch.nth}/${batch.all}: ${tallyText(tally)}`
    },
  }
}

function tallyText({ before, done, failed }: Tally): string {
  const others = Object.entries({ failed, 'done before': before }).filter(([, n]) => n > 0)
  const all = companiesText(before + done + failed)
  return [all, `${done} done`, ...others.map(([word, n]) => `${n} ${word}`)].join(', ')
}
