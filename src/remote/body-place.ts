import type { GetObjectCommandOutput } from '@aws-sdk/client-s3'
import { NetworkError } from '../core/errors.ts'
import { mostBytesAtOnce } from '../core/in-pieces.ts'
import { type Asked, s3Error, whereText } from './s3-errors.ts'

/** What a body holds ready. With what a socket may still add, 64 KiB, it is the most that may pass between stages. */
export const readyBytes = mostBytesAtOnce - (1 << 16)

/** What is known of an object before it is asked for. */
export interface Known {
  /** Only this version: sent as If-Match, and compared with the ETag of the answer. */
  readonly etag: string | undefined
  /** Of the whole object, in bytes. */
  readonly size: number | undefined
  /** First byte wanted, counted from 0. */
  readonly from: number
}

/** Which bytes of which object a body holds. They end with the object. */
export interface BodyPlace {
  /** Offset of the first byte; 0, whatever was asked for, when the server does not heed Range. */
  readonly from: number
  /** Of the whole object; absent when nobody says. */
  readonly size: number | undefined
  readonly etag: string
}

type Headers = Pick<GetObjectCommandOutput, 'ETag' | 'ContentLength' | 'ContentRange' | '$metadata'>

/**
 * Reads the headers of an answer, and holds them against what is known and was asked for. Not every S3 server heeds
 * If-Match and Range, and what one that does not sends would be spliced in silently.
 *
 * @throws {NetworkError} whose `again` is `changed` when ETag or size are others than known, `soon` when the answer is not
 * to the question.
 */
export function bodyPlace(answer: Headers, known: Known, asked: Asked): BodyPlace {
  const { ETag } = answer
  const { etag, size } = known
  if (ETag === undefined)
    throw new NetworkError(`${whereText(asked)}: the answer is not one of an S3 server: it has no ETag`, {
      hint: 'check the endpoint',
    })
  if (etag !== undefined && bareTag(ETag) !== bareTag(etag))
    throw s3Error(Object.assign(new Error(), { code: 'PreconditionFailed' }), asked)
  const { from, total } = partOf(answer, known, asked)
  if (total !== undefined && size !== undefined && total !== size)
    throw new NetworkError(
      `${whereText(asked)}: the server announces ${total} bytes, ${total < size ? 'fewer' : 'more'} than the ${size} known of`,
      { hint: 'run again: what is done stays done', again: 'changed' },
    )
  return { from, size: total ?? size, etag: ETag }
}

interface Part {
  readonly from: number
  readonly total: number | undefined
}

/** What of the object the body is. A 200 is all of it, also when a part was asked for. */
function partOf(
  { ContentLength, ContentRange, $metadata }: Headers,
  { from, size }: Known,
  asked: Asked,
): Part {
  if ($metadata.httpStatusCode === 200) return { from: 0, total: ContentLength }
  const [, first, last, total] = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(ContentRange ?? '') ?? []
  const length = Number(last) - from + 1
  const end = total === '*' ? (size ?? from + length) : Number(total)
  if (Number(first) === from && end === from + length && (ContentLength ?? length) === length)
    return { from, total: end }
  const named = `${ContentRange ?? 'a part that it does not name'}, in ${ContentLength ?? 'it does not say how many'} bytes`
  throw new NetworkError(
    `${whereText(asked)}: asked for the bytes from ${from} on, the server answered with ${named}`,
    { hint: 'run again: what is done stays done', again: 'soon' },
  )
}

const bareTag = (etag: string): string => etag.replace(/^W\/|"/g, '')
