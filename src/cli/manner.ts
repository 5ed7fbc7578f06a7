import type { Settings } from './execute.ts'
import type { Manner } from './progress.ts'

/** Lines, unless a person looks. */
export function mannerOf({ json, quiet }: Settings): Manner {
  if (json) return 'json'
  if (quiet) return 'quiet'
  const { TERM } = process.env
  const { isTTY, columns } = process.stderr
  // A terminal that tells no width would be flooded: nobody knows how many lines to take back.
  return isTTY && columns > 0 && TERM !== 'dumb' ? 'live' : 'lines'
}
