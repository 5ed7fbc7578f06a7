import type { Observer } from './ledger.ts'

/** One observer that tells all in the list, also those that come into it later. */
export const tellAll = (list: readonly Observer[]): Required<Observer> => ({
  planned: (units) => each(list, (one) => one.planned?.(units)),
  started: (unit) => each(list, (one) => one.started?.(unit)),
  done: (unit, tally) => each(list, (one) => one.done?.(unit, tally)),
  failed: (unit, error) => each(list, (one) => one.failed?.(unit, error)),
  warned: (unit, text) => each(list, (one) => one.warned?.(unit, text)),
})

function each(list: readonly Observer[], tell: (one: Observer) => void): void {
  for (const one of list) tell(one)
}
