import assert from 'node:assert/strict'
import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises'
import fc from 'fast-check'
import type { Run } from '../../src/core/run.ts'
import type { Source } from '../../src/core/stage.ts'
import { feed } from './collect.ts'
import type { Cuts } from './cuts.ts'

/** One stage value with an input, ready to be run as often as a law wants. */
export interface Rig<In> {
  readonly cuts: Cuts<In>
  newRun(signal?: AbortSignal): Run
  /** Runs a chain that ends in the stage; answers what came out, in a form that can be compared. */
  run(input: Source<In>, run?: Run): Promise<unknown>
  /** Files that are there, and files held open. */
  left(): readonly string[]
}

export type Law = <In>(rig: Rig<In>) => Promise<void>

export const never = new Promise<never>(() => {})

/** A promise that settles in time, or an error; unlike a bare wait it keeps the test's process alive. */
export async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  const settled = new AbortController()
  const late = wait(ms, undefined, { signal: settled.signal }).then(() => {
    throw new Error(`not settled after ${ms} ms`)
  })
  return Promise.race([promise, late]).finally(() => settled.abort())
}

/** The very error, and soon: the engine leaves a stage behind that lets nothing go, but only after two seconds. */
export async function rejectsWith(error: Error, ending: Promise<unknown>): Promise<void> {
  const outcome = ending.then(
    () => 'success',
    (thrown: unknown) => thrown,
  )
  assert.equal(await within(1000, outcome), error)
}

const inThirds = <In>({ cuts }: Rig<In>): In[] => cuts.by(Math.ceil(cuts.length / 3))

/** How many pieces have been read when something happens: none, one, all. */
const momentsOf = (pieces: readonly unknown[]): readonly number[] => [0, 1, pieces.length]

/** What every stage with an input keeps. */
export const fedLaws: Readonly<Record<string, Law>> = {
  async 'opens twice, independently'(rig) {
    const pieces = inThirds(rig)
    const expected = await rig.run(feed(pieces))
    let earlyIsDone = (): void => {}
    const early = new Promise<void>((resolve) => {
      earlyIsDone = resolve
    })
    const late = feed(async function* (run) {
      yield* pieces.slice(0, 1)
      await run.until(early)
      yield* pieces.slice(1)
    })
    const both = await Promise.all([rig.run(late), rig.run(feed(pieces)).finally(earlyIsDone)])
    assert.deepEqual(both, [expected, expected])
  },

  async 'gives the same, however its input is cut'(rig) {
    const { cuts } = rig
    const expected = await rig.run(feed(cuts.whole))
    for (const size of [1, 2, 3, 7, 64])
      assert.deepEqual(await rig.run(feed(cuts.by(size))), expected, `in pieces of ${size}`)
    const sizes = fc.array(fc.nat(cuts.length), { maxLength: 12 })
    const same = fc.asyncProperty(sizes, async (some) => {
      assert.deepEqual(await rig.run(feed(cuts.into(some))), expected)
    })
    await fc.assert(same, { numRuns: 25 })
  },

  async 'lets an error upstream out unchanged, and leaves nothing'(rig) {
    const pieces = inThirds(rig)
    for (const after of momentsOf(pieces)) {
      const error = new Error(`upstream, after ${after} pieces`)
      const failing = feed(async function* () {
        yield* pieces.slice(0, after)
        throw error
      })
      await rejectsWith(error, rig.run(failing))
      assert.deepEqual(rig.left(), [], error.message)
    }
  },

  async 'ends at once when it is aborted while it waits, and leaves nothing'(rig) {
    const pieces = inThirds(rig)
    for (const after of momentsOf(pieces)) {
      const stop = new AbortController()
      const reason = new Error(`aborted after ${after} pieces`)
      const waiting = feed(async function* (run) {
        yield* pieces.slice(0, after)
        turn().then(() => stop.abort(reason))
        await run.until(never)
      })
      await rejectsWith(reason, rig.run(waiting, rig.newRun(stop.signal)))
      assert.deepEqual(rig.left(), [], reason.message)
    }
  },

  async 'does nothing in a run that is over'(rig) {
    const reason = new Error('over')
    await rejectsWith(reason, rig.run(feed(rig.cuts.whole), rig.newRun(AbortSignal.abort(reason))))
    assert.deepEqual(rig.left(), [])
  },
}
