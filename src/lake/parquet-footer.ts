import { parquetMetadata } from 'hyparquet'

/**
 * How many rows a Parquet file says it holds, from its last bytes.
 *
 * @throws when they do not hold the whole footer.
 */
export function footerRows(tail: Uint8Array): number {
  // A copy: what Buffer calls a slice would bring the rest of its pool along.
  const end = new Uint8Array(tail).buffer
  const footerBytes = new DataView(end).getUint32(end.byteLength - 8, true)
  if (footerBytes + 8 > end.byteLength)
    throw new Error(`the Parquet footer of ${footerBytes} bytes did not come in one piece`)
  return Number(parquetMetadata(end).num_rows)
}
