// Where the threads of the byte thread's tests begin.
import { DataError } from '../../src/core/errors.ts'
import { serveBytes } from '../../src/core/serve-bytes.ts'

/** What the thread makes of each piece. */
export interface ByteWorkStart {
  readonly does: 'inverts' | 'floods' | 'counts' | 'fails' | 'throws' | 'exits'
}

export const workEntry = new URL(import.meta.url)

serveBytes(({ does }: ByteWorkStart) => {
  let pieces = 0
  if (does === 'throws') throw new TypeError('it cannot begin')
  return {
    *feed(bytes) {
      pieces++
      if (does === 'inverts') yield bytes.map((byte) => 255 - byte)
      if (does === 'floods') for (;;) yield new Uint8Array(1 << 10).fill(pieces)
      if (does === 'fails') throw new DataError('piece 1 is bad', { hint: 'take another' })
      if (does === 'exits') process.exit(7)
    },
    *end() {
      if (does === 'counts') yield Uint8Array.of(pieces)
    },
  }
})
