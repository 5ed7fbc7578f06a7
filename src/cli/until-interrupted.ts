import { exitCodes, isReaderLeft, reasonOf } from '../core/errors.ts'
import { sayError } from './say-error.ts'
import type { Interrupts } from './signals.ts'

/** Does the work of a command. Answers its exit code, or that of what ended it, which is told. */
export async function untilInterrupted(
  interrupts: Interrupts,
  form: 'text' | 'json',
  work: () => Promise<number>,
): Promise<number> {
  interrupts.working(() => {})
  try {
    const code = await work()
    return interrupts.code() ?? code
  } catch (error) {
    const code = isReaderLeft(error) ? 0 : interrupts.code()
    if (code !== undefined) return code
    sayError(error, form)
    return exitCodes[reasonOf(error)]
  } finally {
    interrupts.over()
  }
}
