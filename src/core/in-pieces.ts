import type { Bytes } from './stage.ts'

const mostBytes = 1 << 20

/** Views of bytes, each as long as may pass between stages. */
export function* inPieces(bytes: Bytes): Generator<Bytes> {
  for (let at = 0; at < bytes.length; at += mostBytes) yield bytes.subarray(at, at + mostBytes)
}
