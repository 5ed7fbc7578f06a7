import { type Duplex, finished, type Readable, type Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { isMillraceError } from './errors.ts'
import type { Run } from './run.ts'
import type { Sink, Stage, Transform } from './stage.ts'
import type { UnitRun } from './unit-run.ts'

/** A stage opened for one run, watched for what `stream.pipeline` leaves undone. */
export interface Opened {
  readonly stage: Stage
  /** What `stream.pipeline` is given: functions and iterables, and a Node stream only at the end. */
  readonly stream: unknown
  /** What the stage opened to, where that is a Node stream. */
  node: Readable | Writable | undefined
  /** The stage has seen the end of its input (a source: has told its own). */
  exhausted: boolean
  /** Settles, never with an error, when the stage holds nothing any more. */
  closed: Promise<unknown>
}

type AnyInput = AsyncIterable<never>

/** Opens a stage so that its first error carries its name and ends the whole unit. */
export function openStage(stage: Stage, unit: UnitRun): Opened {
  const opened: Opened = {
    stage,
    stream: undefined,
    node: undefined,
    exhausted: false,
    closed: Promise.resolve(),
  }
  return Object.assign(opened, { stream: streamOf(opened, unit) })
}

function streamOf(opened: Opened, unit: UnitRun): unknown {
  const { stage } = opened
  try {
    const inner = stage.open(unit.run)
    if (typeof inner === 'function') return wrapped(stage, inner, opened, unit)
    if (!('once' in inner)) return watch(inner, opened, unit)
    noteNode(inner, opened, unit)
    if (stage.kind === 'sink') return inner
    if (stage.kind === 'source') return watch(inner as Readable, opened, unit)
    return (input: AnyInput) => watch(throughNode(inner as Duplex, guard(input, opened, unit)), opened, unit)
  } catch (error) {
    throw signed(error, stage, unit)
  }
}

type StageFunction = Exclude<ReturnType<(Transform<never, unknown> | Sink<never>)['open']>, { once: unknown }>

function wrapped(stage: Stage, inner: StageFunction, opened: Opened, unit: UnitRun): unknown {
  if (stage.kind !== 'sink')
    return (input: AnyInput) =>
      watch(inner(guard(input, opened, unit)) as AsyncIterable<unknown>, opened, unit)
  return (input: AnyInput) => {
    const work = (inner(guard(input, opened, unit)) as Promise<void>).catch((error: unknown) => {
      unit.fail(signed(error, stage, unit))
      throw error
    })
    opened.closed = work.catch(() => {})
    return work
  }
}

function noteNode(node: Readable | Writable, opened: Opened, unit: UnitRun): void {
  opened.node = node
  node.once('error', (error) => {
    // A reader who leaves early destroys what it read with an AbortError; one of the stage's own comes out of `watch`.
    if (error.name !== 'AbortError' || opened.stage.kind === 'sink')
      unit.fail(signed(error, opened.stage, unit))
  })
  node.once('finish', () => {
    if (opened.stage.kind === 'sink') opened.exhausted = true
  })
  opened.closed = new Promise<void>((resolve) => {
    finished(node, () => resolve())
  })
}

/**
 * What comes out of a Node stream that is fed with `input`. To `stream.pipeline` a Node stream between two others whose
 * reader leaves early is a failure; in here it is only over.
 */
async function* throughNode(node: Duplex, input: AnyInput): AsyncGenerator<unknown> {
  // Its errors come out of the stream that it feeds.
  pipeline(input, node).catch(() => {})
  try {
    yield* node
  } finally {
    node.destroy()
  }
}

/** Passes on what a stage emits; its error ends the unit, its end is noted. */
async function* watch(
  output: AsyncIterable<unknown>,
  opened: Opened,
  unit: UnitRun,
): AsyncGenerator<unknown> {
  let release: () => void = () => {}
  const over = new Promise<void>((resolve) => {
    release = resolve
  })
  opened.closed = Promise.all([opened.closed, over])
  try {
    yield* output
    if (opened.stage.kind === 'source') opened.exhausted = true
  } catch (error) {
    unit.fail(signed(error, opened.stage, unit))
    throw error
  } finally {
    release()
  }
}

/** What a stage reads: ends with the unit's failure even while the stage before it is stuck, and notes the end. */
async function* guard(input: AnyInput, opened: Opened, unit: UnitRun): AsyncGenerator<never> {
  const iterator = input[Symbol.asyncIterator]()
  try {
    for (;;) {
      const next = await unit.run.until(iterator.next())
      if (next.done) break
      yield next.value
    }
    opened.exhausted = true
  } finally {
    // Not awaited: a stage that is stuck would hold up the one that has just been told to end.
    if (!opened.exhausted) iterator.return?.()?.catch(() => {})
  }
}

/** Names the stage that failed; errors after the first, and the reason of an abort, are no stage's own. */
function signed(error: unknown, { name }: Stage, { failure }: UnitRun): unknown {
  if (failure === undefined && isMillraceError(error)) error.stage ??= name
  return error
}

/** The last stage that returned before its input ended, though it never said that it may. */
export function unfinishedStage(chain: readonly Opened[]): string | undefined {
  for (const { stage, exhausted } of chain.toReversed()) {
    if (stage.endsEarly) return undefined
    if (!exhausted) return stage.name
  }
  return undefined
}

/** Ends the Node streams that a failure has left open. */
export function destroyAll(chain: readonly Opened[]): void {
  for (const { node } of chain) node?.destroy()
}

/** Waits until all stages have let go; one that lets nothing go is left behind after two seconds. */
export async function untilClosed(chain: readonly Opened[], { clock }: Run): Promise<void> {
  let cancel = (): void => {}
  const patience = new Promise<void>((resolve) => {
    cancel = clock.after(2000, resolve)
  })
  await Promise.race([patience, Promise.all(chain.map(({ closed }) => closed))])
  cancel()
}
