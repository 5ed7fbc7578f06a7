import assert from 'node:assert/strict'
import { Readable, Writable } from 'node:stream'
import { test } from 'node:test'
import { from, runPipeline } from '../../src/core/pipeline.ts'
import { createRun, type Run } from '../../src/core/run.ts'
import { type Bytes, type Sink, type Source, sink, source, transform } from '../../src/core/stage.ts'
import { createFakeClock } from '../../src/testing/fake-clock.ts'
import { never, rejectsWith, within } from '../helpers/fed-laws.ts'

const piece = new Uint8Array([1, 2, 3])
const onePiece = source<Bytes>('one piece', async function* () {
  yield piece
})
const asTheyAre = transform<Bytes, Bytes>('as they are', () => (input) => input)
const drain = sink<Bytes>('drain', () => async (input) => {
  for await (const _ of input);
})
const drainStream = sink<Bytes>('drain stream', () => new Writable({ write: (_c, _e, done) => done() }))

type Wait = (run: Run) => Promise<unknown>

const stuckSource = (wait: Wait): Source<Bytes> =>
  source('stuck', async function* (run) {
    yield piece
    await wait(run)
  })
const stuckTransform = (wait: Wait) =>
  transform<Bytes, Bytes>(
    'stuck',
    (run) =>
      async function* (input) {
        for await (const chunk of input) {
          yield chunk
          await wait(run)
        }
      },
  )
const stuckSink = (wait: Wait): Sink<Bytes> =>
  sink('stuck', (run) => async (input) => {
    for await (const _ of input) await wait(run)
  })

const places = {
  'a source before a function': (wait: Wait) => from(stuckSource(wait)).into(drain),
  'a source before a Node stream': (wait: Wait) => from(stuckSource(wait)).into(drainStream),
  'a transform before a function': (wait: Wait) => from(onePiece).through(stuckTransform(wait)).into(drain),
  'a transform before a Node stream': (wait: Wait) =>
    from(onePiece).through(stuckTransform(wait)).into(drainStream),
  'a sink': (wait: Wait) => from(onePiece).through(asTheyAre).into(stuckSink(wait)),
} as const

for (const [where, chainOf] of Object.entries(places)) {
  test(`${where} that waits through its run ends at an abort`, async () => {
    const stop = new AbortController()
    const reason = new Error('aborted')
    const waits: Wait = ({ until }) => {
      setImmediate(() => stop.abort(reason))
      return until(never)
    }
    await rejectsWith(reason, runPipeline(chainOf(waits), createRun({ signal: stop.signal })))
  })

  test(`${where} that waits past its run is left behind after two seconds`, async () => {
    const clock = createFakeClock()
    const stop = new AbortController()
    const reason = new Error('aborted')
    const waits: Wait = () => {
      setImmediate(() => stop.abort(reason))
      return never
    }
    const ended = runPipeline(chainOf(waits), createRun({ signal: stop.signal, clock }))
    let over = false
    ended.catch(() => {
      over = true
    })
    await clock.pass(0)
    await clock.pass(1999)
    await clock.pass(0)
    assert.equal(over, false)
    await clock.pass(1)
    await rejectsWith(reason, ended)
    assert.equal(clock.pending, 0)
  })
}

/** Stages that have something to let go, which takes as long as a test wants. */
const holders: Readonly<Record<string, (released: () => Promise<void>) => Source<Bytes>>> = {
  'a generator': (released) =>
    source('holder', async function* () {
      try {
        for (;;) yield piece
      } finally {
        await released()
      }
    }),
  'a Node stream': (released) =>
    source(
      'holder',
      () =>
        new Readable({
          read() {
            this.push(piece)
          },
          destroy: (error, done) => void released().then(() => done(error)),
        }),
    ),
}

for (const [what, holderOf] of Object.entries(holders)) {
  test(`a failed pipeline is over only when ${what} has let go`, async () => {
    const error = new Error('downstream')
    const failing = sink<Bytes>('failing', () => async (input) => {
      for await (const _ of input) throw error
    })
    let over = false
    let overWhenReleased = true
    const holder = holderOf(async () => {
      await new Promise((resolve) => setImmediate(resolve))
      await new Promise((resolve) => setImmediate(resolve))
      overWhenReleased = over
    })
    const ended = runPipeline(from(holder).into(failing), createRun({ clock: createFakeClock() }))
    await rejectsWith(
      error,
      ended.finally(() => {
        over = true
      }),
    )
    assert.equal(overWhenReleased, false)
  })
}

test('the timer of a failed pipeline does not outlive it', async () => {
  const clock = createFakeClock()
  const error = new Error('now')
  const failing = source<Bytes>('failing', () => {
    throw error
  })
  await rejectsWith(error, runPipeline(from(failing).into(drain), createRun({ clock })))
  assert.equal(clock.pending, 0)
})

test('an error that is no error still ends the pipeline with one', async () => {
  const odd = sink<Bytes>('odd', () => () => Promise.reject(undefined))
  await assert.rejects(within(1000, runPipeline(from(onePiece).into(odd), createRun())), Error)
})
