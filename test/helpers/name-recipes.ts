import { join } from 'node:path'
import { DataError, MissingError } from '../../src/core/errors.ts'
import type { Report } from '../../src/core/ledger.ts'
import { from } from '../../src/core/pipeline.ts'
import { recipe } from '../../src/core/recipe.ts'
import { createRun } from '../../src/core/run.ts'
import { type RecipeOptions, runRecipe } from '../../src/core/run-recipe.ts'
import type { Bytes, Sink } from '../../src/core/stage.ts'
import { rawFile } from '../../src/sinks/raw-file.ts'
import { feed } from './collect.ts'
import { filesUnder } from './sink-laws.ts'

export interface Params {
  readonly root: string
  readonly units: readonly string[]
  readonly version?: number
  readonly shape?: string
}

/** Writes each unit's name into a file; a unit `bad...` or `gone...` fails. */
export const names = recipe<Params, { readonly id: string; readonly identity: { readonly version: number } }>(
  {
    name: 'names',
    summary: 'Writes names',
    params: {} as never,
    units: ({ units, version = 1 }) => units.map((id) => ({ id, identity: { version } })),
    build: ({ id }, { root, shape = 'plain' }) =>
      from(
        feed(async function* () {
          if (id.startsWith('bad')) throw new DataError(`${id} is bad`)
          if (id.startsWith('gone')) throw new MissingError(`${id} is gone`)
          yield Buffer.from(id)
        }),
      ).into(
        rawFile({
          path: join(root, 'names', id),
          slot: { root, table: 'names', unit: id },
          shape: { shape },
        }),
      ),
  },
)

export const sharing = (sinkOf: (id: string) => Sink<Bytes>) =>
  recipe<readonly string[], { readonly id: string }>({
    name: 'sharing',
    summary: 'Units that share one output',
    params: {} as never,
    units: (ids) => ids.map((id) => ({ id })),
    build: ({ id }) => from(feed([Buffer.from(id)])).into({ ...sinkOf(id), inOrder: true }),
  })

export const runNames = (params: Params, options: Partial<RecipeOptions> = {}): Promise<Report> =>
  runRecipe(names, params, createRun(), { tool: 'test', workers: 2, ...options })

export const data = (root: string): string[] =>
  filesUnder(root).filter((path) => !path.startsWith('_millrace'))

export const pick = ({ done, skipped, failed }: Report) => ({ done, skipped, failed: failed.length })
