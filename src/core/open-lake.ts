import { appendFailure } from './failures.ts'
import type { Processes } from './holder.ts'
import { inGroups } from './in-groups.ts'
import { type Lock, takeLock } from './lock.ts'
import {
  appendManifest,
  compactManifest,
  type ManifestLine,
  readLog,
  replaceTableLines,
  type Takeover,
} from './manifest.ts'
import { appendMergedUnits, compactMergedUnits, type MergedUnit } from './merged-units.ts'
import { shutOuts, sweepOrphans, sweepRun } from './orphans.ts'
import { dropPending, type PendingRows, pendingFile } from './pending.ts'
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
  /** Makes a unit done whose rows wait to be merged. Many are written at once. @throws as `commit`. */
  wait(unit: PendingRows): Promise<void>
  /** Makes last what a merge came to: the lines of the files first, then the units that are in them. @throws as `commit`. */
  merged(lines: readonly ManifestLine[], units: readonly MergedUnit[]): Promise<void>
  /** Puts lines in the place of all those of a table, by one rename: there is no moment between the two. @throws as `commit`. */
  replaceTable(table: string, lines: readonly ManifestLine[]): Promise<void>
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
  const lock = await takeLock(root, run, processes)
  try {
    await bringInOrder(root, run, tool)
  } catch (error) {
    await lock.release()
    throw error
  }
  return writeTo(root, lock, run)
}

type Writer = Pick<Run, 'clock' | 'epoch' | 'durability'>

const nowOf = ({ clock }: Writer): string => new Date(clock.wallMs()).toISOString()

async function bringInOrder(root: string, run: Writer, tool: string): Promise<void> {
  const { epoch, durability } = run
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
    at: nowOf(run),
  }
  if (over.length > 0) await appendManifest(root, [takeover], durability)
  await sweepOrphans(root, durability)
  if (over.length === 0) await compactManifest(root, log, statePath(root, 'tmp', epoch, 'manifest'))
}

function writeTo(root: string, lock: Lock, run: Writer): OpenLake {
  const { epoch, durability } = run
  /** Writes only while the lake is ours. */
  const ours = async (write: () => Promise<void>): Promise<void> => {
    await lock.check()
    await write()
    // A process may have been stopped between the two: then it came too late, and must not be told as done.
    await lock.check()
  }
  const lines = inGroups((group: readonly ManifestLine[]) =>
    ours(() => appendManifest(root, group, durability)),
  )
  const pending = pendingFile(root, run)
  const waiting = inGroups((group: readonly PendingRows[]) => ours(() => pending.add(group)))
  const failures = inGroups(async (group: readonly (readonly [Slot, unknown])[]) => {
    await lock.check()
    for (const [slot, error] of group) await appendFailure(slot, error, { epoch, at: nowOf(run), durability })
  })
  const underWay = new Set<Promise<void>>()
  const followed = (write: Promise<void>): Promise<void> => {
    const settled = write.catch(() => {}).finally(() => underWay.delete(settled))
    underWay.add(settled)
    return write
  }
  return {
    lost: lock.lost,
    commit: (line) => followed(lines(line)),
    wait: (unit) => followed(waiting(unit)),
    fail: (slot, error) => followed(failures([slot, error])),
    merged: (files, units) =>
      followed(
        ours(async () => {
          await appendManifest(root, files, durability)
          await appendMergedUnits(root, units, durability)
          await compactMergedUnits(root, statePath(root, 'tmp', epoch, 'units'))
          await dropPending(root, durability)
        }),
      ),
    replaceTable: (table, made) =>
      followed(ours(() => replaceTableLines(root, table, made, statePath(root, 'tmp', epoch, 'manifest')))),
    async close() {
      await Promise.all(underWay)
      await pending.close()
      try {
        if (!lock.lost.aborted) await sweepRun(root, epoch, durability)
      } finally {
        await lock.release()
      }
    },
  }
}
