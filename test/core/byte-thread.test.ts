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

for (const [title, entry] of [
  ['a module that is not there', new URL('./nowhere.js', import.meta.url)],
  ['an address that is none of a file', new URL('gopher://nowhere')],
] as const)
  test(`${title}: there is a warning, and a thread that never is ready`, async () => {
    const warnings: string[] = []
    const run = createRun({ cores: 2, warn: (text) => warnings.push(text) })
    const thread = openByteThread(entry, run)
    while (warnings.length === 0) await turn()
    assert.match(warnings.join(), /^no thread can be opened \(.+\): the work is done without it/)
    assert.equal(thread?.isReady, false)
    await thread?.end()
    assert.deepEqual([warnings.length, run.cores.busy[0]], [1, 0])
  })

test('a thread that is ended before it is ready says nothing', async () => {
  const run = createRun({ cores: 2, warn: (text) => assert.fail(text) })
  await withThread(run, async () => {})
  assert.equal(run.cores.busy[0], 0)
})

test('what was made before an error of the work comes out before it', async () => {
  const output: number[] = []
  await withThread(createRun({ cores: 2 }), async (thread) => {
    const reading = thread.through({ does: 'fails' } satisfies ByteWorkStart, pieces(3))
    await assert.rejects(async () => {
      for await (const bytes of reading) {
        output.push(...bytes)
        for (let turns = 0; turns < 100; turns++) await turn()
      }
    }, DataError)
  })
  assert.deepEqual(output, [1, 2, 3])
})

test('a thread whose output nobody takes makes no more of it, and takes no more input', async () => {
  let given = 0
  let closed = false
  async function* counted(): AsyncGenerator<Bytes> {
    try {
      for await (const piece of pieces(1000, 1 << 16)) {
        given++
        yield piece
      }
    } finally {
      closed = true
    }
  }
  await withThread(createRun({ cores: 2 }), async (thread) => {
    const output = thread.through({ does: 'floods' } satisfies ByteWorkStart, counted())
    for (let taken = 0; taken < 100; taken++) assert.equal((await output.next()).value?.[0], 1)
    for (let turns = 0; turns < 1000; turns++) await turn()
    // Eight slots of 256 KiB, the one that is filled, and the piece that waits.
    assert.ok(given <= 8 * 4 + 1, `${given} pieces`)
    await output.return(undefined)
    await thread.end()
    // The input is let go.
    const before = given
    for (let turns = 0; turns < 100; turns++) await turn()
    assert.deepEqual([given, closed], [before, true])
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
