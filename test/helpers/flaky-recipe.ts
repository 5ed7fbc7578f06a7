import { join } from 'node:path'
import type { Report } from '../../src/core/ledger.ts'
import { from } from '../../src/core/pipeline.ts'
import { recipe, type Unit } from '../../src/core/recipe.ts'
import { createRun, type RunOptions } from '../../src/core/run.ts'
import { type RecipeOptions, runRecipe } from '../../src/core/run-recipe.ts'
import { rawFile } from '../../src/sinks/raw-file.ts'
import type { FakeClock } from '../../src/testing/fake-clock.ts'
import { feed } from './collect.ts'

/** Errors by unit, thrown one after the other by its attempts; a function is called before the bytes of its attempt. */
export type Script = Readonly<Record<string, (Error | (() => void | Promise<void>))[]>>

interface Versioned extends Unit {
  readonly identity: { readonly version: number }
}

export interface Flaky {
  readonly root: string
  readonly units: readonly string[]
  readonly script?: Script
  /** What the units are said to be of. */
  readonly bytes?: Readonly<Record<string, number>>
  /** Asked at every listing. */
  version?(): number
}

/** Writes `name version` into a file a unit, unless the script says otherwise. */
export const flaky = recipe<Flaky, Versioned>({
  name: 'flaky',
  summary: 'Fails as it is told',
  params: {} as never,
  units: ({ units, bytes = {}, version = () => 1 }) => {
    const identity = { version: version() }
    return units.map((id) => ({ id, identity, ...(bytes[id] !== undefined && { bytes: bytes[id] }) }))
  },
  build: ({ id, identity }, { root, script = {} }) =>
    from(
      feed(async function* (run) {
        const next = script[id]?.shift()
        if (next instanceof Error) throw next
        await next?.()
        const text = Buffer.from(`${id} ${identity.version}`)
        run.count('bytesIn', text.length)
        yield text
      }),
    ).into(
      rawFile({
        path: join(root, 'flaky', id),
        slot: { root, table: 'flaky', unit: id },
        shape: { as: 'text' },
      }),
    ),
})

export const runFlaky = (
  params: Flaky,
  options: Partial<RecipeOptions> = {},
  lent: RunOptions = {},
): Promise<Report> =>
  runRecipe(flaky, params, createRun({ durability: 'none', ...lent }), { tool: 'test', ...options })

/** Moves the clock on until a promise settles, slowly enough for files to be written meanwhile. */
export async function inTime<T>(clock: FakeClock, promise: Promise<T>): Promise<T> {
  let over = false
  const settled = promise.finally(() => {
    over = true
  })
  const passing = (async () => {
    while (!over) {
      await clock.pass(50)
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
  })()
  await passing
  return settled
}
