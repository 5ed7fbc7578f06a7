import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Output } from '../../src/core/output.ts'
import { from } from '../../src/core/pipeline.ts'
import { recipe } from '../../src/core/recipe.ts'
import type { Run } from '../../src/core/run.ts'
import { type Bytes, sink } from '../../src/core/stage.ts'
import { feed } from './collect.ts'

type Deed = (run: Run, folder: string) => void | Promise<void>

const deeds: Readonly<Record<string, Deed>> = {
  counts(run) {
    for (let i = 0; i < 3; i++) run.count('rowsIn', 1)
    run.count('filtered', 3)
  },
  /** What it hands over holds a function, which no port carries. */
  untold(run, folder) {
    const [temp, path] = [join(folder, 'temp'), join(folder, 'path')]
    writeFileSync(temp, '')
    const output: Output & { more(): void } = { temp, path, files: [{ path, bytes: 0 }], more() {} }
    run.wrote(output)
  },
  waits: (run) => run.until(new Promise(() => {})),
}

/** Greets, and does what the name of the unit says. */
export const odd = recipe<{ readonly greeting: string; readonly folder: string }, { readonly id: string }>({
  name: 'odd',
  summary: 'Does odd things',
  module: import.meta.url,
  params: {} as never,
  units: () => [],
  build({ id }, { greeting, folder }, place) {
    if (id === 'unbuilt') throw new Error('no such unit')
    return from(
      feed(async function* (run) {
        run.warn(`${greeting} ${JSON.stringify(place)}`)
        await deeds[id]?.(run, folder)
        yield Buffer.alloc(1)
      }),
    ).into(
      sink<Bytes>('nowhere', () => async (input) => {
        for await (const _ of input);
      }),
    )
  },
})
