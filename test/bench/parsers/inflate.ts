import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import type { Bytes } from '../../../src/core/stage.ts'

/** Node's own gunzip, with the chunks that suit it best. */
export const inflate = (chunks: AsyncIterable<Bytes>): AsyncIterable<Bytes> =>
  Readable.from(chunks, { objectMode: false }).pipe(createGunzip({ chunkSize: 1 << 20 }))
