// Where the threads of the byte thread's tests begin.
import { DataError } from '../../src/core/errors.ts'
import { serveBytes } from '../../src/core/serve-bytes.ts'
import type { Bytes } from '../../src/core/stage.ts'

/** What a thread makes of a piece, and how many came before it. */
const deeds = {
  *inverts(bytes: Bytes) {
    yield bytes.map((byte) => 255 - byte)
  },
  *floods(_: Bytes, before: number) {
    for (;;) yield new Uint8Array(1 << 10).fill(before + 1)
  },
  *counts() {},
  *fails() {
    for (const byte of [1, 2, 3]) yield Uint8Array.of(byte)
    throw new DataError('piece 1 is bad', { hint: 'take another' })
  },
  throws: () => [],
  exits: () => process.exit(7),
} as const

export interface ByteWorkStart {
  readonly does: keyof typeof deeds
}

export const workEntry = new URL(import.meta.url)

serveBytes(({ does }: ByteWorkStart) => {
  if (does === 'throws') throw new TypeError('it cannot begin')
  let pieces = 0
  return {
    feed: (bytes) => deeds[does](bytes, pieces++) as Iterable<Uint8Array<ArrayBuffer>>,
    *end() {
      if (does === 'counts') yield Uint8Array.of(pieces)
    },
  }
})
