/** A made-up file, and what a lake holds of it. */
export interface MadeFile {
  readonly title: string
  readonly text: string
  /** Rows as DuckDB prints them, with ticks as nanoseconds and bars as microseconds. */
  readonly rows: readonly (readonly (string | null)[])[]
}
