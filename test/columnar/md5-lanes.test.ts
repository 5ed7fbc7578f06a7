import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import type { Worker } from 'node:worker_threads'
import fc from 'fast-check'
import { md5Lanes } from '../../src/columnar/md5-lanes.ts'
import { createRun } from '../../src/core/run.ts'

const md5 = (pieces: readonly Uint8Array[]): string => {
  const hash = createHash('md5')
  for (const piece of pieces) hash.update(piece)
  return hash.digest('hex')
}

/** Without a thread. */
const lanesOf = (roomBytes: number) => md5Lanes({ run: createRun({ cores: 1 }), roomBytes })

/** How many texts are open at a time, and whose turn it is: indices of those that are open. */
const order = fc.record({ atATime: fc.integer({ min: 1, max: 6 }), turns: fc.infiniteStream(fc.nat()) })
const texts = fc.array(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 8 }), { maxLength: 9 })

test('texts that come at the same time, in any pieces and any order, have the MD5 that Node tells', async () => {
  await fc.assert(
    fc.asyncProperty(
      texts,
      order,
      fc.constantFrom(128, 192, 512),
      async (all, { atATime, turns }, roomBytes) => {
        const lanes = lanesOf(roomBytes)
        const waiting = [...all]
        const open: { pieces: Uint8Array[]; left: Uint8Array[]; hash: ReturnType<typeof lanes.open> }[] = []
        while (waiting.length + open.length > 0) {
          const next = open.length < atATime ? waiting.shift() : undefined
          if (next) open.push({ pieces: next, left: [...next], hash: lanes.open() })
          const turn = (turns.next().value as number) % open.length
          const { pieces, left, hash } = open[turn] as (typeof open)[0]
          const piece = left.shift()
          if (piece) await hash.update(piece)
          else {
            assert.equal(await hash.hex(), md5(pieces))
            await hash.close()
            open.splice(turn, 1)
          }
        }
      },
    ),
    { numRuns: 500 },
  )
})

for (const bytes of [0, 1, 55, 56, 63, 64, 65, 119, 120, 127, 128, 129])
  test(`a text of ${bytes} bytes has the MD5 that Node tells, alone and beside another`, async () => {
    const text = Buffer.alloc(bytes, 'text')
    for (const others of [0, 1]) {
      const lanes = lanesOf(128)
      for (let i = 0; i < others; i++) await lanes.open().update(Buffer.alloc(100))
      const hash = lanes.open()
      await hash.update(text)
      assert.equal(await hash.hex(), md5([text]))
    }
  })

test('a text that is closed before its end leaves its place to another', async () => {
  const lanes = lanesOf(128)
  const rest = [1, 2, 3].map(() => lanes.open())
  for (let i = 0; i < 10; i++) {
    const left = lanes.open()
    await left.update(Buffer.alloc(1000, i))
    await left.close()
    await left.close()
  }
  for (const [i, hash] of rest.entries()) {
    const text = Buffer.alloc(1000, `${i}`)
    await hash.update(text)
    assert.equal(await hash.hex(), md5([text]))
  }
})

/** Threads that are opened while a test runs, and how often each has said something. */
function watchThreads(t: TestContext) {
  const threads: { readonly worker: Worker; said: number }[] = []
  const note = (worker: Worker): void => {
    const thread = { worker, said: 0 }
    threads.push(thread)
    worker.on('message', () => thread.said++)
  }
  process.on('worker', note)
  t.after(() => process.off('worker', note))
  return threads
}

const piece = (text: number, i: number): Buffer =>
  Buffer.alloc(1000 + 777 * text + 13 * (i % 100), `${text}${i}`)

/** Gives pieces to some texts in turn, until it is enough. @returns all that was given to each. */
async function feed(texts: readonly ReturnType<ReturnType<typeof lanesOf>['open']>[], enough: () => boolean) {
  const given = texts.map((): Buffer[] => [])
  for (let i = 0; !enough(); i++) {
    for (const [text, hash] of texts.entries()) {
      const one = piece(text, i)
      const told = hash.update(one)
      given[text]?.push(Buffer.from(one))
      await told
      // Until it has settled it was lent.
      one.fill(0)
    }
    if (i % 16 === 0) await turn()
  }
  return given
}

test('a thread goes on with several texts where a core is idle, and ends with the last of them', {
  timeout: 60_000,
}, async (t) => {
  const threads = watchThreads(t)
  const run = createRun({ cores: 2 })
  const lanes = md5Lanes({ run, roomBytes: 1 << 16, threadAfterBytes: 1 << 18 })
  for (const [count, atATime] of [4, 2, 3].entries()) {
    const texts = Array.from({ length: atATime }, () => lanes.open())
    const given = await feed(texts, () => (threads[count]?.said ?? 0) > 20)
    assert.equal(run.cores.busy[0], 1)
    for (const [i, hash] of texts.entries()) {
      // It has something to do when the text ends.
      const last = Buffer.alloc(200_000, i)
      await hash.update(last)
      given[i]?.push(last)
      assert.equal(await hash.hex(), md5(given[i] as Buffer[]))
      await hash.close()
    }
    assert.deepEqual([threads.length, run.cores.busy[0]], [count + 1, 0])
  }
})

test('texts that break off take the thread with them, and the next have another', {
  timeout: 60_000,
}, async (t) => {
  const threads = watchThreads(t)
  const run = createRun({ cores: 2 })
  const lanes = md5Lanes({ run, roomBytes: 1 << 16, threadAfterBytes: 0 })
  for (let count = 0; count < 5; count++) {
    const texts = [1, 2, 3, 4].map(() => lanes.open())
    await feed(texts, () => (threads[count]?.said ?? 0) > 3)
    await Promise.all(texts.map((hash) => hash.close()))
    assert.deepEqual([threads.length, run.cores.busy[0]], [count + 1, 0])
  }
})

for (const [what, lent, threadAfterBytes] of [
  ['no core is idle', { cores: 1 }, 0],
  ['little has come', { cores: 2 }, 1 << 30],
] as const)
  test(`where ${what} there is no thread`, async (t) => {
    const threads = watchThreads(t)
    const lanes = md5Lanes({ run: createRun(lent), roomBytes: 1 << 12, threadAfterBytes })
    const texts = [lanes.open(), lanes.open()]
    let rounds = 0
    const given = await feed(texts, () => rounds++ > 100)
    for (const [i, hash] of texts.entries()) assert.equal(await hash.hex(), md5(given[i] as Buffer[]))
    assert.equal(threads.length, 0)
  })

test('when the thread ends by itself, no MD5 is wrong', { timeout: 60_000 }, async (t) => {
  const threads = watchThreads(t)
  const lanes = md5Lanes({ run: createRun({ cores: 2 }), roomBytes: 1 << 16, threadAfterBytes: 0 })
  const texts = [lanes.open(), lanes.open()]
  let after = 0
  const enough = (): boolean => {
    const { worker, said } = threads[0] ?? { said: 0 }
    if (said > 5 && after++ === 0) void worker?.terminate()
    return after > 200
  }
  try {
    const given = await feed(texts, enough)
    // It had nothing to do just then.
    for (const [i, hash] of texts.entries()) assert.equal(await hash.hex(), md5(given[i] as Buffer[]))
  } catch (error) {
    assert.match((error as Error).message, /a thread ended before it was done/)
  }
  assert.ok(after > 0)
  await Promise.all(texts.map((hash) => hash.close()))
})
