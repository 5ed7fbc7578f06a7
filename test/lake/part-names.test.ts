import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DataError, UsageError } from '../../src/core/errors.ts'
import { partitionValue } from '../../src/lake/layout.ts'
import { checkLevels, createPartNames } from '../../src/lake/part-names.ts'

test('files of one partition are counted, and those of another begin anew', () => {
  const names = createPartNames({ warn: assert.fail })
  const next = (number: number, ticker: string | null): string =>
    names.next({ number, levels: [['ticker', ticker]] })
  assert.deepEqual(
    [next(0, 'A'), next(1, null), next(0, 'A')],
    [
      'ticker=A/part-0.parquet',
      'ticker=__HIVE_DEFAULT_PARTITION__/part-0.parquet',
      'ticker=A/part-1.parquet',
    ],
  )
  assert.equal(createPartNames({ warn: assert.fail }).next({ number: 0, levels: [] }), 'part-0.parquet')
})

test('a value too long for a name is told once, whole, with what it reads as', () => {
  const told: string[] = []
  const names = createPartNames({ warn: (text) => told.push(text) })
  const long = `${'A'.repeat(300)}\n`
  names.next({
    number: 0,
    levels: [
      ['ticker', long],
      ['exchange', '1'],
    ],
  })
  names.next({
    number: 1,
    levels: [
      ['ticker', long],
      ['exchange', '2'],
    ],
  })
  assert.deepEqual(told, [
    `ticker ${JSON.stringify(long)} is too long for the name of a folder: it reads as ${partitionValue(long)}`,
  ])
})

test('too many values that are too long are refused', () => {
  const names = createPartNames({ warn: () => {} })
  const next = (number: number): string =>
    names.next({ number, levels: [['ticker', `${'A'.repeat(30_000)}${number}`]] })
  next(0)
  next(1)
  assert.throws(
    () => next(2),
    (error) => error instanceof DataError && /3 values of ticker are too long/.test(error.message),
  )
})

for (const names of [['a/b'], ['..'], [''], ['a=b'], ['date', 'date'], ['date', 'Date'], ['x'.repeat(51)]])
  test(`${names} cannot be levels`, () => assert.throws(() => checkLevels(names), UsageError))

test('columns of any dataset can be levels', () =>
  checkLevels(['date', 'ticker', 'sip_exchange', 'x'.repeat(50)]))
