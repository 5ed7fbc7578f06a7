import { UsageError } from './errors.ts'
import { isDone, type Manifest, readManifest, same, slotKey } from './manifest.ts'
import type { Pipeline } from './pipeline.ts'
import type { Recipe, Unit } from './recipe.ts'
import type { Run } from './run.ts'
import type { Shape, Sink, Slot } from './stage.ts'

/** A unit, its chain, and what the manifest knows of it. */
export interface Planned<U extends Unit = Unit> {
  readonly unit: U
  readonly pipeline: Pipeline
  readonly slot: Slot | undefined
  readonly shape: Shape
  /** Identity and shape are those of the last time, and the files are there. */
  readonly done: boolean
  readonly inOrder: boolean
}

export interface PlanOptions {
  /** At most so many units that are still to be done. */
  readonly limit?: number | undefined
  /** Another shape than the table's folder holds may take its place, if every slot of it is converted anew. */
  readonly replace?: boolean | undefined
}

/**
 * Lists what a recipe has to do, and what of it is done already.
 *
 * @throws {UsageError} when a table's folder holds another shape than this run would write.
 */
export async function planUnits<P, U extends Unit>(
  recipe: Recipe<P, U>,
  params: P,
  run: Run,
  { limit = Number.POSITIVE_INFINITY, replace = false }: PlanOptions = {},
): Promise<readonly Planned<U>[]> {
  const manifests = new Map<string, Manifest>()
  const manifestOf = async ({ root }: Slot): Promise<Manifest> => {
    const manifest = manifests.get(root) ?? (await readManifest(root))
    manifests.set(root, manifest)
    return manifest
  }
  const planned: Planned<U>[] = []
  let left = limit
  for await (const unit of abortable(recipe.units(params, run), run)) {
    const pipeline = recipe.build(unit, params)
    const { slot, inOrder = false } = pipeline.stages.at(-1) as Sink<never>
    const shape: Shape = Object.assign({}, ...pipeline.stages.map((stage) => stage.shape))
    const done = slot ? await isDone(slot, await manifestOf(slot), { identity: unit.identity, shape }) : false
    if (done || left-- > 0) planned.push({ unit, pipeline, slot, shape, done, inOrder })
  }
  for (const [root, manifest] of manifests) checkShapes(planned, root, manifest, replace)
  return planned
}

/** A listing that hangs ends with the run. */
async function* abortable<T>(units: Iterable<T> | AsyncIterable<T>, run: Run): AsyncGenerator<T> {
  const iterator = Symbol.asyncIterator in units ? units[Symbol.asyncIterator]() : units[Symbol.iterator]()
  for (;;) {
    const next = await run.until(Promise.resolve(iterator.next()))
    if (next.done) return
    yield next.value
  }
}

/** One folder, one shape: a mixture would silently give a part of the market for the whole. */
function checkShapes(planned: readonly Planned[], root: string, manifest: Manifest, replace: boolean): void {
  const asked = new Set(planned.map(({ slot }) => slot && slotKey(slot)))
  for (const line of manifest.values()) {
    const ours = planned.find(({ slot }) => slot?.root === root && slot.table === line.table)
    if (!ours || same(ours.shape, line.shape)) continue
    if (replace && asked.has(slotKey(line))) continue
    throw new UsageError(
      `${line.table} in ${root} holds ${difference(line.shape, ours.shape)} (${line.unit}); this run would write ${difference(ours.shape, line.shape)}`,
      {
        hint: replace
          ? `--replace takes every unit of the folder, and ${line.unit} is not among those asked for`
          : 'give it a folder of its own with --name, or convert every unit of this one anew with --replace',
      },
    )
  }
}

function difference(shape: Shape, other: Shape): string {
  const keys = [...new Set([...Object.keys(shape), ...Object.keys(other)])].filter(
    (key) => !same(shape[key], other[key]),
  )
  return keys.map((key) => `${key} ${JSON.stringify(shape[key] ?? 'all')}`).join(', ')
}
