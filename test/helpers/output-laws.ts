import assert from 'node:assert/strict'
import { setTimeout as wait } from 'node:timers/promises'
import { type Flow, runPipeline } from '../../src/core/pipeline.ts'
import type { Run } from '../../src/core/run.ts'
import { sink } from '../../src/core/stage.ts'
import { memoryOf } from './cuts.ts'
import { never, rejectsWith } from './fed-laws.ts'

/** Fails when memory behind a chunk changes after the chunk was handed on. */
export async function keepsItsOutput<Out>(flow: Flow<Out>, run: Run): Promise<void> {
  const kept: { readonly chunk: Out; readonly memory: Uint8Array[] }[] = []
  const keeper = sink('keeper', () => async (input: AsyncIterable<Out>) => {
    for await (const chunk of input) kept.push({ chunk, memory: memoryOf(chunk) })
  })
  await runPipeline(flow.into(keeper), run)
  assert.ok(kept.length > 0, 'nothing was emitted')
  kept.forEach(({ chunk, memory }, i) => {
    assert.deepEqual(memoryOf(chunk), memory, `chunk ${i} of ${kept.length} changed`)
  })
}

export interface Reading {
  newRun(signal: AbortSignal): Run
  /** Chunks that the other side has given so far; only its growth counts. */
  given(): number
  /** How many it may give to a reader who takes none. */
  readonly readAhead: number
}

/** Fails when a reader who takes nothing, or one chunk and no more, does not stop what feeds it, or an abort not both. */
export async function stopsForReader<Out>(
  flow: Flow<Out>,
  { newRun, given, readAhead }: Reading,
): Promise<void> {
  const stop = new AbortController()
  let start = (): void => {}
  const started = new Promise<void>((resolve) => {
    start = resolve
  })
  let take = (): void => {}
  const taken = new Promise<void>((resolve) => {
    take = resolve
  })
  const reader = sink('slow reader', (run) => async (input: AsyncIterable<Out>) => {
    await run.until(started)
    for await (const _ of input) {
      take()
      await run.until(never)
    }
  })
  const reason = new Error('the reader has waited long enough')
  const before = given()
  const ended = runPipeline(flow.into(reader), newRun(stop.signal))
  const staysBelow = async (limit: number, when: string): Promise<void> => {
    await quiet(given)
    assert.ok(given() <= limit, `${given() - limit} chunks too many were read ${when}`)
  }
  try {
    await staysBelow(before + readAhead, 'before the reader took one')
    start()
    await Promise.race([taken, ended])
    await staysBelow(given() + readAhead, 'when the reader had taken one')
  } finally {
    stop.abort(reason)
    await rejectsWith(reason, ended)
  }
}

/** Until nothing has come for 20 ms. */
async function quiet(given: () => number): Promise<void> {
  for (let seen = -1; seen !== given(); ) {
    seen = given()
    await wait(20)
  }
}
