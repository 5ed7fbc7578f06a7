import { finished, type Readable, type Writable } from 'node:stream'
import { MillraceError } from './errors.ts'
import type { Run } from './run.ts'
import type { Sink, Stage, Transform } from './stage.ts'
import type { UnitRun } from './unit-run.ts'

/** A stage opened for one run, watched for what `stream.pipeline` leaves undone. */
export interface Opened {
  readonly stage: Stage
  /** What `stream.pipeline` is given. */
  readonly stream: unknown
  /** The stage has seen the end of its input (a source: has told its own). */
  exhausted: boolean
  /** Settles, never with an error, when the stage holds nothing any more. */
  closed: Promise<void>
}

type AnyInput = AsyncIterable<never>

/** Opens a stage so that its first error carries its name and ends the whole unit. */
export function openStage(stage: Stage, unit: UnitRun): Opened {
  const opened: Opened = { stage, stream: undefined, exhausted: false, closed: Promise.resolve() }
  return Object.assign(opened, { stream: streamOf(opened, unit) })
}

function streamOf(opened: Opened, unit: UnitRun): unknown {
  const { stage } = opened
  try {
    const inner = stage.open(unit.run)
    if (typeof inner === 'function') return wrapped(stage, inner, opened, unit)
    return 'once' in inner ? nodeStream(inner, opened, unit) : watch(inner, opened, unit, true)
  } catch (error) {
    throw signed(error, stage)
  }
}

type StageFunction = Exclude<ReturnType<(Transform<never, unknown> | Sink<never>)['open']>, { once: unknown }>

function wrapped(stage: Stage, inner: StageFunction, opened: Opened, unit: UnitRun): unknown {
  if (stage.kind !== 'sink')
    return (input: AnyInput) =>
      watch(inner(guard(input, opened, unit)) as AsyncIterable<unknown>, opened, unit, false)
  return (input: AnyInput) => {
    const work = (inner(guard(input, opened, unit)) as Promise<void>).catch((error: unknown) => {
      unit.fail(signed(error, stage))
      throw error
    })
    opened.closed = work.catch(() => {})
    return work
  }
}

function nodeStream(stream: Readable | Writable, opened: Opened, unit: UnitRun): Readable | Writable {
  stream.once('error', (error) => unit.fail(signed(error, opened.stage)))
  stream.once(opened.stage.kind === 'sink' ? 'finish' : 'end', () => {
    opened.exhausted = true
  })
  opened.closed = new Promise((resolve) => {
    finished(stream, () => resolve())
  })
  return stream
}

/** Passes on what a stage emits; its error ends the unit, its end is noted. */
async function* watch(
  output: AsyncIterable<unknown>,
  opened: Opened,
  unit: UnitRun,
  isSource: boolean,
): AsyncGenerator<unknown> {
  let release: () => void = () => {}
  opened.closed = new Promise((resolve) => {
    release = resolve
  })
  try {
    yield* output
    if (isSource) opened.exhausted = true
  } catch (error) {
    unit.fail(signed(error, opened.stage))
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

function signed(error: unknown, { name }: Stage): unknown {
  if (error instanceof MillraceError) error.stage ??= name
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

/** Ends what is still open and waits for it; a stage that lets nothing go is left behind after two seconds. */
export async function untilClosed(chain: readonly Opened[], { clock }: Run): Promise<void> {
  for (const { stream } of chain) (stream as Partial<Readable>).destroy?.()
  let cancel = (): void => {}
  const patience = new Promise<void>((resolve) => {
    cancel = clock.after(2000, resolve)
  })
  await Promise.race([patience, Promise.all(chain.map(({ closed }) => closed))])
  cancel()
}
