import type { Observer } from './ledger.ts'

/** One observer that tells all in the list, also those that come into it later. */
export const tellAll = (list: readonly Observer[]): Required<Observer> => ({
  planned: (units) => each(list, (one) => one.planned?.(units)),
  started: (unit) => each(list, (one) => one.started?.(unit)),
  done: (unit, tally) => each(list, (one) => one.done?.(unit, tally)),
  failed: (unit, error) => each(list, (one) => one.failed?.(unit, error)),
  ended: (whole) => each(list, (one) => one.ended?.(whole)),
  merging: (units) => each(list, (one) => one.merging?.(units)),
  merged: (merged) => each(list, (one) => one.merged?.(merged)),
  warned: (unit, text) => each(list, (one) => one.warned?.(unit, text)),
})

function each(list: readonly Observer[], tell: (one: Observer) => void): void {
  for (const one of list) tell(one)
}
