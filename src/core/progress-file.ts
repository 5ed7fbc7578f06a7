import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Teller, Telling } from './events.ts'
import type { Run } from './run.ts'
import { replaceWhole, statePath } from './state-file.ts'
import { wholesOf } from './wholes.ts'

interface Failed {
  readonly error: string
  readonly timestamp: string
}

/** The seed's form, to the letter: these keys, times in UTC as `2025-10-17T14:23:45`. */
interface Snapshot {
  readonly completed: string[]
  failed: Readonly<Record<string, Failed>>
  readonly started_at: string
  last_updated: string
  /** What units make up, or units that stand alone. */
  total_tickers: number
  readonly workers: number
}

const everyMs = 1000

/** Where the snapshot of a recipe lies; a recipe may be named as it likes. */
export const progressPath = (root: string, recipe: string): string =>
  statePath(
    root,
    'progress',
    encodeURIComponent(recipe).replace(/^\.+$/, (dots) => '%2E'.repeat(dots.length)),
    'download_progress.json',
  )

/**
 * Keeps a snapshot of a run in `_millrace/progress/<recipe>/download_progress.json`: `completed` are the companies
 * of which all units are done, by this run and those before it, or units where they are of no company. It is replaced by one rename, at most once a second, so that whoever reads it reads a whole one.
 */
export function tellProgress(
  { root, recipe, workers }: Telling,
  { epoch, clock, warn }: Pick<Run, 'epoch' | 'clock' | 'warn'>,
): Teller {
  const now = (): string => new Date(clock.wallMs()).toISOString().slice(0, 19)
  const path = progressPath(root, recipe)
  // In a folder of its own, which nobody removes who finds the one above it empty.
  const temp = statePath(root, 'tmp', epoch, 'progress', 'snapshot')
  const failed = new Map<string, Failed>()
  const snapshot = beginning(now(), workers)
  let last: Promise<void> = Promise.resolve()
  let nextMs = clock.monotonicMs()
  let cancel: (() => void) | undefined

  const write = (): void => {
    cancel = undefined
    nextMs = clock.monotonicMs() + everyMs
    snapshot.last_updated = now()
    snapshot.failed = Object.fromEntries(failed)
    const text = `${JSON.stringify(snapshot, null, 2)}\n`
    last = last
      .then(async () => {
        await mkdir(dirname(path), { recursive: true, mode: 0o700 })
        await replaceWhole(path, text, { temp, durability: 'none' })
      })
      .catch((error: Error) => warn(`the snapshot of the progress is not written: ${error.message}`))
  }
  let names: ReadonlySet<string> = new Set()
  const changed = (): void => {
    const waitMs = nextMs - clock.monotonicMs()
    if (waitMs <= 0 && !cancel) write()
    else cancel ??= clock.after(waitMs, write)
  }
  return {
    planned(units) {
      const wholes = wholesOf(units)
      names = new Set(wholes.keys())
      snapshot.total_tickers = wholes.size
      for (const [name, parts] of wholes) if (parts.every(({ done }) => done)) snapshot.completed.push(name)
      changed()
    },
    done({ id }) {
      if (!names.has(id)) return
      snapshot.completed.push(id)
      changed()
    },
    ended({ name, error }) {
      if (error === undefined) snapshot.completed.push(name)
      changed()
    },
    failed({ id, of = id }, error) {
      if (!failed.has(of))
        failed.set(of, { error: error instanceof Error ? error.message : String(error), timestamp: now() })
      changed()
    },
    end() {
      cancel?.()
      write()
      return last
    },
  }
}

const beginning = (at: string, workers: number): Snapshot => ({
  completed: [],
  failed: {},
  started_at: at,
  last_updated: at,
  total_tickers: 0,
  workers,
})
