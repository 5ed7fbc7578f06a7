import assert from 'node:assert/strict'
import { Transform } from 'node:stream'
import { test } from 'node:test'
import type { Fault } from '../../src/testing/s3-server.ts'
import { allBytes, day as content, driven, get, readUntil, serveDay } from '../helpers/s3-run.ts'

const size = content.length

const wrongRanges = ['bytes 999-299999/300000', 'bytes 1000-299998/300000', 'bytes 1000-299999/*x', 'absent']
for (const contentRange of wrongRanges)
  test(`an answer to a range that says ${contentRange} is not spliced in, but asked for again`, async (t) => {
    const faults: Fault[] = [
      { ...get, asks: 'whole', endAfter: 1000 },
      { ...get, times: 3, contentRange },
    ]
    const { server, open } = await serveDay(t, faults)
    assert.deepEqual(await allBytes(open()), content)
    assert.equal(server.requests.length, 5)
    const stubborn = await serveDay(
      t,
      [
        { ...get, asks: 'whole', endAfter: 1000 },
        { ...get, contentRange },
      ],
      {
        lowLevelRetries: 2,
      },
    )
    await assert.rejects(allBytes(stubborn.open()), {
      name: 'NetworkError',
      message: /from 1000 on.*3 times/,
    })
  })

type Change = readonly [what: string, fault: Partial<Fault>, message: RegExp]
const changes: readonly Change[] = [
  ['another version', { etag: 'v2' }, /published anew/],
  ['another version, from a server that ignores If-Match', { etag: 'v2', ignores: ['if-match'] }, /anew/],
  [
    'another version, from one that ignores Range too',
    { etag: 'v2', ignores: ['if-match', 'range'] },
    /anew/,
  ],
  [
    'another size',
    { contentRange: 'bytes 1000-300000/300001', contentLength: 299_001 },
    /300001 bytes, more/,
  ],
  ['no more bytes', { status: 416, code: 'InvalidRange' }, /ends before the length/],
]
for (const [what, fault, message] of changes)
  test(`${what} after a drop is never spliced in, and never asked for again: only starting over helps`, async (t) => {
    const { server, open } = await serveDay(t, [
      { ...get, asks: 'whole', endAfter: 1000 },
      { ...get, asks: 'part', ...fault },
    ])
    const bytes = open()
    assert.deepEqual(await readUntil(bytes, 1000), content.subarray(0, 1000))
    await assert.rejects(bytes.next(), { name: 'NetworkError', again: 'changed', message })
    assert.equal(server.requests.length, 2)
  })

test('another version than the listed one is noticed with the first answer', async (t) => {
  for (const ignores of [[], ['if-match']] as const) {
    const { server, open } = await serveDay(t, [{ ...get, ignores }])
    await assert.rejects(open({ etag: '"v0"', size }).next(), { again: 'changed', message: /published anew/ })
    assert.equal(server.requests.length, 1)
  }
  const { open } = await serveDay(t, [])
  await assert.rejects(open({ size: size + 1 }).next(), { again: 'changed', message: /fewer than/ })
})

test('a server that does not heed Range is read once more up to the byte reached, at the rate of the run', async (t) => {
  const { run, warnings, open } = await serveDay(t, [
    { ...get, times: 1, endAfter: 250_000 },
    { ...get, ignores: ['range'] },
  ])
  let passed = 0
  const count = (chunk: Buffer, _encoding: unknown, done: (error: null, chunk: Buffer) => void) => {
    passed += chunk.length
    done(null, chunk)
  }
  Object.assign(run, { throttle: () => new Transform({ transform: count }) })
  assert.deepEqual(await allBytes(open()), content)
  assert.equal(passed, 250_000)
  assert.deepEqual(warnings, [
    'the server does not heed Range: what had come of a file before a drop is read once more',
  ])
})

test('reading what has come before is no progress', async (t) => {
  const { server, open } = await serveDay(
    t,
    [
      { ...get, times: 1, endAfter: 250_000 },
      { ...get, ignores: ['range'], endAfter: 250_000 },
    ],
    { lowLevelRetries: 2 },
  )
  await assert.rejects(allBytes(open()), /cut after 250000 of 300000 bytes .*3 times in a row/)
  assert.equal(server.requests.length, 3)
})

test('a connection that fails after the last byte has nothing left to give', async (t) => {
  const endless = { contentLength: 'absent', stallAfter: size } as const
  for (const fault of [{ resetAfter: size }, { stallAfter: size }, endless]) {
    const { server, clock, open } = await serveDay(t, [{ ...get, ...fault }], { lowLevelRetries: 0 })
    assert.deepEqual(await driven(clock, allBytes(open({ size }))), content)
    assert.equal(server.requests.length, 1)
  }
})

test('a length that is too long by one byte is found out at the end, and never filled up', async (t) => {
  const { server, open } = await serveDay(t, [{ ...get, times: 1, contentLength: size + 1 }])
  await assert.rejects(allBytes(open()), {
    again: 'changed',
    message: /ends before the length that was announced/,
  })
  assert.equal(server.requests.at(-1)?.range, `bytes=${size}-`)
})

test('a body without a length goes on like any other', async (t) => {
  const { server, open } = await serveDay(t, [{ ...get, times: 3, contentLength: 'absent', endAfter: 1000 }])
  assert.deepEqual(await allBytes(open({ size })), content)
  assert.equal(server.requests.length, 4)
})
