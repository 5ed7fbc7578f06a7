import { isMillraceError, UsageError } from './errors.ts'
import { type Failure, readFailures } from './failures.ts'
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
  /** Done units are done anew. */
  readonly force?: boolean | undefined
  /** Only these units, by their ids, and anew. */
  readonly refill?: readonly string[] | undefined
  /** Only units whose last attempt failed. */
  readonly retryFailed?: boolean | undefined
}

/** All units of a recipe, in its order. A listing that hangs ends with the run. */
export async function listUnits<P, U extends Unit>(recipe: Recipe<P, U>, params: P, run: Run): Promise<U[]> {
  const units: U[] = []
  for await (const unit of listed(recipe, params, run)) units.push(unit)
  return units
}

/**
 * Which of the units there is something to do for, by what the lakes say now.
 *
 * @throws {UsageError} when two units would fill one place, a table's folder holds another shape than this run would
 * write, a unit to refill is none of them, or the recipe is not made as recipes are.
 */
export async function planUnits<P, U extends Unit>(
  recipe: Recipe<P, U>,
  params: P,
  units: readonly U[],
  options: PlanOptions = {},
): Promise<readonly Planned<U>[]> {
  const {
    limit = Number.POSITIVE_INFINITY,
    replace = false,
    force = false,
    refill,
    retryFailed = false,
  } = options
  const anew = force || refill !== undefined || retryFailed
  const lakes = rememberLakes()
  const chosen: Planned<U>[] = []
  let left = limit
  for (const unit of refill ? namedUnits(units, refill) : units) {
    const one = chainOf(recipe, unit, params, { first: true, last: true })
    const done = (await lakes.isDone(one)) && !anew
    if (retryFailed && !(await lakes.hasFailed(one))) continue
    if (done || left-- > 0) chosen.push({ ...one, done })
  }
  checkPlaces(chosen)
  for (const [root, manifest] of lakes.manifests) await checkShapes(chosen, { root, manifest, replace })
  // Only now is it known which units share an output, and which of them begins and ends it.
  return chosen.map((one, i) => ({
    ...one,
    ...chainOf(recipe, one.unit, params, { first: i === 0, last: i === chosen.length - 1 }),
  }))
}

/** A unit planned by itself, alone and with nothing done. */
export const planOne = <P, U extends Unit>(recipe: Recipe<P, U>, unit: U, params: P): Planned<U> => ({
  ...chainOf(recipe, unit, params, { first: true, last: true }),
  done: false,
})

function namedUnits<U extends Unit>(units: readonly U[], ids: readonly string[]): readonly U[] {
  const known = new Set(units.map(({ id }) => id))
  const unknown = ids.find((id) => !known.has(id))
  if (unknown !== undefined)
    throw new UsageError(`there is no unit ${unknown} to refill`, {
      hint:
        known.size === 0 ? undefined : `there are ${known.size}, from ${units[0]?.id} to ${units.at(-1)?.id}`,
    })
  return units.filter(({ id }) => ids.includes(id))
}

type Chain = ReturnType<typeof chainOf<unknown, Unit>>

/** What the lakes of a plan hold, each read once. */
function rememberLakes() {
  const manifests = new Map<string, Manifest>()
  const failures = new Map<string, ReadonlyMap<string, Failure>>()
  const read = async <T>(
    known: Map<string, T>,
    root: string,
    reads: (root: string) => Promise<T>,
  ): Promise<T> => {
    const found = known.get(root) ?? (await reads(root))
    known.set(root, found)
    return found
  }
  return {
    manifests,
    async isDone({ slot, shape, unit, writes }: Chain): Promise<boolean> {
      if (slot === undefined) return unit.done ?? false
      return isDone(slot, await read(manifests, slot.root, readManifest), { ...unit, shape, writes })
    },
    async hasFailed({ slot }: Chain): Promise<boolean> {
      if (slot === undefined) return false
      const failure = (await read(failures, slot.root, readFailures)).get(slotKey(slot))
      const line = (await read(manifests, slot.root, readManifest)).get(slotKey(slot))
      return failure !== undefined && (line === undefined || failure.at >= line.at)
    },
  }
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

/** What a recipe lists, one by one. */
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
