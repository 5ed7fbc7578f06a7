import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inPieces } from '../../src/core/in-pieces.ts'

const mebibyte = 1 << 20
const lengths: readonly (readonly [bytes: number, pieces: readonly number[]])[] = [
  [0, []],
  [1, [1]],
  [mebibyte, [mebibyte]],
  [2 * mebibyte + 3, [mebibyte, mebibyte, 3]],
]

test('bytes are cut into views of at most 1 MiB, in order', () => {
  for (const [bytes, expected] of lengths) {
    const whole = Buffer.alloc(bytes, 'some bytes')
    const pieces = [...inPieces(whole)]
    assert.deepEqual(
      pieces.map(({ length }) => length),
      expected,
    )
    assert.ok(Buffer.concat(pieces).equals(whole))
    assert.ok(pieces.every(({ buffer }) => buffer === whole.buffer))
  }
})
