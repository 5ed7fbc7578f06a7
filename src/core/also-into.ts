import { PassThrough } from 'node:stream'
import type { Run } from './run.ts'
import { type Bytes, type Sink, type Transform, transform } from './stage.ts'

/**
 * Passes bytes on, and gives the same bytes to a sink as well: `from(object).through(alsoInto(rawFile(...)))`. The slower
 * of the two sets the pace. What the sink wrote is committed with the rest of the chain, or not at all.
 */
export function alsoInto(branch: Sink<Bytes>): Transform<Bytes, Bytes> {
  return transform(`also-into ${branch.name}`, (run) => (input) => passOn(input, branch, run), {
    ...(branch.writes !== undefined && { writes: branch.writes }),
  })
}

async function* passOn(input: AsyncIterable<Bytes>, branch: Sink<Bytes>, run: Run): AsyncGenerator<Bytes> {
  const opened = branch.open(run)
  if (typeof opened !== 'function')
    throw new TypeError(`${branch.name} opens to a stream: only functions can be branches`)
  // In object mode, so that chunks are handed on and not copied together.
  const pipe = new PassThrough({ objectMode: true, highWaterMark: 1 })
  const work = opened(pipe)
  // Its error is thrown below; until then neither may count as unhandled.
  pipe.on('error', () => {})
  let failure: unknown
  let wake = (): void => {}
  const over = (error: unknown): void => {
    if (!pipe.readableEnded) failure = error
    wake()
  }
  work.then(() => over(new Error(`${branch.name} stopped before its input had ended`)), over)
  // One listener a wait. A race with `work` would leave one on it for every chunk, until the file ends.
  const room = (): Promise<void> =>
    new Promise((resolve) => {
      wake = resolve
      pipe.once('drain', resolve)
    })
  try {
    for await (const chunk of input) {
      if (failure === undefined && !pipe.write(chunk)) await run.until(room())
      if (failure !== undefined) throw failure
      yield chunk
    }
    pipe.end()
    await run.until(work)
    if (failure !== undefined) throw failure
  } finally {
    pipe.destroy(pipe.writableEnded ? undefined : new Error('the chain ended before its input did'))
    await work.catch(() => {})
  }
}
