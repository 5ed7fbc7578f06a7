import { setMaxListeners } from 'node:events'
import type { Duplex, Readable, Writable } from 'node:stream'
import type { Bucket } from './bucket.ts'
import { type Clock, systemClock } from './clock.ts'
import { type Cores, openCores } from './cores.ts'
import type { Durability } from './durability.ts'
import { AccessError, type Place, UsageError } from './errors.ts'
import type { Output } from './output.ts'
import { createPatience, type Patience, type PatienceOptions } from './patience.ts'
import { createRequestBudget, type RequestBudget } from './request-rate.ts'
import { noRequestLimit, type RequestRate } from './requests-per.ts'
import { createThrottle } from './throttle.ts'

/** What is counted of every unit. `bytesIn` left the source, `bytesOut` went to files or stdout. */
export interface Counts {
  bytesIn: number
  rowsIn: number
  rowsOut: number
  rejected: number
  filtered: number
  /** Zeros that mean none and were stored as null. */
  zeroToNull: number
  bytesOut: number
}

export const noCounts = (): Counts => ({
  bytesIn: 0,
  rowsIn: 0,
  rowsOut: 0,
  rejected: 0,
  filtered: 0,
  zeroToNull: 0,
  bytesOut: 0,
})

/** A row that could not be read as what its columns say. */
export interface RejectedRow {
  readonly at: Place
  /** What is wrong, with the value. */
  readonly why: string
  /** The row as it is written, without its line break. */
  readonly text: string
}

export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string | undefined
}

/** What opens the REST API. */
export interface ApiKey {
  readonly apiKey: string
}

/** What a run may lend, by name. */
export interface Keys {
  readonly s3: Credentials
  readonly rest: ApiKey
}

/**
 * What a run lends to its stages: the only way a stage touches the world outside it.
 * Stages see one `Run` a pipeline, whose counts, rejects and outputs are that pipeline's alone.
 */
export interface Run {
  /** Fires when the pipeline must end: an interrupt, or the failure of another stage. */
  readonly signal: AbortSignal
  readonly clock: Clock
  /** Names this run in temporary paths; no two runs share it. */
  readonly epoch: string
  /** What of a commit is brought to the disk. */
  readonly durability: Durability
  /** Nothing is to be written anywhere: it is only asked what there would be to do. */
  readonly looksOnly?: boolean
  /** How many bad rows a pipeline may set aside and succeed all the same. They are kept in memory, and in its tally. */
  readonly mostRejects: number
  readonly stdin: Readable
  /** Where data goes when it goes to no file. Never ended by a stage. */
  readonly stdout: Writable
  /** A stream at the run's shared rate. Every body that comes off the network goes through one. */
  throttle(): Duplex
  /** Where that rate is kept, for who lends it to other threads. */
  readonly rate: Bucket
  /** When the next request may go to the REST API. Whoever sends one asks before, also when it is sent again. */
  readonly requests: RequestBudget
  /** How to bear with servers; whoever asks one holds to it. */
  readonly patience: Patience
  /** Waits, but no longer than the run lives: rejects with the signal's reason. Every await on the outside goes through here. */
  until<T>(promise: PromiseLike<T>): Promise<T>
  count(what: keyof Counts, n: number): void
  /** Sets a bad row aside. The pipeline goes on reading; beyond `mostRejects` of them it commits nothing. */
  reject(row: RejectedRow): void
  /** Hands over finished temporary output; it gets its final name once the whole pipeline has succeeded. */
  wrote(output: Output): void
  /** Hands over rows of a sink that gathers, as bytes of its own form; they are kept in memory until the unit is done. */
  bring(bytes: Uint8Array): void
  /** A file of ours that nobody needs any more once the pipeline has succeeded. */
  spent(path: string): void
  /** Something the user should know although it stops nothing. The same text is shown once a run. */
  warn(text: string): void
  /** @throws {AccessError} when there are no credentials of that name. */
  access<N extends keyof Keys>(name: N): Promise<Keys[N]>
  /** The cores that its threads keep busy. */
  readonly cores: Cores
  /** Something that lives as long as the run, made by whoever asks first, as a connection pool. */
  share<T>(name: string, make: () => T): T
}

export interface RunOptions extends PatienceOptions {
  readonly signal?: AbortSignal
  readonly clock?: Clock
  readonly durability?: Durability
  readonly looksOnly?: boolean
  /** None, by default: nothing is left out unasked. */
  readonly mostRejects?: number
  readonly stdin?: Readable
  readonly stdout?: Writable
  /** Threads that may be busy at a time, stages' own among them; as many as the processor has cores. */
  readonly cores?: number
  /** Bytes a second for all bodies together; 0, the default of the library, is no limit. */
  readonly bytesPerSecond?: number
  /** Requests to the REST API; no limit is the default of the library. */
  readonly requestsPer?: RequestRate
  /** The keys of the bucket, asked for as `s3`. */
  access?(name: string): Promise<Credentials>
  /** The key of the REST API, asked for as `rest`. */
  apiKey?(): Promise<ApiKey>
  warn?(text: string): void
  /** Called as things are counted, of all pipelines together. */
  count?(what: keyof Counts, n: number): void
}

/** A run of one's own, with nothing lent that was not given: a stage that asks for more gets an error that says so. */
export function createRun(options: RunOptions = {}): Run {
  const { signal = new AbortController().signal, clock = systemClock } = options
  setMaxListeners(0, signal)
  const throttle = createThrottle(options.bytesPerSecond ?? 0, clock)
  const lent: { readonly [N in keyof Keys]: () => Promise<Keys[N]> | undefined } = {
    s3: () => options.access?.('s3'),
    rest: () => options.apiKey?.(),
  }
  return {
    signal,
    clock,
    epoch: `${new Date(clock.wallMs()).toISOString().replace(/\D/g, '')}-${crypto.randomUUID().slice(0, 8)}`,
    durability: options.durability ?? 'fsync',
    looksOnly: options.looksOnly ?? false,
    mostRejects: options.mostRejects ?? 0,
    get stdin() {
      return options.stdin ?? notLent('stdin')
    },
    get stdout() {
      return options.stdout ?? notLent('stdout')
    },
    throttle: () => throttle.stream(),
    rate: throttle.rate,
    requests: createRequestBudget(options.requestsPer ?? noRequestLimit, clock),
    patience: createPatience(options, clock),
    until: (promise) => until(signal, promise),
    count: (what, n) => options.count?.(what, n),
    reject: () => {},
    wrote: () => {},
    bring: () => {},
    spent: () => {},
    warn: (text) => options.warn?.(text),
    access: async (name) => (await lent[name]()) ?? noKeys(name),
    cores: openCores(options.cores),
    share: sharing(),
  }
}

/** What `Run.share` is: each name is made once. */
export function sharing(): Run['share'] {
  const shared = new Map<string, unknown>()
  return <T>(name: string, make: () => T): T => {
    if (!shared.has(name)) shared.set(name, make())
    return shared.get(name) as T
  }
}

function noKeys(name: string): never {
  throw new AccessError(`no credentials named ${name} were lent to this run`)
}

function notLent(what: string): never {
  throw new UsageError(`this run was lent no ${what}`, {
    hint: `pass it: createRun({ ${what}: process.${what} })`,
  })
}

/** Settles as `promise` does, or rejects with the signal's reason, whichever comes first. */
export function until<T>(signal: AbortSignal, promise: PromiseLike<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason)
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
    promise.then(
      (value) => {
        signal.removeEventListener('abort', stop)
        resolve(value)
      },
      (error: unknown) => {
        signal.removeEventListener('abort', stop)
        reject(error)
      },
    )
  })
}
