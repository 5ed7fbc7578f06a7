import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { Duplex } from 'node:stream'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Lender, leaseBytes, leasedBucket } from '../../src/core/leased-bucket.ts'
import { createBucket } from '../../src/core/rate-bucket.ts'
import { throttleOf } from '../../src/core/throttle.ts'
import { createFakeClock } from '../../src/testing/fake-clock.ts'
import { distant } from '../helpers/distant-lender.ts'
import { flood, holdsTheRate, type Left, meter, most, total } from '../helpers/rates.ts'

const cap = 8_000_000

/** So many threads, some messages away from the one bucket, each with so many streams that always have more. */
function floodThreads({
  clock = createFakeClock(),
  rate = cap,
  threads = 4,
  streams = 2,
  latencyMs = () => 0,
}) {
  const bucket = createBucket(rate, clock)
  const left: Left[] = []
  const lenders = Array.from({ length: threads }, () => distant(bucket, clock, latencyMs))
  const flooded = lenders.map(({ lender }) => {
    const throttle = throttleOf(leasedBucket(rate, leaseBytes(rate, threads), lender))
    return Array.from({ length: streams }, () => {
      const stream = throttle.stream()
      const own = meter(stream, clock)
      stream.on('data', ({ length }: Buffer) => left.push({ atMs: clock.monotonicMs(), bytes: length }))
      return { stream: flood(stream, Buffer.alloc(64 * 1024)), own }
    })
  })
  const asked = (): number[] => lenders.flatMap((one) => one.asked)
  const held = (): number => lenders.reduce((sum, one) => sum + one.held(), 0)
  return { clock, left, flooded, asked, held }
}

for (const threads of [1, 2, 4, 16])
  test(`${threads} threads keep to one rate, use it, and share it`, async () => {
    const { clock, left, flooded } = floodThreads({ threads })
    await clock.pass(4000)
    holdsTheRate(left, cap)
    assert.ok(total(left) >= cap * 4 * 0.95, `${total(left)} bytes in 4 s`)
    for (const one of flooded) {
      const own = one.reduce((sum, stream) => sum + total(stream.own), 0)
      assert.ok(Math.abs(own - total(left) / threads) <= cap * 0.05, `${own} bytes by one`)
    }
  })

test('threads ask some 35 times a second each, and never for more than 10 ms of the rate', async () => {
  const { clock, asked } = floodThreads({ threads: 4, streams: 3 })
  await clock.pass(4000)
  assert.ok(asked().length <= 4 * 4 * 40, `${asked().length} questions`)
  for (const bytes of asked()) assert.ok(bytes <= cap * 0.01)
})

test('a thread that hears of grants some ms later uses the whole rate', async () => {
  const { clock, left } = floodThreads({ threads: 2, streams: 1, latencyMs: () => 4 })
  await clock.pass(4000)
  holdsTheRate(left, cap)
  assert.ok(total(left) >= cap * 4 * 0.95, `${total(left)} bytes in 4 s`)
})

test('threads that are too busy to hear at once keep the rate all the same', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer(), fc.constantFrom(5, 30, 120), async (seed, mostMs) => {
      let state = seed
      const latencyMs = (): number => {
        state = (Math.imul(state, 1_103_515_245) + 12_345) | 0
        return ((state >>> 8) % 1000) * (mostMs / 1000)
      }
      const { clock, left } = floodThreads({ latencyMs })
      await clock.pass(2500)
      holdsTheRate(left, cap)
      assert.ok(total(left) > 0)
    }),
    { numRuns: 30 },
  )
})

for (const rate of [1, 10, 100, 999])
  test(`four threads keep to a rate of ${rate} bytes a second, and use it`, async () => {
    const { clock, left } = floodThreads({ rate, streams: 1 })
    await clock.pass(20_000)
    assert.ok(most(left, 1000) <= Math.max(1, rate * 1.01), `${most(left, 1000)} bytes in a second`)
    assert.ok(total(left) >= rate * 20 * 0.9 - 1, `${total(left)} bytes in 20 s`)
  })

