import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import type { Duplex } from 'node:stream'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { systemClock } from '../../src/core/clock.ts'
import { createThrottle } from '../../src/core/throttle.ts'
import { createFakeClock } from '../../src/testing/fake-clock.ts'
import { flood, holdsTheRate, type Left, meter, most, total } from '../helpers/rates.ts'

const cap = 8_000_000

for (const startMs of [0, 640.25, 123_456.789]) {
  test(`four streams keep to one rate and use it, on a clock that begins at ${startMs} ms`, async () => {
    const clock = createFakeClock(startMs)
    const throttle = createThrottle(cap, clock)
    const streams = Array.from({ length: 4 }, () => throttle.stream())
    const each = streams.map((stream) => meter(flood(stream), clock))
    await clock.pass(4000)
    const all = each.flat().sort((a, b) => a.atMs - b.atMs)
    holdsTheRate(all, cap)
    assert.ok(total(all) >= cap * 4 * 0.95, `${total(all)} bytes in 4 s`)
    for (const one of each) assert.ok(Math.abs(total(one) - total(all) / 4) <= cap * 0.01, 'a fair share')
    for (const stream of streams) stream.destroy()
  })
}

test('after idling, and after a clock that jumped, there is no burst', async () => {
  const clock = createFakeClock(5000)
  const stream = createThrottle(cap, clock).stream()
  const left = meter(stream, clock)
  const twoSeconds = Buffer.alloc(2 * cap)
  for (const idleMs of [500, 10_000, 40, 950, 3_600_000]) {
    clock.advance(idleMs)
    stream.write(twoSeconds)
    await clock.pass(2200)
  }
  assert.equal(total(left), 10 * cap)
  holdsTheRate(left, cap)
})

test('bytes pass unchanged and in order, in pieces of at most 5 ms of the rate', async () => {
  const clock = createFakeClock()
  const stream = createThrottle(10_000, clock).stream()
  const sent = Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 7) % 251))
  const pieces: Buffer[] = []
  stream.on('data', (piece: Buffer) => pieces.push(piece))
  stream.write(sent.subarray(0, 7))
  stream.write(sent.subarray(7, 3000))
  stream.end(sent.subarray(3000))
  await clock.pass(600)
  assert.deepEqual(Buffer.concat(pieces), sent)
  for (const { length } of pieces) assert.ok(length <= 50)
})

for (const bytesPerSecond of [1, 10, 100, 999]) {
  test(`a rate of ${bytesPerSecond} bytes a second is kept and used, too`, async () => {
    const clock = createFakeClock()
    const left = meter(flood(createThrottle(bytesPerSecond, clock).stream(), Buffer.alloc(2000)), clock)
    await clock.pass(20_000)
    assert.ok(most(left, 1000) <= Math.max(1, bytesPerSecond * 1.01))
    assert.ok(total(left) >= bytesPerSecond * 20 * 0.95 - 1, `${total(left)} bytes in 20 s`)
  })
}

test('a destroyed stream gives its turn to the others, and takes nothing more', async () => {
  const clock = createFakeClock()
  const throttle = createThrottle(cap, clock)
  const [gone, stays] = [flood(throttle.stream()), flood(throttle.stream())]
  const [leftGone, leftStays] = [meter(gone, clock), meter(stays, clock)]
  await clock.pass(1000)
  gone.destroy()
  const [before, beforeStays] = [total(leftGone), total(leftStays)]
  await clock.pass(2000)
  assert.equal(total(leftGone), before)
  assert.ok(total(leftStays) - beforeStays >= cap * 2 * 0.95)
  stays.destroy()
})

test('when its last stream is destroyed, a throttle waits for nothing', async () => {
  const clock = createFakeClock()
  const throttle = createThrottle(cap, clock)
  const streams = [flood(throttle.stream()), flood(throttle.stream())]
  assert.equal(clock.pending, 1)
  for (const stream of streams) {
    stream.destroy()
    await once(stream, 'close')
  }
  assert.equal(clock.pending, 0)
})

test('a throttle does not hold the process once its streams are gone', () => {
  const script = `
    const { createThrottle } = await import(${JSON.stringify(new URL('../../src/core/throttle.js', import.meta.url))})
    const { systemClock } = await import(${JSON.stringify(new URL('../../src/core/clock.js', import.meta.url))})
    const stream = createThrottle(1, systemClock).stream()
    stream.resume().write(Buffer.alloc(1000))
    setImmediate(() => stream.destroy())`
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    timeout: 10_000,
    encoding: 'utf8',
  })
  assert.deepEqual([status, stderr], [0, ''])
})

test('a rate of zero is no limit', async () => {
  const clock = createFakeClock()
  const throttle = createThrottle(0, clock)
  const stream = throttle.stream()
  const left = meter(stream, clock)
  stream.end(Buffer.alloc(50_000_000))
  await once(stream, 'end')
  assert.deepEqual([total(left), clock.pending, throttle.rate.bytesPerSecond], [50_000_000, 0, 0])
})

test('a reader who is slow is not given more than the stream may hold', async () => {
  const clock = createFakeClock()
  const stream = createThrottle(cap, clock).stream()
  const chunk = Buffer.alloc(64 * 1024)
  let written = 0
  while (written < 100 && stream.write(chunk)) written++
  await clock.pass(5000)
  assert.ok(stream.readableLength <= 2 * chunk.length, `${stream.readableLength} bytes are held`)
  stream.destroy()
})

test('in real time, from the first second on and after a pause, four streams keep to the rate', async () => {
  const throttle = createThrottle(cap, systemClock)
  const left: Left[] = []
  const open = (): Duplex[] =>
    Array.from({ length: 4 }, () => {
      const stream = throttle.stream()
      meter(stream, systemClock, left)
      return flood(stream)
    })
  await wait(60)
  const first = open()
  await wait(1200)
  for (const stream of first) stream.destroy()
  const used = total(left)
  await wait(150)
  const second = open()
  await wait(1100)
  for (const stream of second) stream.destroy()
  holdsTheRate(left, cap)
  // How much is used is asked of the fake clock: here a busy machine may take its time.
  assert.ok(used > cap / 2 && total(left) - used > cap / 2, `${used} and ${total(left) - used} bytes`)
})
