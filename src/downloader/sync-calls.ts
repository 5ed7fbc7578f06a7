import { decodeError, type EncodedError, encodeError } from '../core/error-codec.ts'
import type { Downloader } from './open-downloader.ts'

/** A call of one method, as it crosses to the thread that does it. */
export interface Call {
  readonly method: Exclude<keyof Downloader, 'close'>
  readonly args: readonly unknown[]
}

/** What comes back. */
export type Answer = { readonly value: unknown } | { readonly failure: EncodedError }

/** What both threads see: how many answers were given, and that the other one is alive. */
export const counters = { answers: 0, beats: 1 } as const
export const beatMs = 1000

/** Errors do not keep their class on the way, so they cross in parts; also those in a batch. */
export function encode(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(encode)
  return value instanceof Error ? { failure: encodeError(value) } : value
}

/** The other way. A buffer comes over as its bare bytes. */
export function decode(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(decode)
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  if (value !== null && typeof value === 'object' && 'failure' in value)
    return decodeError(value.failure as EncodedError)
  return value
}
