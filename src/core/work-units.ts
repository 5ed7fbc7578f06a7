import { openCalls } from './calls.ts'
import { decodeError, encodeError } from './error-codec.ts'
import type { Start, Task, ToMain, ToWorker } from './messages.ts'
import { runPipeline } from './pipeline.ts'
import { openTaskRun, portRun } from './port-run.ts'
import type { AnyRecipe } from './recipe.ts'
import { exportedRecipe } from './recipe-module.ts'

/** The port to the main thread. */
export interface Port {
  on(event: 'message', told: (message: ToWorker) => void): unknown
  postMessage(message: ToMain): void
  /** Whether the thread goes on living because of the port alone. */
  ref(): void
  unref(): void
  close(): void
}

/**
 * The life of a worker thread: it builds and runs one unit after the other until the main thread ends it. While it has
 * one in hand and asks for nothing, its port does not keep it alive: chains that wait for something that cannot come any
 * more end it, and the main thread sees that.
 */
export function workUnits(port: Port, start: Start): void {
  const stop = new AbortController()
  let working = false
  const post = (message: ToMain): void => port.postMessage(message)
  const hold = (): void => (working && calls.waiting === 0 ? port.unref() : port.ref())
  const calls = openCalls(post, hold)
  const { run, hold: holdBack } = portRun(start, stop.signal, calls)
  let recipe: Promise<AnyRecipe> | undefined

  const work = async (turn: number, { unit, place }: Task): Promise<void> => {
    const task = openTaskRun(run, turn, post)
    try {
      recipe ??= load(start)
      const pipeline = (await recipe).build(unit, start.params as never, place)
      working = true
      hold()
      const tally = await runPipeline(pipeline, task.run)
      task.flush()
      post({ kind: 'done', tally })
    } catch (error) {
      task.flush()
      post({ kind: 'failed', error: encodeError(error) })
    } finally {
      working = false
      hold()
    }
  }

  port.on('message', (message) => {
    if (message.kind === 'task') void work(message.turn, message.task)
    else if (message.kind === 'stop') stop.abort(decodeError(message.reason))
    else if (message.kind === 'hold') holdBack(message.ms)
    else if (message.kind === 'end') port.close()
    else calls.answered(message)
  })
}

async function load({ module, recipe }: Start): Promise<AnyRecipe> {
  const found = await exportedRecipe(module, recipe)
  if (found) return found
  throw new Error(`${module} exports no recipe ${recipe}`)
}
