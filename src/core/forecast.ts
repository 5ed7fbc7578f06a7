import { dirname } from 'node:path'
import { type Needs, type Room, roomFor, roomIn } from './disk-room.ts'
import type { Planned } from './plan.ts'
import { noRequestLimit, type RequestRate } from './requests-per.ts'

/** Some units, and what they read. */
export interface Amount {
  readonly objects: number
  /** Absent when the size of one is not known before it is read. */
  readonly bytes?: number
  /** To the REST API, at least: an answer of many rows has several pages. */
  readonly requests?: number
}

/** One file system: what is needed there, and what is free. */
export interface Disk {
  /** The first folder on it that is written to. */
  readonly folder: string
  readonly needed: Needs
  readonly free: Room
  readonly fits: boolean
}

/** What a run would do. */
export interface Forecast {
  readonly all: Amount
  readonly done: Amount
  readonly todo: Amount
  /** The least time for what is to do at the cap and the rate; absent without one, for unknown sizes, and for local files. */
  readonly seconds?: number
  readonly disks: readonly Disk[]
  /** After a kill the next run goes on within a file, rather than starting it over. */
  readonly goesOn: boolean
  /** What is done waits to be merged once all is: after a kill the next run does that. */
  readonly gathers: boolean
}

/**
 * Looks ahead at a plan: writes nothing, and asks only how much room the disks have.
 *
 * @param bytesPerSecond the cap, 0 for none.
 */
export async function forecast(
  planned: readonly Planned[],
  bytesPerSecond: number,
  rate: RequestRate = noRequestLimit,
): Promise<Forecast> {
  const todo = planned.filter(({ done }) => !done)
  const isAsked = planned.some(({ unit }) => unit.asks !== undefined)
  const amount = amountOf(todo, isAsked)
  const isLocal = todo.some(({ unit }) => unit.identity?.['path'] !== undefined)
  const seconds =
    amount.requests !== undefined
      ? secondsAt(rate, amount.requests)
      : amount.bytes === undefined || bytesPerSecond === 0 || isLocal
        ? undefined
        : amount.bytes / bytesPerSecond
  return {
    all: amountOf(planned, isAsked),
    done: amountOf(
      planned.filter(({ done }) => done),
      isAsked,
    ),
    todo: amount,
    ...(seconds !== undefined && { seconds }),
    disks: await disksOf(todo),
    goesOn: todo.length > 0 && todo.every(goesOn),
    gathers: todo.some(({ gathers }) => gathers !== undefined),
  }
}

/** As many as the rate allows go out at once, and then there is a wait; without a rate nobody knows. */
const secondsAt = ({ requests, everyMs }: RequestRate, asked: number): number | undefined =>
  requests === 0 ? undefined : (Math.floor(Math.max(0, asked - 1) / requests) * everyMs) / 1000

function amountOf(planned: readonly Planned[], isAsked: boolean): Amount {
  const sizes = planned.flatMap(({ unit }) => unit.bytes ?? [])
  const known = sizes.length === planned.length
  const asks = planned.flatMap(({ unit }) => unit.asks ?? [])
  return {
    objects: planned.length,
    ...(known && { bytes: sizes.reduce((sum, size) => sum + size, 0) }),
    ...(isAsked && { requests: asks.reduce((sum, n) => sum + n, 0) }),
  }
}

function goesOn({ pipeline: { stages } }: Planned): boolean {
  const [first] = stages
  return first?.kind === 'source' && first.goesOn === true
}

async function disksOf(todo: readonly Planned[]): Promise<Disk[]> {
  const disks = new Map<number, Disk>()
  for (const [folder, more] of needsOf(todo)) {
    const free = await roomIn(folder)
    const before = disks.get(free.device)
    const needed = plus(more, before?.needed)
    const fits = needed.bytes <= free.bytes && needed.inodes <= (free.inodes ?? Number.POSITIVE_INFINITY)
    disks.set(free.device, { folder: before?.folder ?? folder, needed, free, fits })
  }
  return [...disks.values()]
}

/** What each folder is to hold: output in its lake, and what stages write elsewhere, which is about what they read. */
function needsOf(todo: readonly Planned[]): ReadonlyMap<string, Needs> {
  const needs = new Map<string, Needs>()
  const add = (folder: string, more: Needs): void => void needs.set(folder, plus(more, needs.get(folder)))
  for (const { unit, slot, pipeline, gathers } of todo) {
    const bytes = unit.bytes ?? 0
    // What comes of a unit is in files of others, and small.
    if (slot && !gathers) add(slot.root, roomFor(bytes))
    for (const stage of pipeline.stages)
      if (stage.writes !== undefined && !('slot' in stage)) add(dirname(stage.writes), { bytes, inodes: 1 })
  }
  return needs
}

const plus = (a: Needs, b: Needs = { bytes: 0, inodes: 0 }): Needs => ({
  bytes: a.bytes + b.bytes,
  inodes: a.inodes + b.inodes,
})
