import { Table, tableToIPC } from 'apache-arrow'
import type { Batch } from '../core/schema.ts'

/** What ends an Arrow IPC stream: a continuation mark and a length of zero. */
export const endOfStream = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0)

/** A batch as a whole IPC stream: schema, batch, end. A copy, owned by the caller. */
export const batchToStream = (batch: Batch): Uint8Array => tableToIPC(new Table([batch]), 'stream')

/** The message that begins a stream of batches like this one. */
export const schemaMessage = ({ schema }: Batch): Uint8Array =>
  tableToIPC(new Table(schema), 'stream').subarray(0, -endOfStream.length)

/** The message of one batch, for a stream whose schema has been written. */
export const batchMessage = (batch: Batch): Uint8Array =>
  batchToStream(batch).subarray(schemaMessage(batch).length, -endOfStream.length)
