import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createRecordBytes } from '../../src/columnar/record-bytes.ts'

/** A text of 1 to 60 bytes, where its chunks end, where its records end, and how far the parser looks ahead. */
const cases = fc.integer({ min: 1, max: 60 }).chain((length) =>
  fc.record({
    length: fc.constant(length),
    chunkEnds: fc.array(fc.nat(length), { maxLength: 12 }),
    recordEnds: fc.uniqueArray(fc.integer({ min: 1, max: length }), { maxLength: 12 }),
    ahead: fc.nat(4),
  }),
)
const ascending = (numbers: readonly number[]): number[] => [...numbers].sort((a, b) => a - b)

test('each record is given with exactly its bytes, however the text is cut and however late its end is told', () => {
  const exact = fc.property(cases, ({ length, chunkEnds, recordEnds, ahead }) => {
    const text = Uint8Array.from({ length }, (_, i) => i + 1)
    const records = createRecordBytes()
    const ends = ascending(recordEnds)
    let from = 0
    let start = 0
    for (const end of [...ascending(chunkEnds), length]) {
      records.feed(text.slice(from, end))
      from = end
      // A parser that looks ahead tells of a record only when so many bytes behind it have come.
      while (ends[0] !== undefined && (ends[0] + ahead <= end || end === length) && ends[0] <= end) {
        const recordEnd = ends.shift() as number
        assert.equal(records.start, start)
        assert.deepEqual([...records.next(recordEnd)], [...text.subarray(start, recordEnd)])
        start = recordEnd
      }
    }
    assert.equal(records.start, start)
    assert.deepEqual(ends, [])
  })
  fc.assert(exact, { numRuns: 3000 })
})

test('what a record carries over is its own, though the chunk is used again', () => {
  const records = createRecordBytes()
  const chunk = Uint8Array.of(1, 2, 3)
  records.feed(chunk)
  assert.deepEqual([...records.next(1)], [1])
  records.feed(Uint8Array.of(4))
  chunk.fill(9)
  records.feed(Uint8Array.of(5))
  assert.deepEqual([...records.next(5)], [2, 3, 4, 5])
})
