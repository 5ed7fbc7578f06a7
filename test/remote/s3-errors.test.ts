import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MillraceError, UsageError } from '../../src/core/errors.ts'
import { type Asked, endpointUrl, s3Error } from '../../src/remote/s3-errors.ts'

const asked: Asked = { endpoint: 'https://files.massive.com', bucket: 'flatfiles', key: 'a/b.csv.gz' }
const where = 's3://flatfiles/a/b.csv.gz at files.massive.com:443: '

/** As the SDK throws the answers of a server. */
const answer = (name: string, httpStatusCode: number): Error =>
  Object.assign(new Error('told by the server'), { name, $metadata: { httpStatusCode } })
/** As Node throws the failures of a socket. */
const socket = (code: string): Error => Object.assign(new Error('told by the socket'), { code })

type Row = readonly [thrown: Error, name: string, message: RegExp, hint: RegExp]

const rows: readonly Row[] = [
  [answer('NoSuchBucket', 404), 'MissingError', /no such bucket \(NoSuchBucket, HTTP 404\)/, /endpoint/],
  [answer('NoSuchKey', 404), 'MissingError', /no such object/, /holiday.*weekend.*11:00 New York.*holes/],
  [answer('NotFound', 404), 'MissingError', /no such object/, /holiday/],
  [answer('UnknownError', 404), 'MissingError', /no such object \(HTTP 404\)/, /holiday/],
  [answer('InvalidAccessKeyId', 403), 'AccessError', /does not know this access key id/, /Dashboard > Keys/],
  [answer('SignatureDoesNotMatch', 403), 'AccessError', /secret key does not belong/, /Dashboard > Keys/],
  [answer('RequestTimeTooSkewed', 403), 'AccessError', /clock of this machine/, /set the clock/],
  [answer('ExpiredToken', 400), 'AccessError', /session token is expired/, /AWS_SESSION_TOKEN/],
  [answer('AccessDenied', 403), 'AccessError', /plan does not include .* older than its history/, /plan/],
  [answer('UnknownError', 403), 'AccessError', /access denied.*\(HTTP 403\)/, /plan/],
  [answer('UnknownError', 401), 'AccessError', /does not accept/, /Dashboard > Keys/],
  [answer('PreconditionFailed', 412), 'NetworkError', /published anew while it was read/, /run again/],
  [answer('UnknownError', 412), 'NetworkError', /published anew while it was read/, /run again/],
  [answer('InvalidRange', 416), 'NetworkError', /ends before the length that was announced/, /run again/],
  [answer('SlowDown', 503), 'NetworkError', /slow down \(SlowDown, HTTP 503\)/, /fewer --workers/],
  [answer('UnknownError', 429), 'NetworkError', /slow down/, /fewer --workers/],
  [answer('ServiceUnavailable', 503), 'NetworkError', /too busy/, /run again/],
  [answer('NotImplemented', 501), 'NetworkError', /out of order/, /run again/],
  [answer('InternalError', 500), 'NetworkError', /out of order \(HTTP 500\)/, /run again/],
  [answer('UnknownError', 502), 'NetworkError', /out of order/, /run again/],
  [
    answer('PermanentRedirect', 301),
    'NetworkError',
    /not one of an S3 server .*Redirect, HTTP 301/,
    /region/,
  ],
  [answer('InvalidArgument', 400), 'NetworkError', /not one of an S3 server/, /endpoint/],
  [socket('ECONNREFUSED'), 'NetworkError', /nobody listens there \(ECONNREFUSED\)/, /endpoint/],
  [socket('ENOTFOUND'), 'NetworkError', /name of the host/, /online/],
  [socket('EAI_AGAIN'), 'NetworkError', /name of the host/, /online/],
  [socket('ENETUNREACH'), 'NetworkError', /cannot be reached/, /online/],
  [socket('ECONNRESET'), 'NetworkError', /connection was cut/, /run again/],
  [socket('EPIPE'), 'NetworkError', /connection was cut/, /run again/],
  [socket('ERR_STREAM_PREMATURE_CLOSE'), 'NetworkError', /connection was cut/, /run again/],
  [socket('ETIMEDOUT'), 'NetworkError', /no answer in time/, /run again/],
  [Object.assign(new Error(), { name: 'TimeoutError' }), 'NetworkError', /no answer in time/, /run again/],
  [
    Object.assign(socket('ECONNRESET'), { name: 'TimeoutError', $metadata: { attempts: 3 } }),
    'NetworkError',
    /connection was cut \(ECONNRESET\)/,
    /run again/,
  ],
  [new AggregateError([socket('ECONNREFUSED')], ''), 'NetworkError', /nobody listens there/, /endpoint/],
  [socket('DEPTH_ZERO_SELF_SIGNED_CERT'), 'NetworkError', /no secure connection/, /certificate/],
  [socket('UNABLE_TO_VERIFY_LEAF_SIGNATURE'), 'NetworkError', /no secure connection/, /certificate/],
  [socket('ERR_TLS_CERT_ALTNAME_INVALID'), 'NetworkError', /no secure connection/, /certificate/],
  [socket('EPROTO'), 'NetworkError', /no secure connection/, /certificate/],
  [socket('HPE_INVALID_CONSTANT'), 'NetworkError', /not HTTP/, /endpoint/],
  [
    Object.assign(new SyntaxError('not XML'), { $response: { statusCode: 200 } }),
    'NetworkError',
    /not one of an S3 server/,
    /endpoint/,
  ],
]

