import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseCsvCompat } from '../../src/transforms/parse-csv-compat.ts'
import { rowsOf } from '../helpers/batches.ts'
import { refusesTexts, rejectsRows } from './parse-csv-suite.ts'
import { ab } from './parse-csv-texts.ts'
import { tallied } from './tallied.ts'

const xs = (length: number): string => 'x'.repeat(length)

rejectsRows(parseCsvCompat, {
  'a value without a header before it': {
    before: '',
    bad: 'y,z',
    row: 1,
    column: 'n',
    why: /"z"/,
    dialect: { header: 'none' },
  },
  'a value behind a comment': {
    before: 'a,n\nx,1\n# ü\n#\n',
    bad: 'y,z',
    row: 2,
    column: 'n',
    why: /"z"/,
    dialect: { comment: '#' },
  },
})

refusesTexts(parseCsvCompat, {
  'comments only': { text: '# x\n# y', message: /there is no header/, dialect: { comment: '#' } },
})

test('a row of almost 1 MiB is read', async () => {
  const long = xs((1 << 20) - 100)
  const { output } = await tallied([Buffer.from(`a,n\n${long},1\n"${long}",2\n`)], parseCsvCompat(ab))
  assert.deepEqual(
    output.flatMap(rowsOf).map(({ a, n }) => [String(a).length, n]),
    [
      [long.length, 1],
      [long.length, 2],
    ],
  )
})

test('long rows make batches of few rows, so that memory stays bounded', async () => {
  const line = Buffer.from(`${xs(1_000_000)},1\n`)
  const { output } = await tallied(
    [Buffer.from('a,n\n'), ...Array<Buffer>(20).fill(line)],
    parseCsvCompat(ab),
  )
  assert.deepEqual(
    output.map(({ numRows }) => numRows),
    [17, 3],
  )
})
