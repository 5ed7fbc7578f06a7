import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { UsageError } from '../../src/core/errors.ts'
import {
  age,
  bytes,
  choice,
  count,
  day,
  duration,
  flagOf,
  isDate,
  list,
  optional,
  rate,
  text,
  toggle,
} from '../../src/core/params.ts'
import type { Param } from '../../src/core/recipe.ts'

interface Table {
  readonly param: Param<unknown>
  readonly means: readonly (readonly [string, unknown])[]
  readonly meansNothing: readonly string[]
}

const params: Readonly<Record<string, Table>> = {
  text: {
    param: text('x'),
    means: [
      ['a b', 'a b'],
      [' ', ' '],
      ['-', '-'],
    ],
    meansNothing: [''],
  },
  rate: {
    param: rate('x'),
    means: [
      ['90/s', { requests: 90, everyMs: 1000 }],
      ['5/min', { requests: 5, everyMs: 60_000 }],
      ['5/m', { requests: 5, everyMs: 60_000 }],
      ['1000/h', { requests: 1000, everyMs: 3_600_000 }],
      ['0', { requests: 0, everyMs: 0 }],
    ],
    meansNothing: ['', '5', '0/s', '5/', '5/day', '1.5/s', '-1/s', '/s'],
  },
  toggle: {
    param: toggle('x'),
    means: [
      ['true', true],
      ['false', false],
    ],
    meansNothing: ['', 'yes', 'True', '1'],
  },
  choice: {
    param: choice('x', ['csv', 'parquet']),
    means: [
      ['csv', 'csv'],
      ['parquet', 'parquet'],
    ],
    meansNothing: ['', 'CSV', 'csv ', 'json'],
  },
  count: {
    param: count('x'),
    means: [
      ['1', 1],
      ['007', 7],
      ['9007199254740991', 9007199254740991],
    ],
    meansNothing: [
      '',
      '0',
      '-1',
      '1.5',
      '1e3',
      '0x10',
      ' 1',
      '1 ',
      '+1',
      '9007199254740992',
      'Infinity',
      '1_000',
    ],
  },
  'count from 0': { param: count('x', { least: 0 }), means: [['0', 0]], meansNothing: ['-0', '-1'] },
  bytes: {
    param: bytes('x'),
    means: [
      ['0', 0],
      ['64', 64],
      ['64B', 64],
      ['1k', 1000],
      ['1K', 1000],
      ['256M', 256_000_000],
      ['256MB', 256_000_000],
      ['256Mi', 268_435_456],
      ['256MiB', 268_435_456],
      ['1.5G', 1_500_000_000],
      ['2T', 2e12],
      ['1Ti', 2 ** 40],
      ['0.5k', 500],
      ['1.001k', 1001],
      ['0.5Ki', 512],
      ['64.0', 64],
      ['0.0M', 0],
    ],
    meansNothing: [
      ...['', 'M', '1m', '-1', '1 M', '1e6', '1.M', '.5M', '1P', '1ki', '1MBs', '1,5M', '1i', 'B'],
      ...['0.5', '0.9', '0.0001k', '1.5', '1.0005k', '0.1Ki', `0.${'0'.repeat(400)}1T`],
      ...['9007199254740992', '9007199254740991k'],
    ],
  },
  age: {
    param: age('x'),
    means: [
      ['0h', 0],
      ['12h', 43_200_000],
      ['7d', 604_800_000],
    ],
    meansNothing: ['', '7', '7m', '-1d', '1.5d', '7 d', '36501d', '7D'],
  },
  duration: {
    param: duration('x'),
    means: [
      ['1ms', 1],
      ['500ms', 500],
      ['30s', 30_000],
      ['2m', 120_000],
      ['24h', 86_400_000],
      ['007s', 7000],
    ],
    meansNothing: [
      '',
      '0s',
      '0ms',
      '30',
      's',
      '-1s',
      '1.5s',
      '30 s',
      '1d',
      '25h',
      '86400001ms',
      '1e3s',
      '30S',
    ],
  },
  day: {
    param: day('x'),
    means: [
      ['2024-03-01', { date: '2024-03-01' }],
      ['2024-02-29', { date: '2024-02-29' }],
      ['-5d', { daysAgo: 5 }],
      ['-0d', { daysAgo: 0 }],
    ],
    meansNothing: [
      '',
      '2024-02-30',
      '2023-02-29',
      '2024-13-01',
      '2024-3-1',
      '20240301',
      '5d',
      '-5',
      '-5w',
      '-123456d',
      '2024-03-01T00:00',
      'today',
    ],
  },
  list: {
    param: list('x'),
    means: [
      ['A', ['A']],
      ['A,B', ['A', 'B']],
      [' A , BRK.B ', ['A', 'BRK.B']],
    ],
    meansNothing: ['', ',', 'A,', ',A', 'A,,B', 'A, ,B'],
  },
}

for (const [name, { param, means, meansNothing }] of Object.entries(params)) {
  for (const [given, value] of means) {
    test(`${name} takes ${JSON.stringify(given)}`, () => assert.deepEqual(param.parse(given), value))
  }
  for (const given of meansNothing) {
    test(`${name} refuses ${JSON.stringify(given)} as usage, with the value`, () => {
      assert.throws(
        () => param.parse(given),
        (error) => error instanceof UsageError && (given === '' || error.message.includes(given.trim())),
      )
    })
  }
}

test('the flag of a parameter has dashes where its name has capitals', () => {
  for (const [key, flag] of [
    ['start', 'start'],
    ['keepRaw', 'keep-raw'],
    ['rowGroupRows', 'row-group-rows'],
    ['keep-raw', 'keep-raw'],
  ] as const)
    assert.equal(flagOf(key), flag)
})

test('a parameter keeps what it was given besides', () => {
  const given = choice('Format of the output', ['csv', 'parquet'], { default: 'parquet' })
  assert.deepEqual(
    [given.help, given.value, given.choices, given.default],
    ['Format of the output', 'WORD', ['csv', 'parquet'], 'parquet'],
  )
  assert.equal(count('x', { default: '4', least: 2 }).default, '4')
  assert.deepEqual([toggle('x').value, toggle('x').default], [undefined, 'false'])
  assert.equal(text('x', { required: true }).required, true)
  const same = text('x')
  assert.equal(optional(same), same)
  // @ts-expect-error the default is none of the choices
  choice('x', ['csv', 'parquet'], { default: 'json' })
})

test('exactly the days of the calendar are dates', () => {
  const days = fc.integer({ min: Date.UTC(1970, 0, 1) / 864e5, max: Date.UTC(2099, 11, 31) / 864e5 })
  fc.assert(fc.property(days, (n) => isDate(new Date(n * 864e5).toISOString().slice(0, 10))))
  const two = (max: number) => fc.integer({ min: 0, max }).map((n) => String(n).padStart(2, '0'))
  fc.assert(
    fc.property(fc.integer({ min: 1970, max: 2099 }), two(13), two(32), (year, month, dayOfMonth) => {
      const date = new Date(Date.UTC(year, Number(month) - 1, Number(dayOfMonth)))
      const real = date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(dayOfMonth)
      assert.equal(isDate(`${year}-${month}-${dayOfMonth}`), real)
    }),
  )
})
