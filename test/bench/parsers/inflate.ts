import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { openGunzipper } from '../../../src/columnar/gunzipper.ts'
import { compileInflater } from '../../../src/columnar/inflater.ts'
import type { Bytes } from '../../../src/core/stage.ts'

/** What the stage `gunzip` drives, on this thread. */
export async function* inflateHere(chunks: AsyncIterable<Bytes>): AsyncGenerator<Bytes> {
  const gunzipper = openGunzipper({ module: compileInflater() })
  for await (const chunk of chunks) yield* gunzipper.feed(chunk)
  yield* gunzipper.end()
}

/** Node's own gunzip, with the chunks that suit it best. */
export const inflate = (chunks: AsyncIterable<Bytes>): AsyncIterable<Bytes> =>
  Readable.from(chunks, { objectMode: false }).pipe(createGunzip({ chunkSize: 1 << 20 }))
