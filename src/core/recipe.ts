import type { Pipeline } from './pipeline.ts'
import type { Run } from './run.ts'

/** One parameter of a recipe: it becomes a flag, a line of help, a key of the config file and a typed value. */
export interface Param<T> {
  /** What it means, without its name, its default and its choices, which are printed beside it. */
  readonly help: string
  /** What the value looks like in the help, as `DATE`. Absent for a switch, which takes no value. */
  readonly value?: string
  readonly choices?: readonly string[]
  /** The text taken when none is given. */
  readonly default?: string
  /** Without a default a missing required parameter is an error, an optional one is `undefined`. */
  readonly required?: true
  /** @throws {UsageError} when the text says nothing that this parameter can mean. */
  parse(text: string): T
}

export type Params<P> = { readonly [K in keyof P]: Param<P[K]> }

/** What a unit is made from; when it changes, the unit is converted anew. Without it a unit is never skipped. */
export type Identity = Readonly<Record<string, string | number>>

/** One file's worth of work: one pipeline, one line of the manifest. */
export interface Unit {
  /** What is done and told, as `2024-03-01`; unique in a run. */
  readonly id: string
  /** What it is a part of, where several units make one thing up, as all tables of a company: by this name, too, it is done anew. */
  readonly of?: string
  /** What it brings, in a line about what it is a part of: `dividends`. */
  readonly part?: string
  /** One without which that is not much: a company whose main parts have no rows has no data. */
  readonly isMain?: true
  /** Which of how many batches of those it belongs to, counted from 1; the units of a batch share the object. */
  readonly batch?: { readonly nth: number; readonly all: number }
  /** How many requests it sends at least, where the rate of requests says how long that takes. */
  readonly asks?: number
  /** Size of what will be read, where it is known before. */
  readonly bytes?: number
  readonly identity?: Identity
  /** What was done before that, as ISO 8601 in UTC, does not count: it has grown old. */
  readonly since?: string
  /** What it would make is there, and right: for recipes that can tell it by themselves, where no manifest does. */
  readonly done?: boolean
}

/** Where a unit stands among those that this run will do: units that share a stdout begin and end one text. */
export interface Place {
  readonly first: boolean
  readonly last: boolean
}

/** A named way to make pipelines. */
export interface Recipe<P, U extends Unit = Unit> {
  readonly name: string
  readonly aliases?: readonly string[]
  readonly summary: string
  readonly params: Params<P>
  /** `import.meta.url` of the module that exports it; a worker imports it from there. */
  readonly module?: string
  /** Units at a time, where that is no matter of the processor, as with a server that is asked many small things. */
  readonly workers?: number
  /** Whether its units only carry bytes, so that on two cores one thread with several of them does more than a thread for each. */
  carries?(params: P): boolean
  /** What its units are, where they are no files. */
  readonly noun?: 'unit'
  /** A unit to show the stages by, without asking the network. */
  readonly sample?: U
  /** What there is to do. May list a bucket. */
  units(params: P, run: Run): Iterable<U> | AsyncIterable<U>
  /** What is made of the output when all units are done, in this order. Of what has not changed nothing is made anew. Asked before the first unit. */
  following?(params: P): readonly Following[] | Promise<readonly Following[]>
  /** Units to do anew by what they are of, listed or not; none when it is no such name. */
  unitsOf?(name: string, params: P): readonly U[]
  /** The chain for one unit: pure, opens nothing. */
  build(unit: U, params: P, place: Place): Pipeline
}

/** A recipe that works on what another one has brought. */
export interface Following {
  readonly recipe: AnyRecipe
  readonly params: Readonly<Record<string, unknown>>
  /** Whether there is anything to make it of, asked when its turn has come; there is, without it. */
  isReady?(): Promise<boolean>
}

/** Types a recipe from its parts. */
export function recipe<P, U extends Unit>(parts: Recipe<P, U>): Recipe<P, U> {
  return parts
}

/** A recipe whose types are not known here: one named on the command line. */
export type AnyRecipe = Recipe<Readonly<Record<string, unknown>>, Unit>
