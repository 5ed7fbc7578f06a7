import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc, { type Arbitrary } from 'fast-check'
import type { Columns } from '../../src/core/schema.ts'
import type { Bytes } from '../../src/core/stage.ts'
import { imageOf } from '../helpers/batches.ts'
import { shareOfCases } from '../transforms/parse-csv-cases.ts'
import { piecesOf } from '../transforms/parse-csv-outcome.ts'
import { kinds } from './any-batch.ts'
import { readCsv } from './read-csv.ts'
import { type Places, type Range, type Step, type Watcher, watched } from './watched-kernel.ts'

const texts = [
  '"',
  '"',
  '""',
  ',',
  ',',
  '\n',
  '\n',
  '\r\n',
  '\r',
  '"\n',
  '",',
  ',"',
  '0',
  '7',
  '-',
  '.5',
  '12345678',
  '1e5',
]
const tokens = [
  ...texts,
  'true',
  '2024-02-29',
  '\0',
  'x',
  'x'.repeat(64),
  'é',
  '\xff',
  '\xfe\x80',
  '€',
  '\uFEFF',
  '"é,"',
]

/** Bytes of which many mean something, and some are no UTF-8; now and then with a run of one of them. */
const anyBytes: Arbitrary<Bytes> = fc
  .array(fc.tuple(fc.constantFrom(...tokens), fc.constantFrom(1, 1, 1, 1, 1, 2, 70)), { maxLength: 120 })
  .map((parts) =>
    Buffer.concat(
      parts.map(([token, times]) =>
        Buffer.from(token.repeat(times), token === '\xff' || token === '\xfe\x80' ? 'latin1' : 'utf8'),
      ),
    ),
  )

const anyColumns: Arbitrary<Columns> = fc
  .array(fc.constantFrom(...kinds), { minLength: 1, maxLength: 3 })
  .map((some) => Object.fromEntries(some.map((kind, i) => [`c${i}`, kind])))

/** A header that is right before bytes that are anything; now and then only rows are wanted whose first text is odd. */
const anyText = fc
  .tuple(anyColumns, anyBytes, fc.array(fc.nat(4000), { maxLength: 5 }), fc.boolean())
  .map(([columns, bytes, ends, filtered]) => {
    const text = Buffer.concat([Buffer.from(`${Object.keys(columns).join()}\n`), bytes])
    const filter = { column: 'c0', isWanted: (one: string) => one.length % 2 === 1 }
    return { columns, pieces: piecesOf(text, ends), text, options: filtered ? { filter } : {} }
  })

/** What a reading answers, down to the last bit of its buffers. */
const imagesOf = ({ batches, ...told }: ReturnType<typeof readCsv>) => ({
  ...told,
  images: batches.map(imageOf),
})

test('of any bytes the kernel makes batches or an error of the data, the same wherever they are cut', () => {
  const reads = fc.property(anyBytes, anyText, (bytes, { columns, pieces, text, options }) => {
    readCsv([bytes], columns)
    assert.deepEqual(imagesOf(readCsv(pieces, columns, options)), imagesOf(readCsv([text], columns, options)))
  })
  fc.assert(reads, { numRuns: shareOfCases(0.05) })
})

/** Bytes of a value, of the kinds that have one for each row. */
const widthOf = (kind: number): number => [0, 0, 1, 2, 4, 8, 8, 4][kind] ?? 0

/** Bytes that a call may change, besides the tables below the heap. */
function mayWrite(
  step: Step,
  args: readonly number[],
  memory: Uint8Array,
  now: Places,
  then: Places,
): Range[] {
  const { positions, rowStarts, goodRows, badFields, scratch, input, columnWords } = now
  const words = (at: number, count: number): Range => [at, at + count * 4]
  const inScratch: Range = [scratch, scratch + input[1] - input[0]]
  if (step === 'findText') return [inScratch]
  if (step === 'sift') return [inScratch, words(goodRows, args[0] ?? 0)]
  if (step === 'scan') {
    const bytes = Buffer.from(memory.buffer, input[0], input[1] - input[0])
    const rows = bytes.filter((byte) => byte === 0x0a).length
    const ends = rows + bytes.filter((byte) => byte === 0x2c).length
    return [words(positions, ends + 1 + 12), words(rowStarts, rows + 2)]
  }
  const [, , , count = 0, row = 0] = args
  const rowBits = (at: number): Range => [at + (row >> 3), at + ((row + count + 7) >> 3)]
  const ofColumns = now.columns.flatMap(({ kind, values, validity, offsets, heap, heapUsed }, i): Range[] => {
    const nulls = rowBits(validity)
    if (kind === 0)
      return [
        nulls,
        words(offsets + (row + 1) * 4, count),
        [heap + (then.columns[i]?.heapUsed ?? 0), heap + heapUsed + 16],
      ]
    if (kind === 1) return [nulls, rowBits(values)]
    return [nulls, [values + row * widthOf(kind), values + (row + count) * widthOf(kind)]]
  })
  return [inScratch, [badFields, badFields + count * 2], columnWords, ...ofColumns]
}

