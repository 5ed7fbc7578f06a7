/** Where a value of a JSON text lies, as byte offsets; the end is that after its last byte. */
export interface JsonSpan {
  readonly start: number
  readonly end: number
}

/** A text that is no JSON, or ends too early. */
export class NotJson extends Error {
  readonly offset: number
  constructor(bytes: Uint8Array, offset: number) {
    const found = bytes[offset]
    super(
      found === undefined
        ? 'it ends too early'
        : `${JSON.stringify(String.fromCharCode(found))} is out of place`,
    )
    this.offset = offset
  }
}

/** Names of the characters that JSON is made of. */
export const char = {
  quote: 34,
  comma: 44,
  minus: 45,
  point: 46,
  zero: 48,
  nine: 57,
  colon: 58,
  openList: 91,
  backslash: 92,
  closeList: 93,
  f: 102,
  n: 110,
  t: 116,
  openObject: 123,
  closeObject: 125,
} as const

/** Nobody means it to nest as deep as this. */
const deepest = 64

/** The offset of the next byte that is no white space. */
export function skipSpace(bytes: Uint8Array, at: number): number {
  let i = at
  while (i < bytes.length) {
    const c = bytes[i] as number
    if (c > 32 || (c !== 32 && c !== 10 && c !== 13 && c !== 9)) break
    i++
  }
  return i
}

/** Passes over one character, which must be there. */
export function skipChar(bytes: Uint8Array, at: number, c: number): number {
  if (bytes[at] !== c) throw new NotJson(bytes, at)
  return at + 1
}

/** The end of the string that begins at `at`. */
export function skipString(bytes: Uint8Array, at: number): number {
  for (let i = skipChar(bytes, at, char.quote); i < bytes.length; i++) {
    const c = bytes[i] as number
    if (c === char.quote) return i + 1
    if (c === char.backslash) i = skipEscape(bytes, i) - 1
    else if (c < 32) throw new NotJson(bytes, i)
  }
  throw new NotJson(bytes, bytes.length)
}

/** What may stand behind a backslash: quote, slash, backslash, and the letters b, f, n, r, t. */
const escapes = new Set([34, 47, 92, 98, 102, 110, 114, 116])

function skipEscape(bytes: Uint8Array, at: number): number {
  if (escapes.has(bytes[at + 1] as number)) return at + 2
  if (bytes[at + 1] !== 117) throw new NotJson(bytes, at + 1)
  for (let i = at + 2; i < at + 6; i++)
    if (!/[\da-fA-F]/.test(String.fromCharCode(bytes[i] ?? 0))) throw new NotJson(bytes, i)
  return at + 6
}

/** The end of the value that begins at `at`. @throws {NotJson} */
export function skipValue(bytes: Uint8Array, at: number, depth = 0): number {
  const c = bytes[at] as number
  if (c === char.quote) return skipString(bytes, at)
  if (c === char.openObject || c === char.openList) return skipNested(bytes, at, depth)
  if (c === char.t) return skipWord(bytes, at, 'true')
  if (c === char.f) return skipWord(bytes, at, 'false')
  if (c === char.n) return skipWord(bytes, at, 'null')
  return skipNumber(bytes, at)
}

function skipWord(bytes: Uint8Array, at: number, word: string): number {
  for (let i = 0; i < word.length; i++)
    if (bytes[at + i] !== word.charCodeAt(i)) throw new NotJson(bytes, at + i)
  return at + word.length
}

function skipDigits(bytes: Uint8Array, at: number): number {
  let i = at
  while (i < bytes.length && (bytes[i] as number) >= char.zero && (bytes[i] as number) <= char.nine) i++
  if (i === at) throw new NotJson(bytes, at)
  return i
}

function skipNumber(bytes: Uint8Array, at: number): number {
  let i = bytes[at] === char.minus ? at + 1 : at
  i = bytes[i] === char.zero ? i + 1 : skipDigits(bytes, i)
  if (bytes[i] === char.point) i = skipDigits(bytes, i + 1)
  if (((bytes[i] as number) | 32) === 101) {
    const sign = bytes[i + 1]
    i = skipDigits(bytes, sign === char.minus || sign === 43 ? i + 2 : i + 1)
  }
  return i
}

function skipNested(bytes: Uint8Array, at: number, depth: number): number {
  if (depth >= deepest) throw new NotJson(bytes, at)
  const pass = (start: number): number => skipValue(bytes, start, depth + 1)
  return bytes[at] === char.openList
    ? eachElement(bytes, at, pass)
    : eachMember(bytes, at, (_key, start) => pass(start))
}

/**
 * Calls `read` at the beginning of each element of the list at `at`; it answers where the element ends.
 *
 * @returns the end of the list.
 */
export function eachElement(bytes: Uint8Array, at: number, read: (start: number) => number): number {
  let i = skipSpace(bytes, skipChar(bytes, at, char.openList))
  if (bytes[i] === char.closeList) return i + 1
  for (;;) {
    i = skipSpace(bytes, read(i))
    if (bytes[i] === char.closeList) return i + 1
    i = skipSpace(bytes, skipChar(bytes, i, char.comma))
  }
}

/** The same for the members of an object; `key` is the offset of the quote before the name. */
export function eachMember(
  bytes: Uint8Array,
  at: number,
  read: (key: number, start: number) => number,
): number {
  let i = skipSpace(bytes, skipChar(bytes, at, char.openObject))
  if (bytes[i] === char.closeObject) return i + 1
  for (;;) {
    const colon = skipSpace(bytes, skipString(bytes, i))
    i = skipSpace(bytes, read(i, skipSpace(bytes, skipChar(bytes, colon, char.colon))))
    if (bytes[i] === char.closeObject) return i + 1
    i = skipSpace(bytes, skipChar(bytes, i, char.comma))
  }
}

/** A piece of a text as JavaScript has it. */
export const valueAt = (bytes: Buffer, start: number, end: number): unknown =>
  JSON.parse(bytes.toString('utf8', start, end))

/** As `valueAt`, of what is known to be a string. */
export function textAt(bytes: Buffer, start: number, end: number): string {
  // Without escapes, which nearly all are.
  const quoted = bytes.toString('utf8', start + 1, end - 1)
  return quoted.includes('\\') ? (JSON.parse(`"${quoted}"`) as string) : quoted
}
