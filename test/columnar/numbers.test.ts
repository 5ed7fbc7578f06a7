import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  dateText,
  parseDate,
  parseFloat64,
  parseInt8,
  parseInt16,
  parseInt32,
  parseInt64,
} from '../../src/columnar/numbers.ts'

/** What each parser answers; a dash is a refusal. */
const grammar: readonly [text: string, float64: number | '-', int32: number | '-', int64: bigint | '-'][] = [
  ['', '-', '-', '-'],
  ['0', 0, 0, 0n],
  ['-0', -0, -0, 0n],
  ['+5', 5, 5, 5n],
  ['007', 7, 7, 7n],
  [' 1', '-', '-', '-'],
  ['1 ', '-', '-', '-'],
  ['1\n', '-', '-', '-'],
  ['1\u00a0', '-', '-', '-'],
  ['\uff11', '-', '-', '-'],
  ['0x10', '-', '-', '-'],
  ['0b1', '-', '-', '-'],
  ['1_000', '-', '-', '-'],
  ['1,000', '-', '-', '-'],
  ['1n', '-', '-', '-'],
  ['NaN', '-', '-', '-'],
  ['Infinity', '-', '-', '-'],
  ['-Infinity', '-', '-', '-'],
  ['null', '-', '-', '-'],
  ['+', '-', '-', '-'],
  ['-', '-', '-', '-'],
  ['--1', '-', '-', '-'],
  ['.', '-', '-', '-'],
  ['e5', '-', '-', '-'],
  ['.e5', '-', '-', '-'],
  ['1e', '-', '-', '-'],
  ['1e+', '-', '-', '-'],
  ['1e5.0', '-', '-', '-'],
  ['1.2.3', '-', '-', '-'],
  ['.5', 0.5, '-', '-'],
  ['5.', 5, '-', '-'],
  ['-1.5', -1.5, '-', '-'],
  ['1.0', 1, '-', '-'],
  ['1e3', 1000, '-', '-'],
  ['1E-3', 0.001, '-', '-'],
  ['1e999', '-', '-', '-'],
  ['-1e999', '-', '-', '-'],
  ['1e-999', 0, '-', '-'],
  ['0.123456789012345678', 0.123_456_789_012_345_68, '-', '-'],
  ['2147483647', 2_147_483_647, 2_147_483_647, 2_147_483_647n],
  ['2147483648', 2_147_483_648, '-', 2_147_483_648n],
  ['-2147483648', -2_147_483_648, -2_147_483_648, -2_147_483_648n],
  ['-2147483649', -2_147_483_649, '-', -2_147_483_649n],
  ['9223372036854775807', 2 ** 63, '-', 2n ** 63n - 1n],
  ['9223372036854775808', 2 ** 63, '-', '-'],
  ['-9223372036854775808', -(2 ** 63), '-', -(2n ** 63n)],
  ['-9223372036854775809', -(2 ** 63), '-', '-'],
  ['2024-03-01', '-', '-', '-'],
]

test('numbers are decimal with an optional sign, point and exponent, and nothing else', () => {
  for (const [text, float64, int32, int64] of grammar) {
    const read = [parseFloat64(text), parseInt32(text), parseInt64(text)]
    // Strict equality tells -0 from 0.
    assert.deepEqual(
      read.map((value) => value ?? '-'),
      [float64, int32, int64],
      JSON.stringify(text),
    )
  }
})

const narrow = { 8: parseInt8, 16: parseInt16, 32: parseInt32 } as const
for (const [bits, parse] of Object.entries(narrow))
  test(`of ${bits} bits every whole number is read that fits, and no other`, () => {
    const limit = 2n ** (BigInt(bits) - 1n)
    const near = [limit, -limit, 2n ** 32n, 2n ** 64n, 0n].map((middle) =>
      fc.bigInt({ min: middle - 3n, max: middle + 3n }),
    )
    const form = fc.constantFrom('', '+', '000', '-')
    const reads = fc.property(
      fc.oneof(...near, fc.bigInt(-limit * 4n, limit * 4n)),
      form,
      (value, before) => {
        const text = value < 0n ? String(value) : before + value
        const meant = before === '-' && value > 0n ? -value : value
        const fits = meant >= -limit && meant < limit
        const expected = fits ? (meant === 0n && text.startsWith('-') ? -0 : Number(meant)) : undefined
        assert.equal(parse(text), expected, text)
      },
    )
    fc.assert(reads, { numRuns: 500 })
    for (const text of ['1.0', '1e1', '', ' 1', '-', '0x1']) assert.equal(parse(text), undefined, text)
  })

