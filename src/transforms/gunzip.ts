import { openGunzipper } from '../columnar/gunzipper.ts'
import { compileInflater } from '../columnar/inflater.ts'
import { type ByteThread, openByteThread } from '../core/byte-thread.ts'
import type { Run } from '../core/run.ts'
import { type Bytes, type Transform, transform } from '../core/stage.ts'

export interface GunzipOptions {
  /**
   * A file of which so many compressed bytes have come is inflated in a thread of its own from then on, as soon as a core
   * of the processor has nothing else to do; 512 KiB where nothing is said.
   */
  readonly threadAfterBytes?: number
}

/**
 * Inflates gzip, all members of it. CRC32 and length of each member are checked, and so a download put together from
 * pieces is proved whole. Memory does not depend on the input.
 *
 * @throws {DataError} when it is cut off, corrupt, empty, or followed by anything but zeros.
 */
export function gunzip({ threadAfterBytes = 1 << 19 }: GunzipOptions = {}): Transform<Bytes, Bytes> {
  return transform('gunzip', (run) => (input) => inflated(input, run, threadAfterBytes))
}

async function* inflated(
  input: AsyncIterable<Bytes>,
  run: Run,
  threadAfterBytes: number,
): AsyncGenerator<Bytes> {
  const module = run.share('inflater', compileInflater)
  const gunzipper = openGunzipper({ module })
  const pieces = input[Symbol.asyncIterator]()
  let thread: ByteThread | undefined
  let fed = 0
  try {
    // While the thread starts, there is something to do here.
    while (!thread?.isReady) {
      const piece = await pieces.next()
      if (piece.done) return yield* gunzipper.end()
      yield* gunzipper.feed(piece.value)
      fed += piece.value.length
      if (fed >= threadAfterBytes)
        thread ??= openByteThread(new URL('./gunzip-thread.js', import.meta.url), run)
    }
    yield* thread.through(gunzipper.save(), { [Symbol.asyncIterator]: () => pieces })
  } finally {
    await thread?.end()
    // Not awaited: the stage before may be stuck, and its errors are told by the chain.
    pieces.return?.().then(undefined, () => {})
  }
}
