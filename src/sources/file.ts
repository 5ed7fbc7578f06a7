import { createReadStream } from 'node:fs'
import { AccessError, DataError, MissingError, UsageError } from '../core/errors.ts'
import { readBytes } from '../core/read-bytes.ts'
import type { Run } from '../core/run.ts'
import { type Bytes, type Source, source } from '../core/stage.ts'

export interface FileOptions {
  readonly path: string
  /** In bytes, as it was when the file was found. */
  readonly size?: number | undefined
}

const chunkSize = 1 << 20

/**
 * The bytes of a local file, not throttled: the shared rate is for the network.
 *
 * @throws {MissingError} when there is none, {AccessError} when it may not be read, {UsageError} when it is a folder,
 * {DataError} when it has another length than `size`, or the disk cannot read it.
 */
export function file(options: FileOptions): Source<Bytes> {
  return source('file', (run) => read(options, run), { fixed: true })
}

async function* read({ path, size }: FileOptions, run: Run): AsyncGenerator<Bytes> {
  const stream = createReadStream(path, { highWaterMark: chunkSize })
  const bytesRead = yield* readBytes(stream, run, (error) => explained(error, path))
  if (size !== undefined && size !== bytesRead)
    throw new DataError(`${path}: has ${bytesRead} bytes, not the ${size} it had when it was found`, {
      hint: 'wait until nothing writes to it any more, and run again',
    })
}

function explained(error: unknown, path: string): unknown {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === undefined || !/^E[A-Z]+$/.test(code)) return error
  const details = { cause: error }
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return new MissingError(`${path}: there is no such file`, details)
  if (code === 'EACCES' || code === 'EPERM')
    return new AccessError(`${path}: you may not read this file`, {
      ...details,
      hint: 'give yourself the right to',
    })
  if (code === 'EISDIR')
    return new UsageError(`${path}: is a folder, not a file`, { ...details, hint: 'name one file in it' })
  return new DataError(`${path}: cannot be read (${message})`, details)
}
