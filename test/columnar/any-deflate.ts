import { constants, deflateRawSync } from 'node:zlib'
import fc, { type Arbitrary } from 'fast-check'

/** Bits, the lowest of each byte first, as RFC 1951 packs them. */
function packed(fields: Iterable<readonly [value: number, bits: number]>): Buffer {
  const bytes: number[] = []
  let [held, count] = [0, 0]
  for (const [value, bits] of fields) {
    held += value * 2 ** count
    for (count += bits; count >= 8; count -= 8) {
      bytes.push(held % 256)
      held = Math.floor(held / 256)
    }
  }
  return Buffer.from(count > 0 ? [...bytes, held] : bytes)
}

type Field = readonly [value: number, bits: number]

/** Codewords are packed highest bit first. */
const reversed = (code: number, bits: number): Field => [
  Number.parseInt(code.toString(2).padStart(bits, '0').split('').reverse().join(''), 2),
  bits,
]

/** The codewords of RFC 1951, 3.2.2, for the lengths of a code; nothing for a length of 0. */
export function codewords(lengths: readonly number[]): (Field | undefined)[] {
  const next = Array<number>(17).fill(0)
  for (const bits of Array(15).keys())
    next[bits + 2] = ((next[bits + 1] as number) + lengths.filter((length) => length === bits + 1).length) * 2
  return lengths.map((length) => {
    if (length === 0) return undefined
    const code = next[length] as number
    next[length] = code + 1
    return reversed(code % 2 ** length, length)
  })
}

/** Lengths of a code that leaves no bits over, for some of so many symbols; it has `must` if that is given. */
const completeLengths = (symbols: number, must?: number): Arbitrary<number[]> =>
  fc
    .tuple(
      fc.array(fc.nat(), { minLength: 1, maxLength: Math.min(symbols - 2, 60) }),
      fc.uniqueArray(fc.nat(symbols - 1), { minLength: symbols, maxLength: symbols }),
    )
    .map(([splits, order]) => {
      let leaves = [1, 1]
      // The highest numbers split the last one, so that some codewords are long.
      for (const split of splits) {
        const able = leaves.flatMap((length, at) => (length < 15 ? [at] : []))
        const at = (split % 3 === 0 ? able[split % able.length] : able.at(-1)) as number
        const length = (leaves[at] as number) + 1
        leaves = [...leaves.slice(0, at), ...leaves.slice(at + 1), length, length]
      }
      const lengths = Array<number>(symbols).fill(0)
      const used = must === undefined ? order : [must, ...order.filter((symbol) => symbol !== must)]
      for (const [at, length] of leaves.entries()) lengths[used[at] as number] = length
      return lengths
    })

/** All code lengths from 0 to 15 at 4 bits each. */
const plainCodeLengths = Array.from({ length: 19 }, (_, symbol) => (symbol < 16 ? 4 : 0))
const orderOfCodeLengths = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]

const lengthExtra = (symbol: number): number =>
  symbol < 265 || symbol === 285 ? 0 : Math.floor((symbol - 261) / 4)
const distanceExtra = (symbol: number): number => (symbol < 4 ? 0 : Math.floor(symbol / 2) - 1)

/** What picks one of the codewords there are, and the bits that are added to it. */
type Pick = readonly [symbol: number, extra: number, distance: number, distanceExtra: number]

function* dynamicBlock(
  literals: readonly number[],
  distances: readonly number[],
  picks: readonly Pick[],
): Generator<Field> {
  yield* [
    [0, 1],
    [2, 2],
    [literals.length - 257, 5],
    [distances.length - 1, 5],
    [15, 4],
  ] satisfies Field[]
  for (const symbol of orderOfCodeLengths) yield [plainCodeLengths[symbol] as number, 3]
  const lengthCodes = codewords(plainCodeLengths)
  for (const length of [...literals, ...distances]) yield lengthCodes[length] as Field
  yield* symbols(codewords(literals), codewords(distances), picks)
}

