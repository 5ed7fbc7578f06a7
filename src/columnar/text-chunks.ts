const charsPerPiece = 1 << 14
const bytesPerChunk = 1 << 18
const mostBytes = 1 << 20

/** The texts of `rows` rows as UTF-8, in chunks of a quarter MiB or little more, never more than 1 MiB. */
export function* textChunks(rows: number, rowText: (row: number) => string): Generator<Buffer> {
  let pieces: Buffer[] = []
  let bytes = 0
  for (let row = 0; row < rows; ) {
    let text = ''
    while (row < rows && text.length < charsPerPiece) text += rowText(row++)
    const piece = Buffer.from(text)
    pieces.push(piece)
    bytes += piece.length
    if (bytes < bytesPerChunk && row < rows) continue
    yield* cut(Buffer.concat(pieces))
    pieces = []
    bytes = 0
  }
}

function* cut(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += mostBytes) yield bytes.subarray(at, at + mostBytes)
}
