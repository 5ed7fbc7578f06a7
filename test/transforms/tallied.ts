import { DataError, exitCodes, reasonOf } from '../../src/core/errors.ts'
import { createRun } from '../../src/core/run.ts'
import type { Bytes, Transform } from '../../src/core/stage.ts'
import { openUnitRun, type Tally } from '../../src/core/unit-run.ts'

/** What came out of a stage, and what was counted, rejected and warned of on the way. */
export interface Tallied<Out> extends Tally {
  readonly output: readonly Out[]
}

/** Runs a stage by itself, without an engine to which rejected rows are a failure. */
export async function tallied<In, Out>(
  input: Iterable<In>,
  stage: Transform<In, Out>,
): Promise<Tallied<Out>> {
  const { run, tally, close } = openUnitRun(createRun())
  const opened = stage.open(run)
  if (typeof opened !== 'function') throw new TypeError(`${stage.name} is no function`)
  const output: Out[] = []
  for await (const chunk of opened(each(input))) output.push(chunk)
  close()
  return { ...tally, output }
}

async function* each<T>(chunks: Iterable<T>): AsyncGenerator<T> {
  yield* chunks
}

/** For `assert.rejects`: an error of the data, exit 6, whose message matches. */
export const dataError =
  (message: RegExp) =>
  (error: unknown): boolean =>
    error instanceof DataError && exitCodes[reasonOf(error)] === 6 && message.test(error.message)

/** Bytes in one piece, and cut in two at every place. */
export function* everyCut(bytes: Bytes): Generator<Bytes[]> {
  for (let at = 0; at <= bytes.length; at++) yield [bytes.subarray(0, at), bytes.subarray(at)]
}

/** Bytes in one piece, and in pieces of one, two and three. */
export const someCuts = (bytes: Bytes): Bytes[][] =>
  [bytes.length + 1, 1, 2, 3].map((size) =>
    Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
      bytes.subarray(i * size, (i + 1) * size),
    ),
  )

export const byteByByte = (bytes: Bytes): Bytes[] => Array.from(bytes, (_, at) => bytes.subarray(at, at + 1))
