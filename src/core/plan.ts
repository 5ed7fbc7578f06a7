import { isMillraceError, UsageError } from './errors.ts'
import { isDone, type Manifest, readManifest, slotKey } from './manifest.ts'
import type { Pipeline } from './pipeline.ts'
import type { Place, Recipe, Unit } from './recipe.ts'
import type { Run } from './run.ts'
import { checkShapes } from './shapes.ts'
import type { Shape, Sink, Slot, Stage } from './stage.ts'

/** A unit, its chain, and what the manifest knows of it. */
export interface Planned<U extends Unit = Unit> {
  readonly unit: U
  readonly pipeline: Pipeline
  readonly slot: Slot | undefined
  readonly shape: Shape
  /** Identity and shape are those of the last time, and the files are there. */
  readonly done: boolean
  /** It shares its output with the others. */
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
 * @throws {UsageError} when two units would fill one place, a table's folder holds another shape than this run would
 * write, or the recipe is not made as recipes are.
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
  const chosen: Planned<U>[] = []
  let left = limit
  for await (const unit of listed(recipe, params, run)) {
    const one = chainOf(recipe, unit, params, { first: true, last: true })
    const done =
      one.slot !== undefined && (await isDone(one.slot, await manifestOf(one.slot), { ...unit, ...one }))
    if (done || left-- > 0) chosen.push({ ...one, done })
  }
  checkPlaces(chosen)
  for (const [root, manifest] of manifests) await checkShapes(chosen, { root, manifest, replace })
  // Only now is it known which units share an output, and which of them begins and ends it.
  return chosen.map((one, i) => ({
    ...one,
    ...chainOf(recipe, one.unit, params, { first: i === 0, last: i === chosen.length - 1 }),
  }))
}

function chainOf<P, U extends Unit>(recipe: Recipe<P, U>, unit: U, params: P, place: Place) {
  const pipeline = built(recipe, unit, params, place)
  const sink = pipeline.stages.at(-1) as Sink<never>
  const shape: Shape = Object.assign({}, ...pipeline.stages.map((stage) => stage.shape))
  const writes = pipeline.stages.flatMap((stage: Stage) => stage.writes ?? [])
  return { unit, pipeline, slot: sink.slot, shape, writes, inOrder: sink.inOrder ?? false }
}

function built<P, U extends Unit>(recipe: Recipe<P, U>, unit: U, params: P, place: Place): Pipeline {
  const complain = (what: string, cause?: unknown): never => {
    throw new UsageError(`the recipe ${recipe.name} cannot build ${unit.id}: ${what}`, { cause })
  }
  try {
    const pipeline: Partial<Pipeline> | undefined = recipe.build(unit, params, place)
    if (pipeline?.stages?.at(-1)?.kind !== 'sink') complain('its chain does not end with .into(...)')
    return pipeline as Pipeline
  } catch (error) {
    if (isMillraceError(error)) throw error
    return complain((error as Error).message, error)
  }
}

/** What a recipe lists; a listing that hangs ends with the run. */
async function* listed<P, U extends Unit>(recipe: Recipe<P, U>, params: P, run: Run): AsyncGenerator<U> {
  const units: Partial<Iterable<U> & AsyncIterable<U>> | undefined = recipe.units(params, run)
  const iterator = units?.[Symbol.asyncIterator]?.() ?? units?.[Symbol.iterator]?.()
  if (iterator === undefined)
    throw new UsageError(`units() of the recipe ${recipe.name} answers no list of units`)
  for (;;) {
    const next = await run.until(Promise.resolve(iterator.next()))
    if (next.done) return
    yield next.value
  }
}

/** Two units in one place would leave the one that ends last, and the manifest would say that both are there. */
function checkPlaces(planned: readonly Planned[]): void {
  const taken = new Map<string, string>()
  for (const { unit, slot } of planned)
    for (const place of [
      `the name ${unit.id}`,
      ...(slot ? [`${slotKey(slot).replace('\n', ' ')} in ${slot.root}`] : []),
    ]) {
      const other = taken.get(place)
      if (other !== undefined) throw new UsageError(`two units, ${other} and ${unit.id}, have ${place}`)
      taken.set(place, unit.id)
    }
}
