import type { Output, OutputFile } from './output.ts'
import type { PendingHead } from './pending.ts'
import type { Counts, Run } from './run.ts'
import type { Shape } from './stage.ts'

/**
 * What a sink says whose units share files, as all companies share the file of a month: a unit's rows wait, and when all
 * units of the run are done they are merged into those files.
 */
export interface Gathering {
  /** What the merge has to know of this unit, as JSON; kept beside its rows. */
  readonly about: Readonly<Record<string, unknown>>
  /** The unit is all of its table: whatever the table held, in whatever shape, gives way to it. */
  readonly whole?: true
  /** The rows of a unit are too many to wait in one record: the sink puts them beside (`run.wrote`), under this name. */
  readonly beside?: string
  /** Makes the files that what waits for one table comes to; none has its final name yet. Done twice it comes to the same. */
  merge(waiting: WaitingTable, run: Run): Promise<readonly MergedSlot[]>
}

/** A unit that waits: what it is, and its rows as the sink brought them. */
export interface WaitingUnit {
  readonly head: PendingHead
  read(): AsyncIterable<Uint8Array>
}

/** All that waits for one table. */
export interface WaitingTable {
  readonly root: string
  readonly table: string
  readonly shape: Shape
  /** In the order in which they were done; each once. */
  readonly units: readonly WaitingUnit[]
  /** The files of the table as they are, by the slot that holds them. Their paths are relative to the root, with `/`. */
  readonly slots: ReadonlyMap<string, readonly OutputFile[]>
}

/** What a slot of the table is to hold from now on: one line of the manifest. */
export interface MergedSlot {
  /** Names the slot, as `2024-03`. */
  readonly unit: string
  readonly counts: Counts
  /** All files of the slot, those that stay as well. Their paths are relative to the root, with `/`. */
  readonly files: readonly OutputFile[]
  /** Those that are new, under temporary names. */
  readonly outputs: readonly Output[]
}
