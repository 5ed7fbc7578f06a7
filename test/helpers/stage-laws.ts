import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { from, runPipeline } from '../../src/core/pipeline.ts'
import { createRun, type Run, type RunOptions } from '../../src/core/run.ts'
import type { Batch } from '../../src/core/schema.ts'
import type { Bytes, Sink, Source, Stage, Transform } from '../../src/core/stage.ts'
import { feed, keepIn, uncountedAfter } from './collect.ts'
import { type Cuts, contentOf, cutsOfBatches, cutsOfBytes, memoryOf } from './cuts.ts'
import { fedLaws, type Rig, rejectsWith, within } from './fed-laws.ts'
import { keepsItsOutput, stopsForReader } from './output-laws.ts'
import { commitLaws, filesUnder, openUnder, type SinkRig } from './sink-laws.ts'

interface Common {
  /** The stage's file in its folder, where it is not named as the stage. */
  readonly file?: string
  /** What the run lends besides its signal; asked for anew for each run. */
  lend?(): RunOptions
}

interface Emitting<Out> extends Common {
  /** What came out, in a form that can be compared; without it all bytes in one, or all rows and their schema. */
  digest?(output: readonly Out[]): unknown
  /** Looks at what becomes of the good input, uncut. */
  check?(output: readonly Out[]): void
  /** How many chunks may be read for a reader who takes none; 6 when not given. */
  readonly readAhead?: number
}

/** What breaks off where the stage can know it, and what it says then. */
interface Truncated<What> {
  readonly from: What
  readonly error: assert.AssertPredicate
}

export interface TransformCase<Input, Out> extends Emitting<Out> {
  readonly input: Input
  readonly truncated?: Truncated<Input>
}

export interface SourceCase<Out> extends Emitting<Out> {
  readonly truncated?: Truncated<() => Source<Out>>
  /** A source whose other side never answers, or no longer. */
  waiting?(): Source<Out>
  /** Chunks that the other side has given so far, to all its readers together. */
  given?(): number
}

export interface SinkCase<Input> extends Common {
  readonly input: Input
  readonly truncated?: Truncated<Input>
  /** What was committed below `root`, or written to `run.stdout`, in a form that can be compared. */
  readBack(root: string, run: Run): unknown
}

/** The laws of transforms that read bytes. One call per stage, in the test of that stage. */
export const byteTransformLaws = <Out>(
  make: () => Transform<Bytes, Out>,
  options: TransformCase<Bytes, Out>,
): void => transformLaws(make, cutsOfBytes, options)

/** The laws of transforms that read batches. */
export const batchTransformLaws = <In extends Batch, Out>(
  make: () => Transform<In, Out>,
  options: TransformCase<readonly In[], Out>,
): void => transformLaws(make, cutsOfBatches, options)

function transformLaws<Input, In, Out>(
  make: () => Transform<In, Out>,
  cutsOf: (input: Input) => Cuts<In>,
  { input, truncated, ...emitting }: TransformCase<Input, Out>,
): void {
  const { name } = make()
  const { digest = contentOf, readAhead = 6, check } = emitting
  const newRun = runsOf(emitting)
  const rigOf = (cuts: Cuts<In>): Rig<In> => {
    const stage = make()
    const run: Rig<In>['run'] = async (fed, run = newRun()) => {
      const output: Out[] = []
      await runPipeline(from(fed).through(stage).into(keepIn(output)), run)
      return digest(output)
    }
    return { cuts, newRun, run, left: () => [] }
  }
  const cuts = cutsOf(input)
  lawsOfText(make(), emitting)
  lawsOfInput(
    name,
    () => rigOf(cuts),
    truncated && { ...truncated, from: () => rigOf(cutsOf(truncated.from)) },
  )
  law(`${name}: leaves its input and what it emitted as they were`, async () => {
    const inputs = first(64, cuts.flood())
    const before = inputs.map(memoryOf)
    await keepsItsOutput(from(feed(inputs)).through(make()), newRun())
    assert.deepEqual(inputs.map(memoryOf), before)
  })
  law(`${name}: stops for a reader who waits, and ends then at an abort`, async () => {
    let count = 0
    const flood = feed(async function* () {
      for (const chunk of first(1000, cuts.flood())) {
        count++
        yield chunk
        await turn()
      }
    })
    await stopsForReader(from(flood).through(make()), { newRun, readAhead, given: () => count })
  })
  if (!check) return
  law(`${name}: makes of its input what it should`, async () => {
    const output: Out[] = []
    await runPipeline(from(feed(cuts.whole)).through(make()).into(keepIn(output)), newRun())
    check(output)
  })
}

