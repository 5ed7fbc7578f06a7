import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inflateRawSync } from 'node:zlib'
import fc, { type Arbitrary } from 'fast-check'
import { compileInflater, openInflater } from '../../src/columnar/inflater.ts'
import { shareOfCases } from '../transforms/parse-csv-cases.ts'
import { compressed, damaged, handmade } from './any-deflate.ts'

const module = compileInflater()

interface Inflated {
  readonly output: Buffer
  /** `hungry`: there is no end in the input. */
  readonly outcome: string
  /** What follows the end. */
  readonly rest: Buffer
}

/** What comes out of pieces; with `moves` another inflater goes on after each of them. */
function inflated(pieces: readonly Uint8Array[], moves = false): Inflated {
  let inflater = openInflater(module)
  const output: Uint8Array[] = []
  const after: Uint8Array[] = []
  let outcome = 'hungry'
  const read = (): void => {
    do {
      const answer = inflater.inflate()
      outcome = typeof answer === 'object' ? answer.fault : answer
      output.push(inflater.take())
    } while (outcome === 'full')
  }
  for (const piece of pieces) {
    let at = 0
    while (at < piece.length && outcome === 'hungry') {
      at += inflater.put(piece.subarray(at))
      read()
      if (moves) inflater = openInflater(module, inflater.save())
    }
    after.push(piece.subarray(at))
  }
  if (outcome === 'hungry') {
    inflater.end()
    read()
  }
  return { output: Buffer.concat(output), outcome, rest: Buffer.concat([inflater.rest, ...after]) }
}

/** The same by zlib, for which all that ends too early or is wrong is an error. */
function byZlib(stream: Uint8Array): Inflated | undefined {
  try {
    // The types have an old answer of `info`.
    const { buffer, engine } = inflateRawSync(stream, { info: true }) as unknown as {
      buffer: Buffer
      engine: { bytesWritten: number }
    }
    return { output: buffer, outcome: 'done', rest: Buffer.from(stream.subarray(engine.bytesWritten)) }
  } catch {
    return undefined
  }
}

/** More than is looked ahead. */
const after = Buffer.from(Array.from({ length: 70 }, (_, at) => 0x1f + at))

function agrees(stream: Buffer, sizes: readonly number[], last: number): void {
  const expected = byZlib(stream)
  const pieces: Uint8Array[] = []
  const end = Math.max(0, stream.length - last)
  let at = 0
  for (const size of sizes) {
    pieces.push(stream.subarray(at, Math.min(at + size, end)))
    at = Math.min(at + size, end)
  }
  pieces.push(stream.subarray(at, end), stream.subarray(end))
  for (const moves of [false, true]) {
    const found = inflated(pieces, moves)
    if (expected) assert.deepEqual(found, expected)
    else assert.notEqual(found.outcome, 'done')
  }
}

const kinds: readonly [title: string, streams: Arbitrary<Buffer>, share: number][] = [
  ['compressed by zlib in any of its ways', compressed, 1 / 8],
  ['with codes that no compressor would choose', handmade, 1 / 4],
  ['with bytes changed or cut off', damaged, 1 / 4],
  ['of random bytes', fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes)), 1 / 8],
]

for (const [title, streams, share] of kinds)
  test(`streams ${title} are inflated as zlib does it, or refused as it does, wherever they are cut`, () => {
    const sizes = fc.array(fc.nat(700), { maxLength: 5 })
    fc.assert(
      fc.property(streams, sizes, fc.nat(after.length), fc.boolean(), (stream, cuts, last, more) =>
        agrees(more ? Buffer.concat([stream, after]) : stream, cuts, last),
      ),
      { numRuns: shareOfCases(share) },
    )
  })
