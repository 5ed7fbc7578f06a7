/** Finished output under a temporary name, and the name it is to get. */
export interface Output {
  /** File or folder; on the same file system as `path`. Files inside a folder end in `.tmp`, which they lose. */
  readonly temp: string
  readonly path: string
  readonly files: readonly OutputFile[]
}

export interface OutputFile {
  /** Where it lies once committed. */
  readonly path: string
  readonly bytes: number
  /** Absent where rows mean nothing, as for raw files. */
  readonly rows?: number
}
