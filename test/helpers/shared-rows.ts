import { join } from 'node:path'
import { readManifest } from '../../src/core/manifest.ts'
import { from } from '../../src/core/pipeline.ts'
import { recipe, type Unit } from '../../src/core/recipe.ts'
import { createRun } from '../../src/core/run.ts'
import { runRecipe } from '../../src/core/run-recipe.ts'
import { source } from '../../src/core/stage.ts'
import type { MergeRule, Replaced } from '../../src/lake/merge-rule.ts'
import { readParquet } from '../../src/lake/parquet-reader.ts'
import { pendingRows } from '../../src/sinks/pending-rows.ts'
import { batchOf, rowsOf } from './batches.ts'

/** A row of the tables of these tests: whose it is, its day since 1970, what was said of it, and when that was seen. */
export interface SharedRow {
  readonly ticker: string
  readonly day: number | null
  readonly value: number | null
  readonly seen: number
}

/** A unit that brings rows, and which ones they replace. */
export interface BringingUnit extends Unit {
  readonly rows: readonly SharedRow[]
  readonly replaces?: Replaced
  /** It fails in place of that. */
  readonly error?: Error
}

export const sharedRule = (options: Partial<MergeRule> = {}): MergeRule => ({
  layout: 'month',
  time: 'day',
  company: 'ticker',
  order: ['ticker', 'day'],
  ...options,
})

const kinds = { ticker: 'utf8', day: 'date', value: 'float64', seen: 'int32' } as const

interface BringOptions {
  readonly rule?: MergeRule
  readonly signal?: AbortSignal
  readonly workers?: number
  readonly replace?: boolean
  at?(unit: string): void
  /** A unit is done, and not merged yet. */
  done?(): void
}

/** Runs units into the table `t` of a lake, as recipes of REST tables do. */
export const bring = (
  root: string,
  units: readonly BringingUnit[],
  { rule = sharedRule(), signal, at, done, workers = 4, replace = false }: BringOptions = {},
) =>
  runRecipe(
    recipe<object, BringingUnit>({
      name: 'bring',
      summary: 'Brings rows.',
      params: {},
      units: () => units.map((unit) => ({ identity: { unit: unit.id }, ...unit })),
      build: ({ id, rows, replaces, error }) =>
        from(
          source('rows', async function* () {
            at?.(id)
            if (error) throw error
            yield batchOf(kinds, {
              ticker: rows.map(({ ticker }) => ticker),
              day: rows.map(({ day }) => day),
              value: rows.map(({ value }) => value),
              seen: rows.map(({ seen }) => seen),
            })
          }),
        ).into(
          pendingRows({
            slot: { root, table: 't', unit: id },
            rule,
            replaces,
            parquet: { compression: 'none' },
          }),
        ),
    }),
    {},
    createRun({ durability: 'none', ...(signal && { signal }) }),
    { tool: 'test', workers, replace, ...(done && { observer: { done } }) },
  )

/** The rows of each file that the manifest names, by its path. */
export async function sharedFiles(root: string): Promise<Record<string, SharedRow[]>> {
  const found: Record<string, SharedRow[]> = {}
  for (const { files } of (await readManifest(root)).values())
    for (const { path, bytes, rows, sha256 } of files) {
      const held: SharedRow[] = []
      const facts = { path: join(root, path), bytes, rows, sha256 }
      for await (const batch of readParquet(facts, createRun())) held.push(...(rowsOf(batch) as never[]))
      found[path] = held
    }
  return found
}