for (const rate of [1, 10, 100])
  test(`threads that hear of grants long after keep to ${rate} bytes a second, too`, async () => {
    let wait = 0
    const { clock, left } = floodThreads({ rate, streams: 1, latencyMs: () => (wait = (wait + 700) % 1900) })
    await clock.pass(30_000)
    assert.ok(most(left, 1000) <= Math.max(1, rate * 1.01), `${most(left, 1000)} bytes in a second`)
    assert.ok(total(left) > 0)
  })

test('who has used up what it was granted, and reads no more, is in nobody’s way', async () => {
  const clock = createFakeClock()
  const bucket = createBucket(1, clock)
  const open = (): Duplex =>
    throttleOf(leasedBucket(1, leaseBytes(1, 2), distant(bucket, clock, () => 0).lender)).stream()
  const [rests, reads] = [open(), open()]
  const [leftRests, leftReads] = [meter(rests, clock), meter(reads, clock)]
  rests.write(Buffer.alloc(1))
  await clock.pass(10)
  flood(reads)
  await clock.pass(5000)
  assert.equal(total(leftRests), 1)
  assert.ok(total(leftReads) >= 4, `${total(leftReads)} bytes in 5 s`)
})

test('destroyed streams give their turn to other threads, and what their thread still held', async () => {
  const { clock, left, flooded } = floodThreads({ threads: 2, latencyMs: () => 3 })
  await clock.pass(1000)
  const [gone = [], stays = []] = flooded
  const sum = (streams: typeof gone): number => streams.reduce((all, { own }) => all + total(own), 0)
  for (const { stream } of gone) stream.destroy()
  const [before, beforeStays] = [sum(gone), sum(stays)]
  await clock.pass(2000)
  assert.equal(sum(gone), before)
  assert.ok(sum(stays) - beforeStays >= cap * 2 * 0.95, `${sum(stays) - beforeStays} bytes`)
  holdsTheRate(left, cap)
})

test('when its last stream is destroyed a thread holds nothing and asks for nothing', async () => {
  const { clock, flooded, held } = floodThreads({ threads: 3, latencyMs: () => 2 })
  await clock.pass(500)
  assert.notEqual(held(), 0)
  for (const { stream } of flooded.flat()) stream.destroy()
  await clock.pass(50)
  assert.deepEqual([held(), clock.pending], [0, 0])
})

test('a stream that is destroyed while its thread waits for a grant takes the question back', async () => {
  const asked: AbortSignal[] = []
  const lender: Lender = {
    take: (_ask, signal) => {
      asked.push(signal)
      return new Promise(() => {})
    },
    settle: () => {},
  }
  const throttle = throttleOf(leasedBucket(cap, leaseBytes(cap, 1), lender))
  const [first, second] = [flood(throttle.stream()), flood(throttle.stream())]
  first.destroy()
  await once(first, 'close')
  assert.deepEqual(
    asked.map(({ aborted }) => aborted),
    [false],
  )
  second.destroy()
  await once(second, 'close')
  assert.deepEqual(
    asked.map(({ aborted }) => aborted),
    [true],
  )
})

test('without a limit nothing is asked', () => {
  const lender: Lender = {
    take: () => assert.fail('asked'),
    settle: () => assert.fail('told'),
  }
  const bucket = leasedBucket(0, leaseBytes(0, 4), lender)
  const stream: Duplex = throttleOf(bucket).stream()
  stream.end(Buffer.alloc(1_000_000))
  stream.resume()
  assert.equal(bucket.bytesPerSecond, 0)
})

test('a lender that refuses without having been asked to is an error, not a wait for ever', async () => {
  const refused = new Error('refused')
  const seen: unknown[] = []
  const lender: Lender = {
    take: () => ({
      // biome-ignore lint/suspicious/noThenProperty: a promise whose unhandled rejection the test can see
      then: (_granted: unknown, failed: (error: unknown) => void) => {
        try {
          failed(refused)
        } catch (error) {
          seen.push(error)
        }
      },
    }),
    settle: () => {},
  } as unknown as Lender
  leasedBucket(cap, leaseBytes(cap, 1), lender)
    .open()
    .ask(1, () => {})
  assert.deepEqual(seen, [refused])
})
