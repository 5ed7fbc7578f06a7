import type { Kind } from './schema.ts'

/** Finished output under a temporary name, and the name it is to get. */
export interface Output {
  /** File or folder; on the same file system as `path`. Files inside a folder end in `.tmp`, which they lose. */
  readonly temp: string
  readonly path: string
  readonly files: readonly OutputFile[]
  /** Also when the pipeline fails: the next run goes on from it. */
  readonly keep?: boolean
  /** Absent where there is no time, or no row. */
  readonly span?: Span
}

/** Smallest and largest value of the column that says when a row happened. */
export interface Span {
  readonly column: string
  /** Tells the unit: whole numbers as the column stores them, so that not a nanosecond is lost. */
  readonly kind: Kind
  /** Digits: JSON has no numbers of 64 bits. */
  readonly min: string
  readonly max: string
}

export interface OutputFile {
  /** Where it lies once committed. */
  readonly path: string
  readonly bytes: number
  /** Absent where rows mean nothing, as for raw files. */
  readonly rows?: number
  /** Of its bytes, as 64 hexadecimal digits. Absent when nobody hashed them while they were written. */
  readonly sha256?: string
  /** As 32 hexadecimal digits, in place of the other: what came was held against it, as its ETag says. */
  readonly md5?: string
}
