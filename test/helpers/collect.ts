import { from, runPipeline } from '../../src/core/pipeline.ts'
import { createRun, type Run } from '../../src/core/run.ts'
import { type Sink, type Source, sink, source, type Transform, transform } from '../../src/core/stage.ts'

/** Chunks at hand, or a stage that makes them. */
export type Input<T> = Source<T> | Iterable<T> | AsyncIterable<T>

// A test of one stage counts rows on one side only: a chain with a stage that may end early is not held to the sum.
const uncounted = { endsEarly: true } as const

/** A source of chunks at hand; a function is asked for them anew at each opening. */
export const feed = <T>(
  chunks: Iterable<T> | AsyncIterable<T> | ((run: Run) => AsyncIterable<T>),
): Source<T> =>
  source('feed', (run) => (typeof chunks === 'function' ? chunks(run) : passed(chunks)), uncounted)

/** A sink that keeps what it is given. */
export const keepIn = <T>(kept: T[]): Sink<T> =>
  sink('collect', () => async (input: AsyncIterable<T>) => {
    for await (const chunk of input) kept.push(chunk)
  })

/** A transform behind which rows need not add up. */
export const uncountedAfter = <T>(): Transform<T, T> => transform('as it is', () => passed<T>, uncounted)

async function* passed<T>(input: Iterable<T> | AsyncIterable<T>): AsyncGenerator<T> {
  yield* input
}

type Then<A, B> = Transform<A, B>

/** Runs a chain and answers the chunks that come out of it. Rows need not add up. */
export function collect<A>(input: Input<A>): Promise<A[]>
export function collect<A, B>(input: Input<A>, a: Then<A, B>): Promise<B[]>
export function collect<A, B, C>(input: Input<A>, a: Then<A, B>, b: Then<B, C>): Promise<C[]>
export function collect<A, B, C, D>(
  input: Input<A>,
  a: Then<A, B>,
  b: Then<B, C>,
  c: Then<C, D>,
): Promise<D[]>
export function collect(
  input: Input<unknown>,
  ...transforms: readonly Transform<unknown, unknown>[]
): Promise<unknown[]> {
  return collectIn(createRun(), input, ...transforms)
}

/** As `collect`, in a run of the caller's: for its signal, its clock, its counts. */
export async function collectIn<A, Z = A>(
  run: Run,
  input: Input<A>,
  ...transforms: readonly Transform<never, unknown>[]
): Promise<Z[]> {
  const kept: Z[] = []
  const start = isSource(input) ? from(input).through(uncountedAfter<A>()) : from(feed(input))
  let flow = start as unknown as ReturnType<typeof from<never>>
  for (const stage of transforms) flow = flow.through(stage as Transform<never, never>)
  await runPipeline(flow.into(keepIn(kept)), run)
  return kept
}

const isSource = <T>(input: Input<T>): input is Source<T> => 'kind' in input && input.kind === 'source'
