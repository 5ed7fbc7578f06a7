import type { RecordBatch } from 'apache-arrow'

/**
 * What one column holds. Timestamps have no zone and mean UTC; `_utc` ones say so in their Arrow type.
 * `date` counts days since 1970-01-01, `timestamp_ns` nanoseconds, `timestamp_us` microseconds.
 */
export type Kind =
  | 'utf8'
  | 'bool'
  | 'int8'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'float64'
  | 'date'
  | 'timestamp_ns'
  | 'timestamp_us'
  | 'timestamp_ns_utc'
  | 'timestamp_us_utc'

/** Column names and what each holds, in the order of the columns. */
export type Columns = Readonly<Record<string, Kind>>

declare const columns: unique symbol

/**
 * A run of rows held as columns: an Arrow record batch of at most 65 536 rows whose column names are known to the
 * compiler. A batch with more columns is accepted where fewer are asked for. It is immutable and belongs to whoever
 * receives it; its columns never alias memory that is used again.
 *
 * Arrow's row accessors round nanoseconds to doubles: read columns with `column()` instead.
 */
export type Batch<C extends Partial<Columns> = Columns> = RecordBatch & { readonly [columns]: C }
