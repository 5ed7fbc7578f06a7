import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'

/** The bytes of an object, or a file that has them. */
export type S3Object = Buffer | { readonly path: string }
/** Objects by key. */
export type S3Objects = ReadonlyMap<string, S3Object> | Readonly<Record<string, S3Object>>

/** One request as S3 understands it. A listing's key is its prefix. */
export type Call = ReturnType<typeof callOf>

/** What S3 says, before any fault; the body begins at the byte `from` of the object. */
export type Answer = {
  readonly status: number
  readonly headers: Readonly<Record<string, string | number>>
  readonly body: AsyncIterable<Buffer> | Iterable<Buffer>
  readonly from: number
}

/** An answer in S3's error XML; `retryAfter` in seconds, or a date of HTTP. */
export type Refusal = {
  readonly status: number
  readonly code: string
  readonly retryAfter?: number | string
}

const pieceBytes = 256 * 1024
const fixedTime = new Date('2024-03-02T03:00:00.000Z')
const bare = (etag: string) => etag.replace(/^"|"$/g, '')
const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b))

/** Path-style: /bucket/key, where an empty key is a listing. Throws URIError. */
export function callOf({ method = '', url = '', headers }: IncomingMessage, requestId: string) {
  const [path = '', search] = url.split('?')
  const [, bucket = '', ...rest] = path.split('/').map(decodeURIComponent)
  const query = new URLSearchParams(search)
  const op: 'list' | 'head' | 'get' = rest.join('/') === '' ? 'list' : method === 'HEAD' ? 'head' : 'get'
  const key = op === 'list' ? (query.get('prefix') ?? '') : rest.join('/')
  const signer = /Credential=([^/,\s]+)\//.exec(headers.authorization ?? '')?.[1]
  return {
    op,
    method,
    bucket,
    key,
    query,
    signer,
    requestId,
    range: headers.range,
    ifMatch: headers['if-match'],
  }
}

/** Why a request is not let in at all, before any fault strikes it. */
export function refusalOf(
  { op, method, bucket, query, signer }: Call,
  ours: string,
  accessKeyId?: string,
): Refusal | undefined {
  if (method !== 'GET' && method !== 'HEAD') return { status: 405, code: 'MethodNotAllowed' }
  if (accessKeyId !== undefined && signer === undefined) return { status: 403, code: 'AccessDenied' }
  if (accessKeyId !== undefined && signer !== accessKeyId) return { status: 403, code: 'InvalidAccessKeyId' }
  if (bucket !== ours) return { status: 404, code: 'NoSuchBucket' }
  if (op === 'list' && (query.get('list-type') !== '2' || query.has('delimiter')))
    return { status: 501, code: 'NotImplemented' }
  return undefined
}

/** The objects, read anew at each request. An etag is opaque, has no quotes here, and differs for other bytes. */
export function openShelf(objects: S3Objects) {
  const tags: { suffix: string; etag: string }[] = []
  const map: ReadonlyMap<string, S3Object> =
    objects instanceof Map ? objects : new Map(Object.entries(objects))
  const tagOf = (key: string) => tags.findLast(({ suffix }) => key.endsWith(suffix))?.etag
  return {
    retag(suffix: string, etag: string) {
      tags.push({ suffix, etag: bare(etag) })
    },
    keys: () => [...map.keys()].sort(byBytes),
    async find(key: string) {
      const object = map.get(key)
      if (object === undefined) return undefined
      if (Buffer.isBuffer(object)) {
        const read = (from: number, end: number) => pieces(object.subarray(from, end))
        return { size: object.length, modified: fixedTime, etag: tagOf(key) ?? digestOf(object), read }
      }
      const { size, mtime, mtimeMs, ino } = await stat(object.path)
      // As of an object that came in parts: its bytes are not read for it.
      const etag = tagOf(key) ?? `${md5(`${object.path} ${ino} ${size} ${mtimeMs}`)}-1`
      const read = (from: number, end: number) => fileBytes(object.path, from, end)
      return { size, modified: mtime, etag, read }
    },
  }
}

const md5 = (bytes: string | Buffer) => createHash('md5').update(bytes).digest('hex')
const digests = new WeakMap<Buffer, string>()

function digestOf(object: Buffer): string {
  const digest = digests.get(object) ?? md5(object)
  digests.set(object, digest)
  return digest
}

function* pieces(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes)
}

/** Opens the file when the first byte is wanted, so that a HEAD leaves nothing open. */
async function* fileBytes(path: string, from: number, end: number): AsyncGenerator<Buffer> {
  if (from < end) yield* createReadStream(path, { start: from, end: end - 1, highWaterMark: pieceBytes })
}

