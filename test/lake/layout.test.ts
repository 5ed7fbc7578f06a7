import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  isFolderName,
  isShortened,
  levelOf,
  levelPath,
  partitionFolder,
  partitionValue,
  partName,
} from '../../src/lake/layout.ts'

test('a partition lies at table/name=value, level below level', () => {
  assert.equal(
    partitionFolder('lake', 'stocks_trades', { date: '2024-03-01', ticker: 'BApA' }),
    'lake/stocks_trades/date=2024-03-01/ticker=BA%70A',
  )
  assert.equal(
    levelPath([
      ['ticker', 'A'],
      ['exchange', null],
    ]),
    'ticker=A/exchange=__HIVE_DEFAULT_PARTITION__',
  )
  assert.equal(partName(3), 'part-3.parquet')
})

const values: readonly (readonly [string | null, string])[] = [
  ['2024-03-01', '2024-03-01'],
  ['BRK.B', 'BRK.B'],
  ['BApA', 'BA%70A'],
  ['BAPA', 'BAPA'],
  ['O:SPY', 'O%3ASPY'],
  ['a/b', '%61%2F%62'],
  ['../../X', '%2E.%2F..%2FX'],
  ['..', '%2E%2E'],
  ['X.', 'X%2E'],
  ['CON', '%43ON'],
  ['CON.A', '%43ON.A'],
  ['CONE', 'CONE'],
  ['NUL.TXT', '%4EUL.TXT'],
  ['LPT1', '%4CPT1'],
  ['con', '%63%6F%6E'],
  ['X ', 'X%20'],
  ['%', '%25'],
  ['%41', '%2541'],
  ['A\nB', 'A%0AB'],
  ['\0', '%00'],
  ['\u00E9', '%C3%A9'],
  ['e\u0301', '%65%CC%81'],
  ['NULL', '%4EULL'],
  ['NULLS', 'NULLS'],
  ['__HIVE_DEFAULT_PARTITION__', '%5F_HIVE_DEFAULT_PARTITION__'],
  ['', ''],
  [null, '__HIVE_DEFAULT_PARTITION__'],
]
for (const [value, encoded] of values)
  test(`${JSON.stringify(value)} is written as ${encoded}`, () =>
    assert.equal(partitionValue(value), encoded))

/** Texts that some file system or reader takes for something else, alone, joined and repeated; in either case. */
const awkward = fc.oneof(
  fc.constantFrom(
    ...[
      'CON',
      'NUL',
      'com1',
      'LPT9',
      'NULL',
      'null',
      '__HIVE_DEFAULT_PARTITION__',
      '.',
      '..',
      '../',
      '/',
      '\\',
    ],
    ...[
      '%',
      '%41',
      '%2F',
      '~',
      '=',
      ' ',
      '+',
      '?',
      '#',
      '\n',
      '\0',
      '\u00E9',
      'e\u0301',
      'A',
      'a',
      'x'.repeat(90),
    ],
  ),
  fc.string({ unit: 'binary', maxLength: 12 }),
)
const anyText = fc.array(awkward, { maxLength: 5 }).map((texts) => texts.join(''))

test('what is written decodes to the value, unless it is too long, and only case decides nothing', () => {
  fc.assert(
    fc.property(anyText, (value) => {
      const encoded = partitionValue(value)
      if (isShortened(value)) assert.ok(encoded.length > 32 && encodeURIComponent(value).length > 60)
      else assert.equal(decodeURIComponent(encoded), value)
      assert.equal(encoded, encoded.toUpperCase())
    }),
    { numRuns: 1000 },
  )
})

test('two values have two names, also where case or the form of Unicode does not count', () => {
  const nameOf = (value: string | null): string => partitionValue(value).toLowerCase().normalize('NFC')
  const near = fc.oneof(
    anyText.map((value) => [value, value.toLowerCase()] as const),
    anyText.map((value) => [value.normalize('NFC'), value.normalize('NFD')] as const),
    fc.tuple(anyText, anyText),
    fc.tuple(anyText, fc.constant(null)),
  )
  fc.assert(
    fc.property(near, ([one, other]) => {
      assert.equal(nameOf(one) === nameOf(other), one === other)
    }),
    { numRuns: 2000 },
  )
})

test('a name is one that every file system takes, and leads nowhere else', () => {
  fc.assert(
    fc.property(anyText, (value) => {
      const encoded = partitionValue(value)
      assert.match(encoded, /^[A-Z0-9_.%~-]*$/)
      assert.doesNotMatch(encoded, /^(?:CON|PRN|AUX|NUL|COM\d|LPT\d)(?:\.|$)|^\.|\.$/)
      const column = 'c'.repeat(50)
      assert.ok(Buffer.byteLength(`${column}=${encoded}`) <= 255)
      const path = partitionFolder('lake', 'table', { [column]: value })
      assert.equal(path, `lake/table/${column}=${encoded}`)
    }),
    { numRuns: 1000 },
  )
})

test('long values have a beginning of whole characters and a hash, and stay apart', () => {
  const long = (end: string): string => `A${'\u00E9'.repeat(100)}${end}`
  const [a, b] = [partitionValue(long('1')), partitionValue(long('2'))]
  assert.match(a, /^A(?:%C3%A9){19}~[0-9A-F]{32}$/)
  assert.notEqual(a, b)
  assert.deepEqual(
    [isShortened(long('1')), isShortened('A'.repeat(200)), isShortened(null)],
    [true, false, false],
  )
  assert.ok(isShortened('A'.repeat(201)))
})

const names: readonly (readonly [string, boolean])[] = [
  ['stocks_trades', true],
  ['SPY-2024.v1', true],
  ['console', true],
  ['', false],
  ['..', false],
  ['.hidden', false],
  ['_millrace', false],
  ['a/b', false],
  ['a\\b', false],
  ['a.', false],
  ['a ', false],
  ['con', false],
  ['Nul.x', false],
  ['a'.repeat(201), false],
]
for (const [name, fine] of names)
  test(`${JSON.stringify(name.slice(0, 20))} ${fine ? 'can' : 'cannot'} name a folder`, () =>
    assert.equal(isFolderName(name), fine))

test('what the name of a folder tells is what it was made of', () => {
  const value = fc.option(fc.string({ unit: 'binary', maxLength: 20 }))
  fc.assert(
    fc.property(value, (text) => assert.deepEqual(levelOf(levelPath([['ticker', text]])), ['ticker', text])),
  )
  for (const none of ['part-0', '=A', '']) assert.equal(levelOf(none), undefined)
})
