import { constants } from 'node:buffer'
import { UsageError } from '../core/errors.ts'
import { from, runPipeline } from '../core/pipeline.ts'
import type { Run } from '../core/run.ts'
import { type Bytes, type Sink, sink } from '../core/stage.ts'
import { type S3ObjectOptions, s3Object } from '../sources/s3-object.ts'
import { gunzip } from '../transforms/gunzip.ts'

/** All bytes of an object, in a buffer that shares its memory with nothing. */
export async function bytesInMemory(
  object: S3ObjectOptions,
  inflate: 'gunzip' | 'as-it-is',
  run: Run,
): Promise<Buffer> {
  const chunks: Bytes[] = []
  const bytes = from(s3Object(object))
  const read = inflate === 'gunzip' ? bytes.through(gunzip()) : bytes
  await runPipeline(read.into(keepIn(chunks, object.key)), run)
  const whole = Buffer.allocUnsafeSlow(chunks.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.length
  }
  return whole
}

const keepIn = (chunks: Bytes[], key: string): Sink<Bytes> =>
  sink('memory', () => async (input) => {
    let bytes = 0
    for await (const chunk of input) {
      bytes += chunk.length
      if (bytes > constants.MAX_LENGTH)
        throw new UsageError(`${key}: more than the ${constants.MAX_LENGTH} bytes that one buffer can hold`, {
          hint: 'download it to a file',
        })
      chunks.push(chunk)
    }
  })
