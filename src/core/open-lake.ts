import { appendFailure } from './failures.ts'
import type { Processes } from './holder.ts'
import { takeLock } from './lock.ts'
import { appendManifest, compactManifest, type ManifestLine, readLog, type Takeover } from './manifest.ts'
import { shutOuts, sweepOrphans, sweepRun } from './orphans.ts'
import type { Run } from './run.ts'
import type { Slot } from './stage.ts'
import { statePath } from './state-file.ts'

/** A lake that no other run writes to meanwhile. Readers need none of it, and never wait. */
export interface OpenLake {
  /** Fires, with a `WriteError`, once it is known that another run has taken the lake over. */
  readonly lost: AbortSignal
  /**
   * Makes a unit done, whose output has its final names. One line after the other, whoever asks.
   *
   * @throws {WriteError} when another run has taken the lake over: that line does not count.
   */
  commit(line: ManifestLine): Promise<void>
  /** Records that a unit failed. */
  fail(slot: Slot, error: unknown): Promise<void>
  /** Removes what this run has left unfinished, and lets others write. */
  close(): Promise<void>
}

export interface LakeOptions {
  /** Name and version of the program. */
  readonly tool: string
  readonly processes?: Processes | undefined
}

/**
 * Takes the lock of a lake, and brings the lake in order: what crashed runs left half done is ended, what they left
 * unfinished is removed, and those that may only be asleep can add nothing any more.
 *
 * @throws {WriteError} when a live run writes to it; what `readManifest` throws.
 */
export async function openLake(
  root: string,
  run: Pick<Run, 'clock' | 'epoch' | 'durability'>,
  { tool, processes }: LakeOptions,
): Promise<OpenLake> {
  const { epoch, durability, clock } = run
  const now = (): string => new Date(clock.wallMs()).toISOString()
  const lock = await takeLock(root, run, processes)
  try {
    const log = await readLog(root)
    const over = (await shutOuts(root)).filter((one) => !log.over.has(one))
    const takeover: Takeover = {
      v: 1,
      table: '_millrace',
      unit: epoch,
      files: [],
      over,
      tool,
      epoch,
      at: now(),
    }
    if (over.length > 0) await appendManifest(root, takeover, durability)
    await sweepOrphans(root, durability)
    if (over.length === 0) await compactManifest(root, log, statePath(root, 'tmp', epoch, 'manifest'))
  } catch (error) {
    await lock.release()
    throw error
  }
  let last: Promise<unknown> = Promise.resolve()
  const inTurn = (action: () => Promise<void>): Promise<void> => {
    const turn = last.then(action)
    last = turn.catch(() => {})
    return turn
  }
  return {
    lost: lock.lost,
    commit: (line) =>
      inTurn(async () => {
        await lock.check()
        await appendManifest(root, line, durability)
        // A process may have been stopped between the two: then the line came too late, and must not be told as done.
        await lock.check()
      }),
    fail: (slot, error) =>
      inTurn(async () => {
        await lock.check()
        await appendFailure(slot, error, { epoch, at: now(), durability })
      }),
    async close() {
      await last
      try {
        if (!lock.lost.aborted) await sweepRun(root, epoch, durability)
      } finally {
        await lock.release()
      }
    },
  }
}
