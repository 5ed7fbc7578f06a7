import fc, { type Arbitrary } from 'fast-check'
import type { Kind } from '../../src/core/schema.ts'

/** Decimal digits, leading zeros among them. */
export const digits = (least: number, most: number): Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: least, maxLength: most })
export const sign = fc.constantFrom('', '', '', '-', '+')
export const joined = (...parts: readonly Arbitrary<string>[]): Arbitrary<string> =>
  fc.tuple(...parts).map((texts) => texts.join(''))

/** Whole numbers of up to 25 digits, many of them around the limits of 8 to 64 bits. */
export const wholes = fc.oneof(
  joined(sign, digits(1, 4)),
  joined(sign, digits(1, 25)),
  fc
    .tuple(fc.constantFrom(7n, 8n, 15n, 16n, 31n, 32n, 53n, 63n, 64n), fc.bigInt({ min: -2n, max: 2n }))
    .chain(([bits, off]) => fc.constantFrom(String(2n ** bits + off), String(-(2n ** bits) + off))),
  joined(sign, fc.constantFrom('0', '00000000', '0000000000000000000000'), digits(0, 19)),
)

/** Decimals of 1 to 25 digits with the point anywhere. */
export const decimals: Arbitrary<string> = fc.oneof(
  joined(digits(0, 5), fc.constant('.'), digits(1, 6)),
  digits(1, 25).chain((all) => fc.nat(all.length).map((at) => `${all.slice(0, at)}.${all.slice(at)}`)),
  joined(sign, digits(1, 12), fc.constantFrom('', '.', '.5', '.000000000')),
  joined(sign, digits(1, 20), fc.constantFrom('e', 'E'), sign, digits(1, 3)),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
)

const noNumber = fc.constantFrom(
  ...[
    'x',
    '.',
    '-',
    '+',
    '1.2.3',
    '..',
    '1e',
    'e5',
    '--1',
    '1_0',
    '0x1F',
    'NaN',
    'Infinity',
    '1n',
    ' 1',
    '1 ',
  ],
  ...[
    '1.0',
    '1e3',
    '/',
    ':',
    '1:',
    '/1',
    '\u0661',
    '1\u00A0',
    '1\0',
    '12345678x',
    'x12345678',
    '1234567890123456/',
  ],
)
const pad = (n: number, width: number): string => String(n).padStart(width, '0')
const dates = fc
  .oneof(
    fc.tuple(
      fc.integer({ min: 0, max: 9999 }),
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 1, max: 31 }),
    ),
    fc.tuple(
      fc.constantFrom(0, 4, 1900, 2000, 2023, 2024, 2100, 9999),
      fc.constant(2),
      fc.integer({ min: 28, max: 30 }),
    ),
    fc.tuple(fc.integer({ min: 0, max: 9999 }), fc.nat(13), fc.nat(32)),
  )
  .map(([year, month, day]) => `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`)
const noDate = fc.constantFrom(
  '2024-3-01',
  '2024/03/01',
  '20240301',
  '2024-03-01 ',
  '-024-03-01',
  '2024-03-1x',
  '٢٠٢٤',
)
const bools = fc.oneof(
  fc.constantFrom('true', 'false', 'TRUE', 'False', 'tRuE', 'fALSE'),
  fc.constantFrom('yes', '1', 'tru', 'truee', 'falsy', 'TRUE ', 'fal\u017Fe', 't\u2019ue'),
)

const letters = fc.string({ unit: fc.constantFrom(...'abAB09 .-ü€😀\0\uFEFF"\'~,;\t|\r\n'), maxLength: 7 })
const texts = fc.oneof(
  letters,
  fc.constantFrom('A', 'BRK.B', 'NA', 'a,b', '"', '""', '\r', '\n', '\r\n', ' ', '😀', 'x\r'),
  fc.tuple(letters, fc.integer({ min: 10, max: 150 })).map(([text, length]) => text.padEnd(length, 'x')),
)

const number = fc.oneof({ arbitrary: wholes, weight: 8 }, { arbitrary: noNumber, weight: 1 })
/** Texts that are values of each kind, mostly. */
export const textOfKind: Readonly<Record<Kind, Arbitrary<string>>> = {
  utf8: texts,
  bool: bools,
  int8: number,
  int16: number,
  int32: number,
  int64: number,
  float64: fc.oneof({ arbitrary: decimals, weight: 6 }, { arbitrary: number, weight: 3 }),
  date: fc.oneof({ arbitrary: dates, weight: 8 }, { arbitrary: noDate, weight: 1 }),
  timestamp_ns: number,
  timestamp_us: number,
  timestamp_ns_utc: number,
  timestamp_us_utc: number,
}
export const csvKinds = Object.keys(textOfKind) as Kind[]
