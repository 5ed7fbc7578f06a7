import type { Processes } from '../core/holder.ts'

/** This process and the others of this machine, as far as Node knows of them. */
export const processes: Processes = {
  pid: process.pid,
  isAlive(pid) {
    try {
      return process.kill(pid, 0)
    } catch (error) {
      // It is there, and another user's.
      return (error as NodeJS.ErrnoException).code === 'EPERM'
    }
  },
}
