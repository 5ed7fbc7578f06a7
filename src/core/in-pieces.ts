import type { Bytes } from './stage.ts'

/** The most that may pass between stages at once. */
export const mostBytesAtOnce = 1 << 20

/** Views of bytes, none longer than it may be. */
export function* inPieces(bytes: Bytes, mostBytes = mostBytesAtOnce): Generator<Bytes> {
  for (let at = 0; at < bytes.length; at += mostBytes) yield bytes.subarray(at, at + mostBytes)
}
