import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseTime } from '../../src/columnar/numbers.ts'
import { parseCsv } from '../../src/transforms/parse-csv.ts'
import { parseCsvCompat } from '../../src/transforms/parse-csv-compat.ts'
import { shareOfCases } from './parse-csv-cases.ts'
import { outcomeOf } from './parse-csv-outcome.ts'

const times: readonly [text: string, ns: bigint | undefined][] = [
  ['1754843586948.6707', 1_754_843_586_948_670_700n],
  ['1754843586948.670', 1_754_843_586_948_670_000n],
  ['1754843586948', 1_754_843_586_948_000_000n],
  ['1754843586948.', 1_754_843_586_948_000_000n],
  ['1754843586948.000001', 1_754_843_586_948_000_001n],
  ['1754843586948.0000010', 1_754_843_586_948_000_001n],
  ['1754843586948.0000001', undefined],
  ['1779368715688046681', 1_779_368_715_688_046_681n],
  ['1779368715688046681.0', undefined],
  // With 16 digits it is nanoseconds, with fewer it is milliseconds, which 64 bits may not hold.
  ['1000000000000000', 1_000_000_000_000_000n],
  ['0001000000000000000', 1_000_000_000_000_000n],
  ['999999999999999', undefined],
  ['9223372036854', 9_223_372_036_854_000_000n],
  ['9223372036854.775807', 9_223_372_036_854_775_807n],
  ['9223372036854.775808', undefined],
  ['9223372036854775807', 9_223_372_036_854_775_807n],
  ['9223372036854775808', undefined],
  ['-6795364578871345152', -6_795_364_578_871_345_152n],
  ['-9223372036854775808', undefined],
  ['-1.5', -1_500_000n],
  ['+1.5', 1_500_000n],
  ['0', 0n],
  ['0.000000', 0n],
  ['.5', undefined],
  ['.', undefined],
  ['', undefined],
  ['1.7548435869486707e12', undefined],
  ['1754843586948,6', undefined],
  ['2025-08-10T16:33:06Z', undefined],
  ['1754843586948.67a7', undefined],
]

test('a time is milliseconds if it has a point or fewer than 16 digits, and exact either way', () => {
  for (const [text, ns] of times) assert.equal(parseTime(text), ns, JSON.stringify(text))
})

const columns = { at: 'timestamp_ns', n: 'timestamp_ns' } as const
const options = { milliseconds: ['at'] } as const
const parsers = { parseCsv, parseCsvCompat }

for (const [name, parse] of Object.entries(parsers))
  test(`${name} reads such times in the columns named, and in no others`, async () => {
    const texts = times.filter(([text]) => text !== '')
    const lines = texts.flatMap(([text]) => [
      `"${text}",5\n`,
      ...(text.includes(',') ? [] : [`${text},5\r\n`]),
    ])
    const {
      rows,
      rejected,
      columns: schema,
    } = await outcomeOf([Buffer.from(`AT,n\n${lines.join('')},7\n1,1.5\n`)], parse(columns, options))
    assert.deepEqual(schema, ['at: Timestamp<NANOSECOND>', 'n: Timestamp<NANOSECOND>'])
    const expected = texts.flatMap(([text, ns]) =>
      ns === undefined ? [] : text.includes(',') ? [ns] : [ns, ns],
    )
    assert.deepEqual(
      rows.map(({ at }) => at),
      [...expected, null],
    )
    assert.match(rejected.at(-1) ?? '', /column n .*"1\.5" is not a whole number of 64 bits$/)
    assert.match(
      rejected[0] ?? '',
      /column at .*"1754843586948\.0000001" is not a time in nanoseconds, or in milliseconds/,
    )
  })

test('both parsers read the same of whatever is nearly a time', async () => {
  const digits = fc.stringMatching(/^[0-9]{0,20}$/)
  const near = fc.oneof(
    fc
      .tuple(fc.constantFrom('', '', '-', '+'), digits, fc.constantFrom('', '.'), digits)
      .map((all) => all.join('')),
    fc.bigInt({ min: 10n ** 15n - 9n, max: 10n ** 15n + 9n }).map(String),
    fc.string({ unit: fc.constantFrom(...'0159.-+e '), maxLength: 6 }),
  )
  const agree = fc.asyncProperty(fc.array(near, { maxLength: 60 }), async (texts) => {
    const bytes = [Buffer.from(`at,n\n${texts.map((text) => `${text},1\n`).join('')}`)]
    const [one, other] = await Promise.all([
      outcomeOf(bytes, parseCsv(columns, options)),
      outcomeOf(bytes, parseCsvCompat(columns, options)),
    ])
    assert.deepEqual(one, other)
    const expected = texts
      .map((text) => (text === '' ? null : parseTime(text)))
      .filter((ns) => ns !== undefined)
    assert.deepEqual(
      one.rows.map(({ at }) => at),
      expected,
    )
  })
  await fc.assert(agree, { numRuns: shareOfCases(0.05) })
})
