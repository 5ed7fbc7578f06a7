import assert from 'node:assert/strict'
import { Transform } from 'node:stream'
import { type TestContext, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { inPieces } from '../../src/core/in-pieces.ts'
import { from, runPipeline } from '../../src/core/pipeline.ts'
import type { RunOptions } from '../../src/core/run.ts'
import { type Bytes, sink } from '../../src/core/stage.ts'
import { s3Object } from '../../src/sources/s3-object.ts'
import { type Fault, startS3Server } from '../../src/testing/s3-server.ts'
import { s3Run } from '../helpers/s3-run.ts'

const content = Buffer.alloc(
  48 << 20,
  Uint8Array.from({ length: 8191 }, (_, i) => i * 31),
)
/** What is read ahead, and a piece in each of the streams between. */
const mostBytes = 8 << 20

/** A run whose throttle counts what passes it, and a reader who does as he is told between one chunk and the next. */
async function serve(
  t: TestContext,
  faults: readonly Fault[],
  { pieceBytes = 1 << 20, ...options }: RunOptions & { readonly pieceBytes?: number } = {},
) {
  const { run, clock } = s3Run(options)
  const passed = { bytes: 0 }
  const throttle = (): Transform =>
    new Transform({
      transform(chunk: Bytes, _encoding, done) {
        passed.bytes += chunk.length
        for (const piece of inPieces(chunk, pieceBytes)) this.push(piece)
        done()
      },
    })
  Object.assign(run, { throttle })
  const server = await startS3Server({ objects: { flood: content }, faults })
  t.after(() => server.close())
  const { endpoint, bucket, requests } = server
  const read = async (between: (taken: number) => Promise<void> | undefined, readAhead?: number) => {
    let taken = 0
    const ahead = readAhead === undefined ? {} : { readAhead }
    const reader = sink<Bytes>('reader', () => async (input) => {
      for await (const chunk of input) {
        assert.ok(content.subarray(taken, taken + chunk.length).equals(chunk), `at ${taken}`)
        taken += chunk.length
        await between(taken)
      }
    })
    await runPipeline(
      from(s3Object({ endpoint, bucket, region: 'us-east-1', key: 'flood', ...ahead })).into(reader),
      run,
    )
    assert.equal(taken, content.length)
  }
  return { read, clock, passed, requests }
}

/** Until no more has passed for many turns of the event loop. */
async function standstill(passed: { readonly bytes: number }): Promise<void> {
  for (let still = 0, last = -1; still < 300; still = passed.bytes === last ? still + 1 : 0) {
    last = passed.bytes
    await turn()
  }
}

for (const [pieces, pieceBytes] of [
  ['pieces as they come', 1 << 20],
  ['small pieces, as those of a low cap are', 5000],
] as const)
  test(`while the reader pauses some is read ahead for him, up to a bound: ${pieces}`, async (t) => {
    const { read, passed, requests } = await serve(t, [], { pieceBytes })
    let ahead = 0
    await read(async (taken) => {
      if (ahead > 0) return
      await standstill(passed)
      ahead = passed.bytes - taken
    })
    assert.ok(ahead >= 4 << 20 && ahead <= mostBytes, `${ahead} bytes ahead`)
    assert.equal(requests.length, 1)
  })

test('what comes while the reader is busy comes as few pieces, each of at most 1 MiB', async (t) => {
  const { read } = await serve(t, [])
  const sizes: number[] = []
  let before = 0
  await read(async (taken) => {
    sizes.push(taken - before)
    before = taken
    await turn()
  })
  assert.ok(Math.max(...sizes) <= 1 << 20, `${Math.max(...sizes)} bytes at once`)
  // A socket gives 64 KiB at a time.
  assert.ok(sizes.length < content.length / (1 << 17), `${sizes.length} pieces`)
})

test('how much is read ahead can be said', async (t) => {
  const { read, passed } = await serve(t, [])
  let ahead = 0
  const look = async (taken: number): Promise<void> => {
    if (ahead > 0) return
    await standstill(passed)
    ahead = passed.bytes - taken
  }
  await read(look, 1 << 18)
  // Four pieces, and those in the streams between.
  assert.ok(ahead <= 1 << 20, `${ahead} bytes ahead`)
})

test('under a slow sink no more than that is ever held', async (t) => {
  const { read, passed } = await serve(t, [])
  let most = 0
  await read(async (taken) => {
    for (let i = 0; i < 3; i++) await turn()
    most = Math.max(most, passed.bytes - taken)
  })
  assert.ok(most <= mostBytes, `${most} bytes ahead`)
})

test('when the server hangs up on a reader who pauses, nothing that is kept ready comes twice, and no retry is spent', async (t) => {
  const { read, clock, passed, requests } = await serve(t, [{ op: 'get', times: 1, resetAfter: 9 << 20 }], {
    lowLevelRetries: 0,
  })
  let kept = 0
  await read(async () => {
    if (kept > 0) return
    await standstill(passed)
    kept = passed.bytes
    clock.advance(600_000)
  })
  assert.equal(requests.length, 2)
  const [, start] = /^bytes=(\d+)-$/.exec(requests[1]?.range ?? '') ?? []
  assert.ok(Number(start) >= kept, `${kept} bytes had come, and was asked for those from ${start} on`)
  assert.equal(passed.bytes, content.length)
})
