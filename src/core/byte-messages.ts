import type { EncodedError } from './error-codec.ts'
import type { Bytes } from './stage.ts'

/**
 * Pieces of input that may wait for a byte thread, and pieces that may come out unasked. Input is in slots that both threads
 * see, used one after the other and then from the first again.
 */
export const piecesAhead = 8
/** Smaller pieces are put together as long as the thread has something to do. */
export const slotBytes = 1 << 18

/** What a byte thread is told. */
export type ToByteThread =
  /** What its work begins with; before anything else. */
  | { readonly kind: 'open'; readonly start: unknown }
  /** The next slot has so many bytes. */
  | { readonly kind: 'piece'; readonly bytes: number }
  /** No piece follows. */
  | { readonly kind: 'end' }
  /** One more piece may come out. */
  | { readonly kind: 'more' }

/** What it says. */
export type FromByteThread =
  /** It has loaded its module. */
  | { readonly kind: 'ready' }
  | { readonly kind: 'made'; readonly bytes: Bytes }
  /** It is done with a slot. */
  | { readonly kind: 'taken' }
  /** It is done with all. */
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly error: EncodedError }
