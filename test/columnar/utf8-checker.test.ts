import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { utf8Checker } from '../../src/columnar/utf8-checker.ts'
import { DataError } from '../../src/core/errors.ts'

/** Whether bytes pass, fed in pieces that end at `ends`, some of them empty. */
function passes(bytes: Uint8Array, ends: readonly number[]): boolean {
  const check = utf8Checker()
  let from = 0
  try {
    for (const end of [...[...ends].sort((a, b) => a - b), bytes.length]) {
      check(bytes.subarray(from, end))
      from = end
    }
    check()
    return true
  } catch (error) {
    assert.ok(error instanceof DataError)
    assert.match(error.message, /not UTF-8/)
    return false
  }
}

/** Encoding what was decoded gives the same bytes only if they were UTF-8. */
const isUtf8 = (bytes: Buffer): boolean => Buffer.from(bytes.toString()).equals(bytes)

const ends = fc.array(fc.nat(10), { maxLength: 8 })
const cutAt = (bytes: Buffer, at: readonly number[]): number[] => at.map((end) => Math.min(end, bytes.length))

test('UTF-8 passes, cut anywhere', () => {
  const unit = fc.constantFrom('a', 'z', '\n', 'ü', '€', '😀', '\uFEFF', '\uFFFD')
  const valid = fc.oneof(fc.string({ unit }), fc.string({ unit: 'binary' })).map((text) => Buffer.from(text))
  fc.assert(
    fc.property(valid, ends, (bytes, at) => passes(bytes, cutAt(bytes, at))),
    { numRuns: 1000 },
  )
})

test('bytes that are not UTF-8 are refused, and only those, cut anywhere', () => {
  const byte = fc.constantFrom(0x41, 0x80, 0xa9, 0xc0, 0xc3, 0xe2, 0x82, 0xac, 0xed, 0xf0, 0x9f, 0xff)
  const some = fc.array(byte, { maxLength: 8 }).map((bytes) => Buffer.from(bytes))
  const agrees = fc.property(some, ends, (bytes, at) => {
    assert.equal(passes(bytes, cutAt(bytes, at)), isUtf8(bytes))
  })
  fc.assert(agrees, { numRuns: 5000 })
})

const refused: readonly [title: string, bytes: readonly number[]][] = [
  ['a byte of no character', [0xff]],
  ['a character that the end cuts off', [0x41, 0xe2, 0x82]],
  ['a character that another one cuts off', [0xc3, 0x41, 0xa9]],
  ['a letter written in two bytes', [0xc1, 0x81]],
  ['half of a surrogate pair', [0xed, 0xa0, 0x80]],
  ['a character beyond Unicode', [0xf4, 0x90, 0x80, 0x80]],
  ['Latin-1', [0x4d, 0xfc, 0x6c]],
]

for (const [title, bytes] of refused)
  test(`${title} is refused, whole, byte by byte, and with empty chunks between`, () => {
    const each = bytes.map((_, at) => at)
    for (const at of [[], each, [...each, ...each]]) assert.equal(passes(Uint8Array.from(bytes), at), false)
  })

test('the error tells from which byte on the text was looked at', () => {
  const check = utf8Checker()
  check(Buffer.from('ticker\n'))
  check(Buffer.from('ü\n'))
  assert.throws(() => check(Uint8Array.of(0xff)), /somewhere from byte 10 on/)
})