const writesOnlyThere: Watcher = (step, args, memory, places, proceed) => {
  const then = places()
  const before = Buffer.from(memory)
  const answer = proceed()
  const now = places()
  const ranges: Range[] = [
    [0, now.heapBase],
    ...mayWrite(step, args, memory, now, then),
    [memory.length, memory.length],
  ]
  let at = 0
  for (const [from, to] of ranges.sort((a, b) => a[0] - b[0])) {
    const gap = [at, Math.max(at, from)] as const
    assert.ok(
      before.subarray(...gap).equals(memory.subarray(...gap)),
      `${step} wrote between ${gap.join(' and ')}`,
    )
    at = Math.max(at, to)
  }
  return answer
}

test('the kernel writes only where it says', () => {
  const writes = fc.property(anyText, ({ columns, pieces, options }) => {
    watched(writesOnlyThere, () => readCsv(pieces, columns, options))
  })
  fc.assert(writes, { numRuns: shareOfCases(0.01) })
})

/** Where what stands means nothing to a call: bytes to begin with, and how many at least. */
function meaningless(step: Step, row: number, places: Places): Range[] {
  const { positions, rowStarts, goodRows, badFields, scratch, input, columns } = places
  const some = (at: number): Range => [at, at + 256]
  const always: Range[] = [
    [input[0] - 64, input[0]],
    [input[1], input[1] + 128],
    [scratch - 32, scratch + 4096],
  ]
  if (step === 'scan') return [...always, some(positions), some(rowStarts), some(goodRows)]
  if (step === 'sift') return [...always, some(goodRows)]
  if (step === 'findText') return always
  const ofColumns = columns.flatMap(({ kind, values, offsets, heap, heapUsed }): Range[] => {
    if (kind === 0) return [some(offsets + (row + 1) * 4), some(heap + heapUsed)]
    return [some(values + (kind === 1 ? (row + 7) >> 3 : row * widthOf(kind)))]
  })
  return [...always, some(badFields), ...ofColumns]
}

/** Puts garbage there before each call. */
const litters =
  (seed: number): Watcher =>
  (step, args, memory, places, proceed) => {
    let state = seed
    for (const [from, to] of meaningless(step, args[4] ?? 0, places()))
      for (let at = from; at < to; at++) {
        state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
        memory[at] = state >>> 16
      }
    return proceed()
  }

test('what lies around the text in memory changes nothing', () => {
  const reads = fc.property(anyText, fc.integer(), ({ columns, pieces, options }, seed) => {
    const read = () => imagesOf(readCsv(pieces, columns, options))
    const clean = read()
    for (const one of [seed, seed + 1]) assert.deepEqual(watched(litters(one), read), clean)
  })
  fc.assert(reads, { numRuns: shareOfCases(0.01) })
})

test('what lies right before the text changes nothing, where rows and fields of nothing begin it', () => {
  for (const byte of Buffer.from('\r"0'))
    for (const text of ['\n1\n', '\r\n1\n', '1', '"2"\n', '\n', '-1\r\n'])
      for (const kind of ['utf8', 'int32'] as const) {
        const before: Watcher = (_step, _args, memory, places, proceed) => {
          memory.fill(byte, places().input[0] - 64, places().input[0])
          return proceed()
        }
        const read = () => imagesOf(readCsv([Buffer.from(`v\n${text}`)], { v: kind }))
        assert.deepEqual(watched(before, read), read())
      }
})
