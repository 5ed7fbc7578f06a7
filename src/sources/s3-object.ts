import { pipeline, Transform } from 'node:stream'
import { md5Lanes } from '../columnar/md5-lanes.ts'
import { inPieces, mostBytesAtOnce } from '../core/in-pieces.ts'
import { withMd5 } from '../core/md5.ts'
import { openPart, type PartFile } from '../core/part-file.ts'
import { readBytes } from '../core/read-bytes.ts'
import { openRooms, type Rooms } from '../core/rooms.ts'
import type { Run } from '../core/run.ts'
import { type Bytes, type Source, source } from '../core/stage.ts'
import { type ObjectVersion, objectBytes } from '../remote/object-bytes.ts'
import { whereText } from '../remote/s3-errors.ts'

export interface S3ObjectOptions extends ObjectVersion {
  /**
   * Keeps what has come in this file, of `partPath`, until the pipeline has succeeded: a later one goes on from there. Only
   * with ETag and size, which tell that it is the same object.
   */
  readonly part?: string
  /** What is kept in `part` may be lent only: memory of bytes is used again once the next are asked for. */
  readonly lends?: boolean
  /** What the MD5 of the bytes must be, as `md5Of` tells it. */
  readonly md5?: string | undefined
  /** How much is kept ready for a reader who is slow for a while, in bytes; at least a piece of 64 KiB. */
  readonly readAhead?: number
}

/** So much that the server need not wait and hang up. */
export const readAheadDefault = 4 << 20
/** Of so many is made what is read ahead, unless they would be smaller than what comes of a socket at once. */
const [piecesAhead, leastPieceBytes] = [4, 1 << 16]

/**
 * The bytes of one object as they are stored, at the shared rate, with the credentials that the run lends under `s3`. When
 * a connection drops they go on where it did, in the same version of the object.
 *
 * @throws {MissingError} when there is no such object, {AccessError} when it may not be read, {NetworkError} when retries
 * have not helped, or when ETag or size are not, or no longer, those that are known: its `again` is `changed` then,
 * {DataError} when the bytes have another MD5 than they should.
 */
export function s3Object(options: S3ObjectOptions): Source<Bytes> {
  const { md5, ...known } = options
  const open = (run: Run): AsyncIterable<Bytes> => {
    const bytes = read(known, run)
    return md5 === undefined
      ? bytes
      : withMd5(bytes, md5, whereText(known), run.share('md5', () => md5Lanes({ run })).open)
  }
  return source('s3-object', open, options.part === undefined ? {} : { goesOn: true })
}

async function* read(
  { part, lends = false, ...object }: Omit<S3ObjectOptions, 'md5'>,
  run: Run,
): AsyncGenerator<Bytes> {
  if (part === undefined) return yield* download(object, run)
  const rooms = lends ? openRooms(mostBytesAtOnce) : undefined
  const kept = await run.until(openPart(part, run))
  try {
    for await (const chunk of kept.kept()) {
      run.count('bytesIn', chunk.length)
      yield chunk
    }
    if (kept.bytes !== object.size) yield* keep(download({ ...object, rooms }, run, kept.bytes), kept, rooms)
  } finally {
    await kept.close()
  }
  run.spent(part)
}

/** So much is worth a call of the system. */
const writtenAtOnce = 1 << 19

/** Passes bytes on, and adds them to a part file: while the system writes some, the next come. */
async function* keep(chunks: AsyncIterable<Bytes>, kept: PartFile, rooms?: Rooms): AsyncGenerator<Bytes> {
  let written = Promise.resolve()
  let [before, next, bytes]: [Bytes[], Bytes[], number] = [[], [], 0]
  const write = async (): Promise<void> => {
    const some = next
    ;[next, bytes] = [[], 0]
    await written
    // Of these the reader has asked for the next as well.
    for (const chunk of before) rooms?.release(chunk)
    before = some
    written = kept.append(...some)
    // Thrown when it is waited for.
    written.catch(() => {})
  }
  try {
    for await (const chunk of chunks) {
      next.push(chunk)
      bytes += chunk.length
      if (bytes >= writtenAtOnce) await write()
      yield chunk
    }
  } finally {
    await write()
    await written
  }
}

interface Download extends ObjectVersion, Pick<S3ObjectOptions, 'readAhead'> {
  readonly rooms?: Rooms | undefined
}

/** The bytes of an object from byte `from` on. */
async function* download(
  { readAhead = readAheadDefault, rooms, ...object }: Download,
  run: Run,
  from = 0,
): AsyncGenerator<Bytes> {
  const stop = new AbortController()
  const signal = AbortSignal.any([run.signal, stop.signal])
  const bytes = objectBytes(object, run, { signal, from, rooms })
  const pieceBytes = Math.max(leastPieceBytes, Math.min(mostBytesAtOnce, Math.floor(readAhead / piecesAhead)))
  const throttled = run.throttle()
  const ahead = keepAhead(readAhead)
  // Errors of all three come out of what is read.
  pipeline(cutUp(bytes, pieceBytes), throttled, ahead.stream, () => {})
  try {
    for await (const chunk of readBytes(ahead.stream, run, (error) => error)) {
      ahead.taken(chunk.length)
      yield chunk
    }
  } finally {
    stop.abort()
    throttled.destroy()
  }
}

async function* cutUp(chunks: AsyncIterable<Bytes>, pieceBytes: number): AsyncGenerator<Bytes> {
  for await (const chunk of chunks) yield* inPieces(chunk, pieceBytes)
}

/** A stream that takes in what comes until it holds `mostBytes` or more; its reader tells what he has taken. */
function keepAhead(mostBytes: number) {
  let held = 0
  let goOn = (): void => {}
  const stream = new Transform({
    // So that pieces are handed on and not copied together. How many there are does not matter.
    objectMode: true,
    writableHighWaterMark: 1,
    readableHighWaterMark: Number.MAX_SAFE_INTEGER,
    transform(chunk: Bytes, _encoding, done) {
      held += chunk.length
      this.push(chunk)
      if (held < mostBytes) done()
      else goOn = done
    },
  })
  const taken = (bytes: number): void => {
    held -= bytes
    if (held >= mostBytes) return
    const then = goOn
    goOn = () => {}
    then()
  }
  return { stream, taken }
}
