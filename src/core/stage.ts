import type { Duplex, Readable, Writable } from 'node:stream'
import type { Gathering } from './gather.ts'
import type { Run } from './run.ts'

/** A piece of a byte stream, at most 1 MiB. */
export type Bytes = Uint8Array

/** What a stage adds to the shape of the output: values that, when changed, change what is written. */
export type Shape = Readonly<Record<string, unknown>>

/** Where in a lake a sink's output belongs; the manifest keeps one line a slot. */
export interface Slot {
  /** Folder of the lake, which holds `_millrace/`. */
  readonly root: string
  readonly table: string
  /** The part of the table that one unit fills, as `2024-03-01`. */
  readonly unit: string
}

interface StageParts {
  readonly name: string
  /** Merged over the chain, it tells the manifest whether two runs would write the same. */
  readonly shape?: Shape
  /** A file that the stage writes besides the slot's output: without it the unit is not done. */
  readonly writes?: string
  /** The stage may return before its input ended, and that is success (`head`). */
  readonly endsEarly?: true
}

/** Where data comes from. */
export interface Source<Out> extends StageParts {
  readonly kind: 'source'
  /** It gives the bytes that there are, as a file or a pipe does: where they turn out bad, asking again is of no use. */
  readonly fixed?: true
  /** What has come is kept while the rest is missing, so that after a kill the next run goes on from there. */
  readonly goesOn?: true
  readonly open: (run: Run) => Readable | AsyncIterable<Out>
}

/** What happens to it on the way. */
export interface Transform<In, Out> extends StageParts {
  readonly kind: 'transform'
  readonly open: (run: Run) => Duplex | ((input: AsyncIterable<In>) => AsyncIterable<Out>)
}

/** Where it ends up. Output goes to a temporary name; `run.wrote` hands it over to be committed. */
export interface Sink<In> extends StageParts {
  readonly kind: 'sink'
  readonly slot?: Slot
  /** Units share this output and must come one after the other (`stdout`). */
  readonly inOrder?: true
  /** Units share files: what the sink brings (`run.bring`) waits, and is merged when all of them are done. */
  readonly gathers?: Gathering
  readonly open: (run: Run) => Writable | ((input: AsyncIterable<In>) => Promise<void>)
}

export type Stage = Source<unknown> | Transform<never, unknown> | Sink<never>

type Extras<S extends StageParts> = Partial<Omit<S, 'kind' | 'name' | 'open'>>

/** A source from its name and how it opens. Opening twice gives two independent streams. */
export const source = <Out>(
  name: string,
  open: Source<Out>['open'],
  extras: Extras<Source<Out>> = {},
): Source<Out> => ({ kind: 'source', name, open, ...extras })

export const transform = <In, Out>(
  name: string,
  open: Transform<In, Out>['open'],
  extras: Extras<Transform<In, Out>> = {},
): Transform<In, Out> => ({ kind: 'transform', name, open, ...extras })

export const sink = <In>(name: string, open: Sink<In>['open'], extras: Extras<Sink<In>> = {}): Sink<In> => ({
  kind: 'sink',
  name,
  open,
  ...extras,
})
