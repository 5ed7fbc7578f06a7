import { isAscii } from 'node:buffer'
import { DataError } from '../core/errors.ts'

/**
 * Refuses text that is not UTF-8, which a decoder would silently replace. The answer is called with each chunk, cut
 * anywhere, and without one at the end.
 *
 * @throws {DataError} from the call that meets it.
 */
export function utf8Checker(): (chunk?: Uint8Array) => void {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  let offset = 0
  /** The last chunk may have ended inside a character. */
  let inside = false
  return (chunk) => {
    if (chunk?.length === 0) return
    // All of a file is usually ASCII, and seeing that is ten times faster than decoding.
    if (inside || chunk === undefined || !isAscii(chunk)) {
      try {
        decoder.decode(chunk, { stream: chunk !== undefined })
      } catch (error) {
        throw new DataError(`the text is not UTF-8, somewhere from byte ${offset} on`, { cause: error })
      }
      inside = (chunk?.at(-1) ?? 0) > 127
    }
    offset += chunk?.length ?? 0
  }
}
