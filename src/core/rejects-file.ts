import { open } from 'node:fs/promises'
import { type Durability, syncFile } from './durability.ts'
import { writeError } from './durable-file.ts'
import type { Unit } from './recipe.ts'
import type { RejectedRow } from './run.ts'

/** Where bad rows go. */
export interface RejectsFile {
  /** Adds the bad rows of a unit, and brings them to the disk. */
  write(unit: Unit, rows: readonly RejectedRow[]): Promise<void>
}

/**
 * A file of a line of JSON for each bad row: `key` of the object, or the unit; `line`, where the header is 1 and line breaks
 * inside quotes do not count; `offset` of the row in bytes, unpacked; `column`; `reason`; `text`, the row as it was written.
 * A unit that is tried again may come twice.
 *
 * @throws {WriteError} from `write`.
 */
export function rejectsFile(path: string, durability: Durability): RejectsFile {
  return {
    async write({ id, identity }, rows) {
      const key = identity?.['key'] ?? id
      const lines = rows.map(({ at: { row, column, offset }, why, text }) =>
        JSON.stringify({ key, line: row + 1, offset, column, reason: why, text }),
      )
      try {
        const file = await open(path, 'a', 0o600)
        try {
          await file.appendFile(`${lines.join('\n')}\n`)
          await syncFile(file, 'bytes', durability)
        } finally {
          await file.close()
        }
      } catch (error) {
        throw writeError(path, error)
      }
    },
  }
}
