import { setImmediate as turn } from 'node:timers/promises'
import { filesUnder } from './sink-laws.ts'

/** Data in a lake, finished or not: all its files but those that it keeps its books in, and its views. */
export const leftIn = (root: string): string[] =>
  filesUnder(root).filter(
    (path) => path !== 'views.sql' && (!path.startsWith('_millrace/') || path.startsWith('_millrace/tmp/')),
  )

/** Waits until another process has so many files of data there. */
export async function untilThereAre(files: number, root: string): Promise<void> {
  while (countIn(root) < files) await turn()
}

function countIn(root: string): number {
  try {
    return leftIn(root).length
  } catch (error) {
    // A folder went while it was read.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0
    throw error
  }
}