function* symbols(
  literals: readonly (Field | undefined)[],
  distances: readonly (Field | undefined)[],
  picks: readonly Pick[],
): Generator<Field> {
  const [known, far] = [literals, distances].map((codes) =>
    codes.flatMap((code, symbol) => (code ? [{ code, symbol }] : [])),
  ) as [{ code: Field; symbol: number }[], { code: Field; symbol: number }[]]
  for (const [pick, extra, distancePick, distanceBits] of picks) {
    const { code, symbol } = known[pick % known.length] as (typeof known)[0]
    if (symbol === 256) continue
    yield code
    const distance = far[distancePick % Math.max(far.length, 1)]
    if (symbol < 256 || !distance) continue
    yield [extra % 2 ** lengthExtra(symbol), lengthExtra(symbol)]
    yield distance.code
    yield [distanceBits % 2 ** distanceExtra(distance.symbol), distanceExtra(distance.symbol)]
  }
  yield literals[256] ?? [0, 1]
}

const picks = fc.array(fc.tuple(fc.nat(300), fc.nat(31), fc.nat(40), fc.nat(8191)), { maxLength: 300 })
/** A stored block of so many bytes comes first, so that references have something to refer to. */
const before = fc.constantFrom(0, 1, 300, 33_000)

/** Streams with codes that no compressor would choose, right or not quite. */
export const handmade: Arbitrary<Buffer> = fc
  .record({
    before,
    literals: completeLengths(286, 256),
    distances: fc.oneof(
      completeLengths(30),
      fc.constantFrom([0], [1], [0, 1], [2], [1, 2], [1, 1, 1], Array<number>(30).fill(0)),
    ),
    picks,
    breaks: fc.oneof(
      { weight: 9, arbitrary: fc.constant(null) },
      { weight: 1, arbitrary: fc.tuple(fc.nat(285), fc.nat(15)) },
    ),
  })
  .map(({ before, literals, distances, picks, breaks }) => {
    const lengths = breaks ? literals.with(breaks[0], breaks[1]) : literals
    const stored = Buffer.from(Array.from({ length: before }, (_, at) => (at * 7) & 255))
    return Buffer.concat([
      Buffer.from([0, before & 255, before >> 8, ~before & 255, (~before >> 8) & 255]),
      stored,
      packed([
        ...dynamicBlock(lengths, distances, picks),
        // The last block: fixed codes, and nothing in it.
        [1, 1],
        [1, 2],
        [0, 7],
      ]),
    ])
  })

const { Z_DEFAULT_STRATEGY, Z_FILTERED, Z_FIXED, Z_HUFFMAN_ONLY, Z_RLE } = constants

/** Bytes of few and of many values, with repetitions near and far. */
export const content: Arbitrary<Buffer> = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.array(fc.constantFrom(...Buffer.from('0123456789,.\n')), { maxLength: 300 }),
      fc
        .record({ byte: fc.nat(255), times: fc.nat(2000) })
        .map(({ byte, times }) => Buffer.alloc(times, byte)),
      fc.record({ again: fc.nat(40_000), bytes: fc.nat(700) }),
    ),
    { maxLength: 12 },
  )
  .map((parts) =>
    parts.reduce<Buffer>((whole, part) => {
      if (!('again' in part)) return Buffer.concat([whole, Buffer.from(part)])
      const from = Math.max(0, whole.length - part.again)
      return Buffer.concat([whole, whole.subarray(from, from + part.bytes)])
    }, Buffer.alloc(0)),
  )

/** What zlib makes of some content, in each of its ways. */
export const compressed: Arbitrary<Buffer> = fc
  .record({
    content,
    level: fc.integer({ min: 0, max: 9 }),
    memLevel: fc.integer({ min: 1, max: 9 }),
    windowBits: fc.integer({ min: 9, max: 15 }),
    strategy: fc.constantFrom(Z_DEFAULT_STRATEGY, Z_FILTERED, Z_FIXED, Z_HUFFMAN_ONLY, Z_RLE),
  })
  .map(({ content, ...options }) => deflateRawSync(content, options))

/** The same with some bytes changed, or cut off. */
export const damaged: Arbitrary<Buffer> = fc
  .record({
    stream: fc.oneof(compressed, handmade),
    changes: fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 3 }),
    cut: fc.option(fc.nat()),
  })
  .map(({ stream, changes, cut }) => {
    const bytes = Buffer.from(cut === null ? stream : stream.subarray(0, cut % (stream.length + 1)))
    for (const [at, byte] of changes) if (bytes.length > 0) bytes[at % bytes.length] = byte
    return bytes
  })
