import { isMillraceError, UsageError } from './errors.ts'
import type { Gathering } from './gather.ts'
import { rememberLakes } from './known-lakes.ts'
import { slotKey } from './manifest.ts'
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
  /** It shares files with the others, into which its rows are merged once all are done. */
  readonly gathers?: Gathering | undefined
}

export interface PlanOptions {
  /** At most so many units that are still to be done; those that make one thing up count as one. */
  readonly limit?: number | undefined
  /** Another shape than the table's folder holds may take its place, if every slot of it is converted anew. */
  readonly replace?: boolean | undefined
  /** Done units are done anew. */
  readonly force?: boolean | undefined
  /** Only these units, by their ids or by what they are of, and anew. */
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
  const begun = new Set<string>()
  const mayBegin = ({ id, of = id }: U): boolean => begun.has(of) || (begun.size < limit && !!begun.add(of))
  for (const unit of refill ? namedUnits(units, refill, (name) => recipe.unitsOf?.(name, params)) : units) {
    const one = chainOf(recipe, unit, params, { first: true, last: true })
    const done = (await lakes.isDone(one)) && !anew
    if (retryFailed && !(await lakes.hasFailed(one))) continue
    if (done || mayBegin(unit)) chosen.push({ ...one, done })
  }
  checkPlaces(chosen)
  await checkFolders(chosen, lakes, replace)
  // Only now is it known which units share an output, and which of them begins and ends it.
  return chosen.map((one, i) => ({
    ...one,
    ...chainOf(recipe, one.unit, params, { first: i === 0, last: i === chosen.length - 1 }),
  }))
}

async function checkFolders(
  planned: readonly Planned[],
  lakes: ReturnType<typeof rememberLakes>,
  replace: boolean,
): Promise<void> {
  const gathers = planned.some((one) => one.gathers)
  for (const root of new Set(planned.flatMap(({ slot }) => slot?.root ?? []))) {
    const [manifest, waiting] = [await lakes.manifestOf(root), gathers ? await lakes.waitingIn(root) : []]
    await checkShapes(planned, { root, manifest, waiting, replace })
  }
}

/** A unit planned by itself, alone and with nothing done. */
export const planOne = <P, U extends Unit>(recipe: Recipe<P, U>, unit: U, params: P): Planned<U> => ({
  ...chainOf(recipe, unit, params, { first: true, last: true }),
  done: false,
})

/** In the order of the list; those that are not in it come last. */
function namedUnits<U extends Unit>(
  units: readonly U[],
  names: readonly string[],
  unitsOf: (name: string) => readonly U[] | undefined,
): readonly U[] {
  const ids = new Set(units.map(({ id }) => id))
  const wholes = new Map(
    [...new Set(names)].map((name) => [name, ids.has(name) ? [] : (unitsOf(name) ?? [])]),
  )
  const made = new Map([...wholes.values()].flat().map((unit) => [unit.id, unit]))
  // What the recipe makes of a name is all of it; else it is what is listed of that name.
  const listed = units.filter(
    ({ id, of = id }) => wholes.has(id) || made.has(id) || wholes.get(of)?.length === 0,
  )
  const found = new Set([...listed, ...made.values()].flatMap(({ id, of = id }) => [id, of]))
  const unknown = names.find((name) => !found.has(name))
  if (unknown !== undefined)
    throw new UsageError(`there is no unit ${unknown} to refill`, {
      hint: ids.size === 0 ? undefined : `there are ${ids.size}, from ${units[0]?.id} to ${units.at(-1)?.id}`,
    })
  return [...listed, ...[...made.values()].filter(({ id }) => !ids.has(id))]
}

function chainOf<P, U extends Unit>(recipe: Recipe<P, U>, unit: U, params: P, place: Place) {
  const pipeline = built(recipe, unit, params, place)
  const sink = pipeline.stages.at(-1) as Sink<never>
  const shape: Shape = Object.assign({}, ...pipeline.stages.map((stage) => stage.shape))
  const writes = pipeline.stages.flatMap((stage: Stage) => stage.writes ?? [])
  const { slot, inOrder = false, gathers } = sink
  return { unit, pipeline, slot, shape, writes, inOrder, gathers }
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
