import type { Durability } from './durability.ts'
import { type Reason, reasonOf } from './errors.ts'
import { slotKey } from './manifest.ts'
import type { Slot } from './stage.ts'
import { appendLines, readRecords } from './state-file.ts'

/** One attempt at a unit that failed, in a file beside the manifest: what is done does not depend on it. */
export interface Failure {
  readonly v: 1
  readonly table: string
  readonly unit: string
  readonly reason: Reason
  /** The message. */
  readonly error: string
  readonly epoch: string
  /** As ISO 8601 in UTC. */
  readonly at: string
}

const name = 'failures.ndjson'

/** Records that a unit failed, after all its retries. */
export const appendFailure = (
  { root, table, unit }: Slot,
  error: unknown,
  { epoch, at, durability }: { readonly epoch: string; readonly at: string; readonly durability: Durability },
): Promise<void> => {
  const message = error instanceof Error ? error.message : String(error)
  const failure: Failure = { v: 1, table, unit, reason: reasonOf(error), error: message, epoch, at }
  return appendLines(root, name, [failure], durability)
}

/**
 * The last failure of each slot, by `slotKey`. A unit may have been done since.
 *
 * @throws {DataError} when a line is none of ours, {WriteError} when the file may not be read.
 */
export async function readFailures(root: string): Promise<ReadonlyMap<string, Failure>> {
  const { lines } = await readRecords<Failure>(root, name, isOurs)
  return new Map(lines.map(({ value }) => [slotKey(value), value]))
}

const isOurs = ({ table, unit, error, at }: Partial<Failure>): boolean =>
  [table, unit, error, at].every((text) => typeof text === 'string')
