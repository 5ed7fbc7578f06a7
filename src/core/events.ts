import { reasonOf } from './errors.ts'
import { inGroups } from './in-groups.ts'
import type { Observer } from './ledger.ts'
import type { Run } from './run.ts'
import { appendLines } from './state-file.ts'

/** Writes what happens into a file of the lake. What it cannot write is told as a warning, and stops nothing. */
export interface Teller extends Observer {
  /** When it resolves, all is written. */
  end(): Promise<void>
}

/** What is the same for all that a run tells. */
export interface Telling {
  readonly root: string
  readonly recipe: string
  /** Units at a time. */
  readonly workers: number
}

/** What happens in so long a time is written together. */
const groupMs = 100

/**
 * Appends an object a line to `_millrace/events.ndjson`, for `tail -F`: `planned`, `started`, `done`, `failed`, `warned`,
 * `merging`, `merged`, `ended`, each with time, epoch and recipe. It grows with every run that has something to do, and may be removed at any time.
 */
export function tellEvents(
  { root, recipe }: Telling,
  { epoch, clock, warn }: Pick<Run, 'epoch' | 'clock' | 'warn'>,
): Teller {
  let last: Promise<void> = Promise.resolve()
  let [over, wake] = [false, (): void => {}]
  // Hundreds a second, one by one, would cost more than what they tell of.
  const rest = (): Promise<void> =>
    new Promise((resolve) => {
      const cancel = over ? () => {} : clock.after(groupMs, resolve)
      wake = () => {
        cancel()
        resolve()
      }
      if (over) wake()
    })
  const append = inGroups(async (lines: readonly object[]) => {
    await appendLines(root, 'events.ndjson', lines, 'none')
    await rest()
  })
  const tell = (event: string, more: object = {}): void => {
    const line = { v: 1, at: new Date(clock.wallMs()).toISOString(), epoch, recipe, event, ...more }
    last = append(line).catch((error: Error) => warn(`events are not recorded: ${error.message}`))
  }
  return {
    planned: (units) =>
      tell('planned', { units: units.length, done: units.filter(({ done }) => done).length }),
    started: ({ id }) => tell('started', { unit: id }),
    done: ({ id }, { counts, outputs }) =>
      tell('done', { unit: id, counts, files: outputs.flatMap(({ files }) => files) }),
    failed: ({ id }, error) =>
      tell('failed', {
        unit: id,
        reason: reasonOf(error),
        error: error instanceof Error ? error.message : error,
      }),
    warned: ({ id }, text) => tell('warned', { unit: id, text }),
    merging: (units) => tell('merging', { units }),
    merged: (merged) => tell('merged', merged),
    end() {
      tell('ended')
      over = true
      wake()
      return last
    },
  }
}