for (const [thrown, name, message, hint] of rows) {
  const { code = thrown.name } = thrown as NodeJS.ErrnoException
  test(`${code} is a ${name} that names the object, the host and the port, and says ${message.source}`, () => {
    const error = s3Error(thrown, asked)
    assert.ok(error instanceof MillraceError)
    assert.equal(error.name, name)
    assert.ok(error.message.startsWith(where), error.message)
    assert.match(error.message, message)
    assert.match(error.hint ?? '', hint)
    assert.equal(error.cause, undefined, 'the error of the SDK holds the request')
  })
}

const worth: readonly (readonly [thrown: Error, again: string | undefined, answered?: string])[] = [
  [answer('NoSuchKey', 404), undefined],
  [answer('NoSuchBucket', 404), undefined],
  [answer('UnknownError', 401), undefined],
  [answer('PermanentRedirect', 301), undefined],
  [answer('NotImplemented', 501), undefined],
  [answer('AccessDenied', 403), 'few'],
  [answer('RequestTimeTooSkewed', 403), 'few'],
  [answer('SignatureDoesNotMatch', 403), 'few'],
  [answer('PreconditionFailed', 412), 'changed'],
  [answer('InvalidRange', 416), 'changed'],
  [answer('SlowDown', 503), 'slow'],
  [answer('TooManyRequests', 429), 'slow'],
  [answer('ServiceUnavailable', 503), 'slow'],
  [answer('InternalError', 500), 'soon'],
  [answer('BadGateway', 502), 'soon'],
  [answer('GatewayTimeout', 504), 'soon'],
  [answer('RequestTimeout', 400), 'few', 'soon'],
  [socket('ECONNRESET'), 'soon'],
  [socket('EPIPE'), 'soon'],
  [socket('ECONNREFUSED'), 'few', 'soon'],
  [socket('ENOTFOUND'), 'few', 'soon'],
  [socket('EHOSTUNREACH'), 'few', 'soon'],
  [socket('ETIMEDOUT'), 'few', 'soon'],
  [socket('EPROTO'), 'few', 'soon'],
  [socket('HPE_INVALID_CONSTANT'), 'few'],
]
for (const [thrown, again, later = again] of worth)
  test(`${thrown.name} ${(thrown as NodeJS.ErrnoException).code ?? ''}: asked again ${again}, of a server that has answered ${later}`, () => {
    assert.equal((s3Error(thrown, asked) as MillraceError).again, again)
    assert.equal((s3Error(thrown, { ...asked, answered: true }) as MillraceError).again, later)
  })

test('what a busy server asks for is told, and is nothing where it is not busy', () => {
  const wallMs = Date.UTC(2024, 2, 1)
  const wish = (thrown: Error, text: string) => {
    const $response = { headers: { 'retry-after': text } }
    return s3Error(Object.assign(thrown, { $response }), { ...asked, wallMs }) as MillraceError
  }
  const busy = wish(answer('SlowDown', 503), '3')
  assert.equal(busy.afterMs, 3000)
  assert.match(busy.message, /slow down for 3 s \(SlowDown, HTTP 503\)/)
  assert.equal(wish(answer('TooManyRequests', 429), 'Fri, 01 Mar 2024 00:00:09 GMT').afterMs, 9000)
  assert.equal(wish(answer('SlowDown', 503), 'never').afterMs, undefined)
  assert.equal(wish(answer('NoSuchKey', 404), '3').afterMs, undefined)
})

test('a body that breaks off is told with the bytes that have come', () => {
  const texts = [{ bytesRead: 7 }, { bytesRead: 0, size: 12 }].map((far) =>
    String(s3Error(socket('ECONNRESET'), { ...asked, ...far })),
  )
  assert.deepEqual(texts, [
    `NetworkError: ${where}the connection was cut after 7 bytes (ECONNRESET)`,
    `NetworkError: ${where}the connection was cut after 0 of 12 bytes (ECONNRESET)`,
  ])
})

test('errors of ours, and those nobody foresaw, come back as they are', () => {
  for (const error of [
    new UsageError('ours'),
    new TypeError('a bug'),
    socket('ERR_NEW'),
    'a text',
    undefined,
  ])
    assert.equal(s3Error(error, asked), error)
})

test('once the signal has fired, its reason is the error, whatever was thrown', () => {
  const reason = new Error('enough')
  const signal = AbortSignal.abort(reason)
  for (const error of [answer('AbortError', 0), socket('ECONNRESET'), new UsageError('ours')])
    assert.equal(s3Error(error, { ...asked, signal }), reason)
  assert.notEqual(s3Error(socket('ECONNRESET'), { ...asked, signal: new AbortController().signal }), reason)
})

const ports: readonly [endpoint: string, expected: string][] = [
  ['http://localhost', 's3://b/ at localhost:80: '],
  ['http://127.0.0.1:9000/', 's3://b/ at 127.0.0.1:9000: '],
  ['https://me:secret@[::1]:9000', 's3://b/ at [::1]:9000: '],
]
for (const [endpoint, expected] of ports)
  test(`messages about ${endpoint.replace('secret', '...')} begin with ${expected}`, () => {
    const { message } = s3Error(socket('ECONNREFUSED'), { endpoint, bucket: 'b' }) as Error
    assert.ok(message.startsWith(expected), message)
  })

const notUrls: readonly [endpoint: string, message: string][] = [
  ['files.massive.com', 'the endpoint is not a URL: files.massive.com'],
  ['', 'the endpoint is not a URL: '],
  ['//me:secret@host', 'the endpoint is not a URL: host'],
  ['ftp://me:secret@host', 'the endpoint is neither http nor https, but ftp:'],
  ['localhost:9000', 'the endpoint is neither http nor https, but localhost:'],
]
for (const [endpoint, message] of notUrls)
  test(`"${endpoint}" is refused as an endpoint, without what stands before an @`, () => {
    assert.throws(() => endpointUrl(endpoint), { name: 'UsageError', message, hint: /https:\/\// })
  })