/** What `openShelf` opens. */
export type Shelf = ReturnType<typeof openShelf>

/** GetObject and HeadObject: Range of the forms a- and a-b, If-Match. */
export async function getObject({ key, range, ifMatch, requestId }: Call, shelf: Shelf): Promise<Answer> {
  const object = await shelf.find(key)
  if (object === undefined) return refuse(requestId, { status: 404, code: 'NoSuchKey' })
  const { size, etag, modified } = object
  if (ifMatch && ifMatch !== '*' && bare(ifMatch) !== etag)
    return refuse(requestId, { status: 412, code: 'PreconditionFailed' })
  const asked = rangeOf(range, size)
  if (asked && asked.from >= size) return refuse(requestId, { status: 416, code: 'InvalidRange' })
  const { from, end } = asked ?? { from: 0, end: size }
  const headers = {
    ETag: `"${etag}"`,
    'Last-Modified': modified.toUTCString(),
    'Accept-Ranges': 'bytes',
    'Content-Type': 'application/octet-stream',
    'Content-Length': end - from,
    ...(asked ? { 'Content-Range': `bytes ${from}-${end - 1}/${size}` } : {}),
  }
  return { status: asked ? 206 : 200, headers, body: object.read(from, end), from }
}

/** What S3 does not understand it takes for no range. */
function rangeOf(range: string | undefined, size: number): { from: number; end: number } | undefined {
  const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(range ?? '') ?? []
  if (!first || (last && Number(last) < Number(first))) return undefined
  return { from: Number(first), end: last ? Math.min(Number(last) + 1, size) : size }
}

/** ListObjectsV2 without delimiter. A token stands for the last key of the page before. */
export async function listObjects(
  { key: prefix, query, bucket }: Call,
  shelf: Shelf,
  pageSize: number,
): Promise<Answer> {
  const token = query.get('continuation-token')
  const startAfter = query.get('start-after')
  const after = token === null ? (startAfter ?? '') : Buffer.from(token, 'base64url').toString()
  const left = shelf.keys().filter((key) => key.startsWith(prefix) && byBytes(key, after) > 0)
  const page = left.slice(0, Math.min(Number(query.get('max-keys') ?? 1000), pageSize))
  const isTruncated = page.length > 0 && page.length < left.length
  const contents = await Promise.all(page.map(async (key) => contentsOf(key, await shelf.find(key))))
  return xml(200, 'ListBucketResult', [
    element('Name', bucket),
    element('Prefix', prefix),
    element('KeyCount', page.length),
    element('MaxKeys', query.get('max-keys') ?? 1000),
    element('IsTruncated', isTruncated),
    token === null ? '' : element('ContinuationToken', token),
    isTruncated ? element('NextContinuationToken', Buffer.from(page.at(-1) ?? '').toString('base64url')) : '',
    startAfter === null ? '' : element('StartAfter', startAfter),
    ...contents,
  ])
}

function contentsOf(key: string, object: Awaited<ReturnType<Shelf['find']>>): string {
  if (object === undefined) return '' // taken away meanwhile
  const { modified, etag, size } = object
  return `<Contents>${element('Key', key)}${element('LastModified', modified.toISOString())}${element('ETag', `"${etag}"`)}${element('Size', size)}<StorageClass>STANDARD</StorageClass></Contents>`
}

/** S3's XML for an error, under the id that the header x-amz-request-id has too. */
export function refuse(requestId: string, { status, code, retryAfter }: Refusal): Answer {
  const answer = xml(status, 'Error', [
    element('Code', code),
    element('Message', code),
    element('RequestId', requestId),
  ])
  return retryAfter === undefined
    ? answer
    : { ...answer, headers: { ...answer.headers, 'Retry-After': retryAfter } }
}

function xml(status: number, name: string, elements: string[]): Answer {
  const namespace = name === 'Error' ? '' : ' xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'
  const body = Buffer.from(
    `<?xml version="1.0" encoding="UTF-8"?>\n<${name}${namespace}>${elements.join('')}</${name}>`,
  )
  return {
    status,
    headers: { 'Content-Type': 'application/xml', 'Content-Length': body.length },
    body: [body],
    from: 0,
  }
}

const escapes: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#13;',
}

function element(name: string, value: string | number | boolean): string {
  return `<${name}>${String(value).replace(/[&<>"\r]/g, (char) => escapes[char] ?? char)}</${name}>`
}
