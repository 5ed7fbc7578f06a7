import { type Absence, absenceOf, absenceText } from './absence.ts'
import type { Dataset } from './dataset.ts'
import { datesBetween } from './days.ts'

/** How a day of a table stands. */
export type DayState =
  | Absence
  | { readonly kind: 'there' }
  /** There, and the bucket has another version by now. */
  | { readonly kind: 'changed' }
  | { readonly kind: 'failed' }
  /** The table says that it has the day, and its files say otherwise. */
  | { readonly kind: 'lost' }
  /** Past its time, and nothing later is published either. */
  | { readonly kind: 'late' }
  /** A trading day, and nobody asked the bucket. */
  | { readonly kind: 'unknown' }

/** What a table and a listing tell of its days. */
export interface DayEvidence {
  readonly there: ReadonlySet<string>
  readonly changed: ReadonlySet<string>
  readonly failed: ReadonlySet<string>
  readonly lost: ReadonlySet<string>
  /** Days in the bucket; nothing, when it was not asked. */
  readonly listed: ReadonlySet<string> | undefined
  /** The last day of which it is known that it is published. */
  readonly published: string
  /** The present instant, in ms since 1970. */
  readonly wallMs: number
}

export interface DayInState {
  readonly date: string
  readonly state: DayState
}

/** Days in a row that are not there for one reason; weekends and holidays between them do not count. */
export interface Gap {
  readonly first: string
  readonly last: string
  readonly days: number
  readonly kind: DayState['kind']
  readonly reason: string
}

/** The state of each day from `first` to `last`; of none, when `last` is before `first`. */
export const dayStates = (
  dataset: Pick<Dataset, 'since' | 'calendar'>,
  { first, last }: { readonly first: string; readonly last: string },
  evidence: DayEvidence,
): DayInState[] =>
  datesBetween(first, last).map((date) => ({ date, state: stateOf(dataset, date, evidence) }))

function stateOf(
  dataset: Pick<Dataset, 'since' | 'calendar'>,
  date: string,
  { there, changed, failed, lost, listed, published, wallMs }: DayEvidence,
): DayState {
  if (lost.has(date)) return { kind: 'lost' }
  if (there.has(date)) return { kind: changed.has(date) ? 'changed' : 'there' }
  if (failed.has(date)) return { kind: 'failed' }
  const absence = absenceOf(dataset, date, { listed: listed?.has(date) ?? false, wallMs })
  if (absence.kind !== 'hole') return absence
  if (!listed) return { kind: 'unknown' }
  return date > published ? { kind: 'late' } : absence
}

/** Whether a day is one that somebody should look after; `strict` also when it may only be late. */
export function isLacking(
  { date, state: { kind } }: DayInState,
  { published, strict }: { readonly published: string; readonly strict: boolean },
): boolean {
  if (['hole', 'not-fetched', 'failed', 'lost'].includes(kind)) return true
  if (kind === 'unknown' && date <= published) return true
  return strict && ['unknown', 'late', 'not-published'].includes(kind)
}

/** A state in words, as `holiday: Good Friday`. */
export function stateText(state: DayState): string {
  switch (state.kind) {
    case 'there':
      return 'there'
    case 'changed':
      return 're-published since'
    case 'failed':
      return 'failed'
    case 'lost':
      return 'not there any more: its files are gone, or were changed'
    case 'late':
      return 'late: not yet published, and past its time'
    case 'unknown':
      return 'unknown: a trading day, and the bucket was not asked'
    default:
      return absenceText(state)
  }
}

/** The days that are not there, in the order of their first ones; weekends go without saying. */
export function gapsOf(days: readonly DayInState[]): Gap[] {
  const gaps: Gap[] = []
  let at = -1
  for (const { date, state } of days.filter((day) => day.state.kind !== 'weekend')) {
    const { kind } = state
    const reason = stateText(state)
    const open = gaps[at]
    if (kind === 'there' || kind === 'changed') at = -1
    else if (open?.reason === reason) gaps[at] = { ...open, last: date, days: open.days + 1 }
    else {
      gaps.push({ first: date, last: date, days: 1, kind, reason })
      // What is around a holiday may go on behind it.
      if (at < 0 || !isClosed(kind)) at = gaps.length - 1
    }
  }
  return gaps
}

const isClosed = (kind: DayState['kind']): boolean => kind === 'holiday' || kind === 'perhaps-holiday'