const digits = fc.stringMatching(/^[0-9]{1,25}$/)
const sign = fc.constantFrom('', '+', '-')
const decimal = fc
  .tuple(
    sign,
    fc.oneof(
      digits,
      fc.tuple(digits, digits).map((both) => both.join('.')),
      digits.map((part) => `.${part}`),
      digits.map((part) => `${part}.`),
    ),
    fc.option(
      fc.tuple(fc.constantFrom('e', 'E'), sign, fc.nat(400)).map((parts) => parts.join('')),
      { nil: '' },
    ),
  )
  .map((parts) => parts.join(''))

const bitsOf = (value: number): bigint => new BigUint64Array(Float64Array.of(value).buffer)[0] as bigint

test('a decimal becomes the double that Number makes of it, to the bit, or is refused beyond the doubles', () => {
  const agrees = fc.property(fc.oneof(decimal, fc.double({ noNaN: true }).map(String)), (text) => {
    const value = parseFloat64(text)
    if (value === undefined) assert.ok(!Number.isFinite(Number(text)))
    else assert.equal(bitsOf(value), bitsOf(Number(text)))
  })
  fc.assert(agrees, { numRuns: 5000 })
})

test('any other text is refused by all of them, or read as Number and BigInt would', () => {
  const near = fc.string({ unit: fc.constantFrom(...'0159+-.eE_x ,n\t'), maxLength: 8 })
  const agrees = fc.property(near, (text) => {
    const [float64, int32, int64] = [parseFloat64(text), parseInt32(text), parseInt64(text)]
    if (float64 !== undefined) assert.equal(bitsOf(float64), bitsOf(Number(text)))
    if (int32 !== undefined) assert.equal(int32 | 0, float64 === 0 ? 0 : float64)
    if (int64 !== undefined) assert.equal(Number(int64), float64 === 0 ? 0 : float64)
  })
  fc.assert(agrees, { numRuns: 5000 })
})

test('a whole number of 64 bits is exact to the last digit, and a larger one is refused', () => {
  const around = fc.oneof(
    fc.bigInt({ min: -(2n ** 65n), max: 2n ** 65n }),
    fc
      .tuple(fc.constantFrom(-(2n ** 63n), 2n ** 63n, 2n ** 53n), fc.bigInt({ min: -3n, max: 3n }))
      .map(([a, b]) => a + b),
  )
  const agrees = fc.property(around, (value) => {
    const fits = value >= -(2n ** 63n) && value < 2n ** 63n
    assert.equal(parseInt64(String(value)), fits ? value : undefined)
  })
  fc.assert(agrees, { numRuns: 2000 })
})

test('a long text that is nearly a number is refused in no time', () => {
  const long = `${'1'.repeat(30_000)}x`
  for (const parse of [parseFloat64, parseInt32, parseInt64]) {
    const start = performance.now()
    assert.equal(parse(long), undefined)
    const ms = performance.now() - start
    assert.ok(ms < 300, `${parse.name} took ${ms} ms for ${long.length} characters`)
  }
})

const dates: readonly [text: string, days: number | undefined][] = [
  ['1970-01-01', 0],
  ['1969-12-31', -1],
  ['2024-03-01', 19_783],
  ['2024-02-29', 19_782],
  ['2023-02-29', undefined],
  ['2024-02-30', undefined],
  ['2024-13-01', undefined],
  ['2024-00-10', undefined],
  ['2024-1-1', undefined],
  ['20240301', undefined],
  ['2024-03-01T00:00', undefined],
  ['2024-03-01 ', undefined],
  ['+002024-03-01', undefined],
  ['', undefined],
]

test('a date is a day that exists, written as 2024-03-01', () => {
  for (const [text, days] of dates) assert.equal(parseDate(text), days, JSON.stringify(text))
})

test('every day of the years 0 to 9999 is read as it is printed', () => {
  const same = fc.property(fc.integer({ min: -719_528, max: 2_932_896 }), (days) => {
    assert.equal(parseDate(dateText(days)), days)
  })
  fc.assert(same, { numRuns: 1000 })
})
