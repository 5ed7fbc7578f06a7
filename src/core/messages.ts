import type { Part } from './bucket.ts'
import type { Durability } from './durability.ts'
import type { EncodedError } from './error-codec.ts'
import type { Place, Unit } from './recipe.ts'
import type { Counts, Keys } from './run.ts'
import type { Tally } from './unit-run.ts'

/** What a worker knows from its start. Nothing secret: threads show it to every module they load. */
export interface Start {
  /** Where the recipe is exported, and its name. */
  readonly module: string
  readonly recipe: string
  readonly params: unknown
  readonly epoch: string
  readonly durability: Durability
  readonly mostRejects: number
  readonly timeoutMs: number
  readonly lowLevelRetries: number
  /** Of the whole run; 0 is no limit. */
  readonly bytesPerSecond: number
  /** The most bytes that this thread may hold of it at a time. */
  readonly leaseBytes: number
  /** How many cores the run has, and how many of them it keeps busy, where all its threads see it. */
  readonly cores: number
  readonly busyCores: Int32Array<SharedArrayBuffer>
}

/** What a worker is given to do. */
export interface Task {
  readonly unit: Unit
  readonly place: Place
}

/**
 * What a worker may ask the main thread for while it works: the part of `Run` that there is only one of. A service is a
 * line here, what it does in `serve-run.ts`, and who asks for it in `port-run.ts`.
 */
export interface Services {
  /** Credentials by their name. */
  readonly access: { readonly asks: keyof Keys; readonly gets: Keys[keyof Keys] }
  /** The right to let `bytes` more go; of those granted before, `gone` have gone since this was last told. */
  readonly take: {
    readonly asks: { readonly bytes: number; readonly gone: number }
    readonly gets: undefined
  }
  /** Tells what became of bytes granted. */
  readonly settle: { readonly asks: Part; readonly gets: undefined }
  /** A server wishes to be left alone for so many ms, by all workers. */
  readonly hold: { readonly asks: number; readonly gets: undefined }
}

export type Service = keyof Services

/** A worker asks; exactly one answer or refusal follows, also after a `cancel`. */
export type Call<S extends Service = Service> = {
  readonly [K in S]: {
    readonly kind: 'call'
    readonly id: number
    readonly service: K
    readonly asks: Services[K]['asks']
  }
}[S]

export interface Cancel {
  readonly kind: 'cancel'
  readonly id: number
}

export type Answer =
  | { readonly kind: 'answer'; readonly id: number; readonly gets: Services[Service]['gets'] }
  | { readonly kind: 'refusal'; readonly id: number; readonly error: EncodedError }

export type ToWorker =
  | { readonly kind: 'task'; readonly turn: number; readonly task: Task }
  /** The run is aborted: end what is in hand. */
  | { readonly kind: 'stop'; readonly reason: EncodedError }
  /** Ask no server for so many ms. */
  | { readonly kind: 'hold'; readonly ms: number }
  /** There is nothing more to do. */
  | { readonly kind: 'end' }
  | Answer

/** What a stage of a worker's task says, maybe after the task has ended: `turn` counts the tasks of that worker. */
export type Said =
  | { readonly kind: 'count'; readonly turn: number; readonly counts: Partial<Counts> }
  | { readonly kind: 'warn'; readonly turn: number; readonly text: string }

export type ToMain =
  | Said
  | { readonly kind: 'done'; readonly tally: Tally }
  | { readonly kind: 'failed'; readonly error: EncodedError }
  | Call
  | Cancel
