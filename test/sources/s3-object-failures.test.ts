import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { from, runPipeline } from '../../src/core/pipeline.ts'
import { createRun } from '../../src/core/run.ts'
import type { Bytes } from '../../src/core/stage.ts'
import { type S3ObjectOptions, s3Object } from '../../src/sources/s3-object.ts'
import { type Fault, startS3Server } from '../../src/testing/s3-server.ts'
import { keepIn } from '../helpers/collect.ts'

const content = Buffer.alloc(300_000, 'ticker,price\n')

/** What comes of one connection alone. */
async function read(t: TestContext, faults: readonly Fault[], known: Partial<S3ObjectOptions> = {}) {
  const server = await startS3Server({ objects: { 'a.bin': content }, faults })
  t.after(() => server.close())
  const { endpoint, bucket } = server
  const object = { endpoint, bucket, region: 'us-east-1', key: 'a.bin', ...known }
  const access = async () => ({ accessKeyId: 'demo', secretAccessKey: 'demo' })
  const run = createRun({ access, lowLevelRetries: 0 })
  await runPipeline(from(s3Object(object)).into(keepIn<Bytes>([])), run)
}

type Failure = readonly [
  what: string,
  faults: readonly Fault[],
  name: string,
  message: RegExp,
  known?: Partial<S3ObjectOptions>,
]
const get = { op: 'get' } as const
const size = content.length

const failures: readonly Failure[] = [
  ...[1, 10, 150_000, size - 1].flatMap((n): Failure[] => [
    [
      `a connection reset after ${n} bytes`,
      [{ ...get, resetAfter: n }],
      'NetworkError',
      /connection was cut after \d+ of 300000 bytes/,
    ],
    [
      `a connection that ends after ${n} bytes`,
      [{ ...get, endAfter: n }],
      'NetworkError',
      new RegExp(`connection was cut after ${n} of 300000 bytes`),
    ],
  ]),
  ['a connection reset before the body', [{ ...get, resetAfter: 0 }], 'NetworkError', /connection was cut/],
  [
    'a Content-Length too long',
    [{ ...get, contentLength: size + 1 }],
    'NetworkError',
    /cut after 300000 of 300001/,
  ],
  [
    'one too long, where the size is known',
    [{ ...get, contentLength: size + 1 }],
    'NetworkError',
    /announces 300001 bytes, more than the 300000/,
    { size },
  ],
  [
    'one too short',
    [{ ...get, contentLength: 7 }],
    'NetworkError',
    /announces 7 bytes, fewer than the 300000/,
    { size },
  ],
  [
    'a smaller object than listed',
    [],
    'NetworkError',
    /announces 300000 bytes, fewer than the 300001/,
    { size: size + 1 },
  ],
  [
    'a larger object than listed',
    [],
    'NetworkError',
    /announces 300000 bytes, more than the 299999/,
    { size: size - 1 },
  ],
  [
    'a silent early end without a Content-Length',
    [{ ...get, contentLength: 'absent' }],
    'NetworkError',
    /without Content-Length ended after 300000 of 400000 bytes/,
    { size: 400_000 },
  ],
  [
    'more than there should be, without a Content-Length',
    [{ ...get, contentLength: 'absent' }],
    'NetworkError',
    /without Content-Length goes on after the 200000 bytes/,
    { size: 200_000 },
  ],
  [
    'an object published anew',
    [{ ...get, etag: 'new' }],
    'NetworkError',
    /published anew/,
    { etag: '"old"' },
  ],
  ['a missing object', [], 'MissingError', /none\.bin.*no such object/, { key: 'none.bin' }],
  ['an endpoint that is none', [], 'UsageError', /not a URL/, { endpoint: 'localhost' }],
  [
    'an object that may not be read',
    [{ ...get, status: 403, code: 'AccessDenied' }],
    'AccessError',
    /plan does not include/,
  ],
]
for (const [what, faults, name, message, known] of failures)
  test(`${what} is a ${name}, where nothing is tried again`, (t) =>
    assert.rejects(read(t, faults, known), { name, message, stage: 's3-object' }))
