const rowsPerPiece = 256
const bytesPerChunk = 1 << 18

/** The texts of `rows` rows as UTF-8, in chunks of a quarter MiB or little more. */
export function* textChunks(rows: number, rowText: (row: number) => string): Generator<Buffer> {
  let pieces: Buffer[] = []
  let bytes = 0
  for (let from = 0; from < rows; from += rowsPerPiece) {
    let text = ''
    for (let row = from; row < Math.min(rows, from + rowsPerPiece); row++) text += rowText(row)
    const piece = Buffer.from(text)
    pieces.push(piece)
    bytes += piece.length
    if (bytes < bytesPerChunk) continue
    yield Buffer.concat(pieces)
    pieces = []
    bytes = 0
  }
  if (bytes > 0) yield Buffer.concat(pieces)
}
