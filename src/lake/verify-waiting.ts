import { isMillraceError } from '../core/errors.ts'
import { openPending } from '../core/pending.ts'
import type { Finding } from './verify-lake.ts'

const path = '_millrace/pending'

/** Reads the rows that wait to be merged, as the next run will. */
export async function waitingFindings(root: string): Promise<Finding[]> {
  try {
    const { units, close } = await openPending(root)
    try {
      for (const unit of units) for await (const _ of unit.read());
    } finally {
      await close()
    }
    if (units.length === 0) return []
    return [{ verdict: 'note', path, what: `${units.length} units wait to be merged; the next run does it` }]
  } catch (error) {
    if (!isMillraceError(error)) throw error
    return [{ verdict: 'wrong', path, what: `${error.message}; ${error.hint}` }]
  }
}
