import { threadId } from 'node:worker_threads'
import { from } from '../../src/core/pipeline.ts'
import { recipe, type Unit } from '../../src/core/recipe.ts'
import { sink } from '../../src/core/stage.ts'
import { feed } from './collect.ts'

export interface Params {
  /** Anything: it is sent to a worker, or is what cannot be. */
  readonly sent?: unknown
}

export interface Noted extends Unit {
  readonly sent?: unknown
}

/** Two units that warn of the thread they run on. */
export const noting = recipe<Params, Noted>({
  name: 'noting',
  summary: 'Notes its thread',
  module: import.meta.url,
  params: {} as never,
  units: () => [{ id: 'a' }, { id: 'b' }],
  build: () =>
    from(
      feed(async function* (run) {
        run.warn(`thread ${threadId}`)
        yield Buffer.alloc(1)
      }),
    ).into(
      sink('nowhere', () => async (input) => {
        for await (const _ of input);
      }),
    ),
})

export const inOrder = recipe<Params, Noted>({
  ...noting,
  name: 'in-order',
  build: (...given) => {
    const { stages } = noting.build(...given)
    return {
      stages: stages.map((stage) => (stage.kind === 'sink' ? { ...stage, inOrder: true as const } : stage)),
    }
  },
})

export const listed = [noting, recipe<Params, Noted>({ ...noting, name: 'listed' })]
