import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { type ByteThread, openByteThread } from '../../src/core/byte-thread.ts'
import { DataError } from '../../src/core/errors.ts'
import { createRun, type Run } from '../../src/core/run.ts'
import type { Bytes } from '../../src/core/stage.ts'
import { type ByteWorkStart, workEntry } from '../helpers/byte-work.ts'

/** Uses a thread, and ends it. */
async function withThread<T>(run: Run, use: (thread: ByteThread) => Promise<T>): Promise<T> {
  const thread = openByteThread(workEntry, run)
  assert.ok(thread, 'there is an idle core')
  try {
    return await use(thread)
  } finally {
    await thread.end()
  }
}

const through = (
  does: ByteWorkStart['does'],
  input: AsyncIterable<Bytes>,
  run = createRun({ cores: 2 }),
): Promise<Buffer> =>
  withThread(run, async (thread) => {
    const output: Bytes[] = []
    for await (const bytes of thread.through({ does } satisfies ByteWorkStart, input)) output.push(bytes)
    return Buffer.concat(output)
  })

async function* pieces(count: number, bytes = 5): AsyncGenerator<Bytes> {
  for (let piece = 0; piece < count; piece++) yield new Uint8Array(bytes).fill(piece % 251)
}

for (const [title, count, bytes] of [
  ['no bytes', 0, 0],
  ['empty pieces', 4, 0],
  ['small pieces', 5000, 7],
  ['pieces larger than all that may wait', 2, 5_000_001],
] as const)
  test(`what a thread makes of ${title} is all there, in order`, async () => {
    const expected: Bytes[] = []
    for await (const piece of pieces(count, bytes)) expected.push(piece.map((byte) => 255 - byte))
    assert.ok((await through('inverts', pieces(count, bytes))).equals(Buffer.concat(expected)))
  })

test('small pieces are put together while the thread is busy', async () => {
  const [fed = 0] = await through('counts', pieces(10_000))
  assert.ok(fed > 0 && fed < 200, `${fed} pieces`)
})

test('an error of the work comes out as it was thrown', async () => {
  await assert.rejects(through('fails', pieces(3)), (error: unknown) => {
    assert.ok(error instanceof DataError)
    assert.deepEqual([error.message, error.hint], ['piece 1 is bad', 'take another'])
    return true
  })
})

test('an error of the input comes out as it was thrown, be the thread ever so busy', async () => {
  const bad = new Error('upstream')
  async function* failing(): AsyncGenerator<Bytes> {
    yield* pieces(1)
    throw bad
  }
  for (const does of ['inverts', 'floods'] as const)
    await assert.rejects(through(does, failing()), (error) => error === bad)
})

for (const [does, message] of [
  ['throws', /it cannot begin/],
  ['exits', /ended before it was done/],
] as const)
  test(`a thread that ${does} is an error`, async () => {
    await assert.rejects(through(does, pieces(3)), message)
  })

test('a module that cannot be loaded is an error, which keeps nobody waiting', async () => {
  const run = createRun({ cores: 2 })
  const thread = openByteThread(new URL('./nowhere.js', import.meta.url), run)
  assert.ok(thread)
  while (!thread.isReady) await turn()
  const read = thread.through({}, pieces(1))
  await assert.rejects(read.next(), /nowhere/)
  await thread.end()
})

test('a thread whose output nobody takes makes no more of it, and takes no more input', async () => {
  let given = 0
  async function* counted(): AsyncGenerator<Bytes> {
    for await (const piece of pieces(1000, 1 << 16)) {
      given++
      yield piece
    }
  }
  await withThread(createRun({ cores: 2 }), async (thread) => {
    const output = thread.through({ does: 'floods' } satisfies ByteWorkStart, counted())
    for (let taken = 0; taken < 100; taken++) assert.equal((await output.next()).value?.[0], 1)
    for (let turns = 0; turns < 1000; turns++) await turn()
    // Eight slots of 256 KiB, the one that is filled, and the piece that waits.
    assert.ok(given <= 8 * 4 + 1, `${given} pieces`)
    await output.return(undefined)
  })
})

test('an abort ends the wait for a thread', async () => {
  const abort = new AbortController()
  const run = createRun({ cores: 2, signal: abort.signal })
  const never = { [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => {}) }) }
  const reading = through('inverts', never, run)
  abort.abort(new Error('enough'))
  await assert.rejects(reading, /enough/)
})

test('a thread is opened only for an idle core, and leaves it when it has ended', async () => {
  const run = createRun({ cores: 2 })
  await withThread(run, async () => {
    // The caller has the other one.
    assert.equal(openByteThread(workEntry, createRun({ cores: 1 })), undefined)
    run.cores.use()
    assert.equal(openByteThread(workEntry, run), undefined)
  })
  assert.equal(run.cores.busy[0], 1)
  await withThread(run, async () => {})
})