/** The laws of sources. `make` gives a source with an other side of its own, which has all the good data. */
export function sourceLaws<Out>(make: () => Source<Out>, options: SourceCase<Out>): void {
  const { digest = contentOf, check, truncated, waiting, given, readAhead = 6 } = options
  const { name } = make()
  const newRun = runsOf(options)
  const opened = (stage: Source<Out>) => from(stage).through(uncountedAfter<Out>())
  const outputOf = async (stage: Source<Out>, run = newRun()): Promise<Out[]> => {
    const output: Out[] = []
    await runPipeline(opened(stage).into(keepIn(output)), run)
    return output
  }
  lawsOfText(make(), options)
  law(`${name}: opens twice, independently`, async () => {
    const stage = make()
    const [one, other] = await Promise.all([outputOf(stage), outputOf(stage)])
    assert.deepEqual(digest(one), digest(other))
    check?.(one)
  })
  law(`${name}: leaves what it emitted as it was`, () => keepsItsOutput(opened(make()), newRun()))
  law(`${name}: stops for a reader who waits, and ends then at an abort`, () =>
    stopsForReader(opened(make()), { newRun, readAhead, given: given ?? (() => 0) }),
  )
  law(`${name}: does nothing in a run that is over`, async () => {
    const reason = new Error('over')
    await rejectsWith(reason, outputOf(make(), newRun(AbortSignal.abort(reason))))
  })
  if (waiting)
    law(`${name}: ends at once when it is aborted while it waits`, async () => {
      const stop = new AbortController()
      const reason = new Error('aborted')
      const ended = outputOf(waiting(), newRun(stop.signal))
      for (let turns = 0; turns < 20; turns++) await turn()
      stop.abort(reason)
      await rejectsWith(reason, ended)
    })
  if (truncated)
    law(`${name}: fails when its data end early`, () =>
      assert.rejects(outputOf(truncated.from()), truncated.error),
    )
}

/** The laws of sinks. `make` gives a sink that writes below `root`, an empty folder. */
export function sinkLaws(make: (root: string) => Sink<Bytes>, options: SinkCase<Bytes>): void
export function sinkLaws<In extends Batch>(
  make: (root: string) => Sink<In>,
  options: SinkCase<readonly In[]>,
): void
export function sinkLaws(
  make: (root: string) => Sink<never>,
  { input, truncated, ...options }: SinkCase<Bytes | readonly Batch[]>,
): void {
  const { name } = make(tmpdir())
  const { readBack } = options
  const newRun = runsOf(options)
  const rigOf = (given: Bytes | readonly Batch[]): SinkRig<never> => {
    // The overloads say that what is given is what the sink reads.
    const cuts = (given instanceof Uint8Array ? cutsOfBytes(given) : cutsOfBatches(given)) as Cuts<never>
    const root = mkdtempSync(join(tmpdir(), `millrace-${name}-`))
    after(() => rmSync(root, { recursive: true, force: true }))
    const stage = make(root)
    const run: Rig<never>['run'] = async (fed, run = newRun()) => {
      await runPipeline(from(fed).into(stage), run)
      return readBack(root, run)
    }
    const left = () => [...filesUnder(root), ...openUnder(root)]
    return { cuts, newRun, run, left, root, readBack: () => readBack(root, newRun()) }
  }
  const open = () => rigOf(input)
  lawsOfText(make(tmpdir()), options)
  lawsOfInput(name, open, truncated && { ...truncated, from: () => rigOf(truncated.from) })
  for (const [title, body] of Object.entries(commitLaws)) law(`${name}: ${title}`, () => body(open()))
}

function lawsOfInput<In>(name: string, open: () => Rig<In>, truncated?: Truncated<() => Rig<In>>): void {
  for (const [title, body] of Object.entries(fedLaws)) law(`${name}: ${title}`, () => body(open()))
  if (!truncated) return
  law(`${name}: fails when its input ends early, and leaves nothing`, async () => {
    const rig = truncated.from()
    await assert.rejects(rig.run(feed(rig.cuts.whole)), truncated.error)
    assert.deepEqual(rig.left(), [])
  })
}

const worldly: Readonly<Record<string, RegExp>> = {
  'the console': /\bconsole\.\w/,
  'the process': /\bprocess\.\w|'node:process'/,
  'a clock of its own': /\bDate\.now\b|\bnew Date\(\)|\bperformance\.|\bset(Timeout|Interval)\(|'node:timers/,
  chance: /\bMath\.random\b|\brandomUUID\b/,
  'state between its openings':
    /^(export )?(let|var) |^(export )?const \w+.* = (new (Weak)?(Map|Set)\b[^(]*\(\)|\[\]|\{\})/m,
}

function lawsOfText({ kind, name }: Stage, { file = name }: Common): void {
  test(`${name}: touches the world only through its run`, () => {
    const text = readFileSync(new URL(`../../../src/${kind}s/${file}.ts`, import.meta.url), 'utf8')
    for (const [what, pattern] of Object.entries(worldly)) assert.doesNotMatch(text, pattern, what)
  })
}

/** A test that fails, and does not hang, when a stage never ends. */
const law = (title: string, body: () => Promise<void>): void => void test(title, () => within(20_000, body()))

const runsOf =
  ({ lend }: Common) =>
  (signal?: AbortSignal): Run =>
    createRun({ ...lend?.(), ...(signal && { signal }) })

function first<T>(count: number, endless: Iterable<T>): T[] {
  const some: T[] = []
  for (const one of endless) if (some.push(one) === count) break
  return some
}
