/** The bytes of the record that a CSV parser has just ended, found again in the chunks it was fed. */
export interface RecordBytes {
  /** Where the record now being read begins, in bytes from the start of the stream. */
  readonly start: number
  /** Call before a chunk is fed. The chunk is borrowed until the next call. */
  feed(chunk: Uint8Array): void
  /** The record that ends before byte `end`, with its line break; the next one begins there. */
  next(end: number): Buffer
}

export function createRecordBytes(): RecordBytes {
  /** What was fed before `chunk` and belongs to a record not ended yet. */
  let carried: Buffer = Buffer.alloc(0)
  let chunk: Buffer = Buffer.alloc(0)
  let chunkStart = 0
  let start = 0
  return {
    get start() {
      return start
    },
    feed(bytes) {
      const unread = chunk.subarray(Math.max(0, start - chunkStart))
      // Copied, because the chunk is only borrowed.
      carried = start < chunkStart ? Buffer.concat([carried, unread]) : Buffer.from(unread)
      chunkStart += chunk.length
      chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    },
    next(end) {
      const record =
        start < chunkStart
          ? Buffer.concat([carried, chunk.subarray(0, Math.max(0, end - chunkStart))]).subarray(
              0,
              end - start,
            )
          : chunk.subarray(start - chunkStart, end - chunkStart)
      // The parser looks ahead, so the next record may begin in what is carried, too.
      if (end < chunkStart) carried = carried.subarray(end - start)
      start = end
      return record
    },
  }
}
