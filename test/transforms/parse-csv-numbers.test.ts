import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc, { type Arbitrary } from 'fast-check'
import { column } from '../../src/columnar/column.ts'
import type { Kind } from '../../src/core/schema.ts'
import { parseCsv } from '../../src/transforms/parse-csv.ts'
import { collect } from '../helpers/collect.ts'
import { shareOfCases } from './parse-csv-cases.ts'
import { outcomeOf } from './parse-csv-outcome.ts'
import { decimals, digits, joined, sign } from './parse-csv-values.ts'

/** How a column of values is written: alone, as the last of two, or the first, and what ends its lines. */
const forms = {
  alone: (value: string) => `${value}\n`,
  last: (value: string) => `x,${value}\r\n`,
  first: (value: string) => `${value},"x"\n`,
  quoted: (value: string) => `"${value}",\n`,
} as const
type Form = keyof typeof forms
const headers: Readonly<Record<Form, string>> = { alone: 'v', last: 'x,v', first: 'v,x', quoted: 'v,x' }
const anyForm = fc.constantFrom(...(Object.keys(forms) as Form[]))

const bytesOf = (values: readonly string[], form: Form): Buffer =>
  Buffer.from(`${headers[form]}\n${values.map(forms[form]).join('')}`)

const hundred = (values: Arbitrary<string>): Arbitrary<string[]> =>
  fc.array(values, { minLength: 1, maxLength: 100 })

const fits = (text: string): boolean => Number.isFinite(Number(text))

test('a decimal becomes the double that Number makes of it, to the bit, and one beyond the doubles is refused', async () => {
  const reads = fc.asyncProperty(hundred(decimals), anyForm, async (texts, form) => {
    const [batch] = await collect([bytesOf(texts.filter(fits), form)], parseCsv({ v: 'float64' }))
    assert.ok(batch)
    const { values } = column(batch as never, 'v' as never) as { values: Float64Array }
    const expected = Float64Array.from(texts.filter(fits), Number)
    // As integers, for deep equality takes no notice of the bits of a double.
    assert.deepEqual(new BigUint64Array(values.slice().buffer), new BigUint64Array(expected.buffer))
    const beyond = await outcomeOf([bytesOf(texts, form)], parseCsv({ v: 'float64' }))
    assert.equal(beyond.rejected.length, texts.length - expected.length)
  })
  await fc.assert(reads, { numRuns: shareOfCases(0.03) })
})

// Every length and place of the point goes another way through the kernel: 8, 9, 16 and 17 characters are its edges.
test('decimals of 1 to 25 digits are exact with the point anywhere', async () => {
  const texts = Array.from({ length: 25 }, (_, i) => i + 1).flatMap((length) =>
    ['1234567890', '9999999999', '0000000001', '9007199254'].flatMap((ten) => {
      const all = ten.repeat(3).slice(0, length)
      return [all, ...Array.from({ length: length + 1 }, (_, at) => `${all.slice(0, at)}.${all.slice(at)}`)]
    }),
  )
  for (const form of Object.keys(forms) as Form[])
    for (const before of ['', '-', '+', '0']) {
      const given = texts.map((text) => before + text)
      const { rows, rejected } = await outcomeOf([bytesOf(given, form)], parseCsv({ v: 'float64' }))
      assert.deepEqual(rejected, [])
      for (const [i, text] of given.entries()) assert.ok(Object.is(rows[i]?.['v'], Number(text)), text)
    }
})

const widths: readonly [kind: Kind, bits: number][] = [
  ['int8', 8],
  ['int16', 16],
  ['int32', 32],
  ['int64', 64],
  ['timestamp_ns', 64],
]

for (const [kind, bits] of widths) {
  const limit = 2n ** BigInt(bits - 1)
  const around = fc.oneof(
    joined(sign, digits(1, 25)),
    fc.bigInt({ min: -limit * 2n, max: limit * 2n }).map(String),
    fc
      .tuple(
        fc.constantFrom(limit, -limit, 2n ** 32n, 2n ** 64n, 10n ** 8n, 10n ** 16n),
        fc.bigInt({ min: -2n, max: 2n }),
      )
      .map(([middle, off]) => String(middle + off)),
    joined(fc.constantFrom('-', '+', ''), fc.constantFrom('0', '0'.repeat(9), '0'.repeat(30)), digits(0, 19)),
  )

  test(`a whole number that fits ${kind} is the one that BigInt makes of it, and no other is read`, async () => {
    const reads = fc.asyncProperty(hundred(around), anyForm, async (texts, form) => {
      const told = await outcomeOf([bytesOf(texts, form)], parseCsv({ v: kind }))
      const meant = texts.map((text) => BigInt(text.replace('+', '')))
      const fitting = meant.filter((value) => value >= -limit && value < limit)
      assert.deepEqual(
        told.rows.map(({ v }) => BigInt(v as number | bigint)),
        fitting,
      )
      assert.equal(told.rejected.length, texts.length - fitting.length)
      assert.ok(told.rejected.every((why) => why.endsWith(`is not a whole number of ${bits} bits`)))
    })
    await fc.assert(reads, { numRuns: shareOfCases(0.01) })
  })
}

/** Near to a number, or to one of another length: each byte in turn is one that is no digit. */
const strangers = [...'/:.+-eE _,x\0', '\u00B0', '\u0660', '\uFF11']
const spoilt = [
  '7',
  '1234567',
  '12345678',
  '123456789',
  '1234567890123456',
  '12345678901234567',
  '1234567890123456789',
].flatMap((digits) =>
  Array.from({ length: digits.length }, (_, at) =>
    strangers.map((one) => digits.slice(0, at) + one + digits.slice(at + 1)),
  ),
)
const numeric = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/
const whole = /^[+-]?\d+$/

test('a single byte that is no digit makes no number of digits, wherever it stands', async () => {
  const texts = spoilt.flat().filter((text) => !text.includes(','))
  for (const form of Object.keys(forms) as Form[])
    for (const [kind, grammar] of [
      ['float64', numeric],
      ['int64', whole],
    ] as const) {
      const { rows, rejected } = await outcomeOf([bytesOf(texts, form)], parseCsv({ v: kind }))
      const good = texts.filter((text) => grammar.test(text) && fits(text))
      assert.deepEqual(
        rows.map(({ v }) => v),
        good.map((text) => (kind === 'int64' ? BigInt(text.replace('+', '')) : Number(text))),
      )
      assert.equal(rejected.length, texts.length - good.length)
    }
})

test('every day of the years 0 to 9999 is read, and no other', async () => {
  const pad = (n: number, width: number) => String(n).padStart(width, '0')
  const years = [0, 1, 4, 100, 400, 1582, 1899, 1900, 1969, 1970, 1972, 1999, 2000, 2023, 2024, 2100, 9999]
  const texts = years.flatMap((year) =>
    Array.from(
      { length: 14 * 33 },
      (_, i) => `${pad(year, 4)}-${pad(Math.floor(i / 33), 2)}-${pad(i % 33, 2)}`,
    ),
  )
  const dayOf = (text: string): number | undefined => {
    const ms = Date.parse(`${text}T00:00:00Z`)
    return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text) ? ms / 86_400_000 : undefined
  }
  const { rows, rejected } = await outcomeOf([bytesOf(texts, 'last')], parseCsv({ v: 'date' }))
  const days = texts.map(dayOf).filter((day) => day !== undefined)
  assert.deepEqual(
    rows.map(({ v }) => v),
    days,
  )
  assert.equal(rejected.length, texts.length - days.length)
})
