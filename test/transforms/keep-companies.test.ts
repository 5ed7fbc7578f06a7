import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keepCompanies } from '../../src/transforms/keep-companies.ts'
import { batchOf, rowsOf } from '../helpers/batches.ts'
import { batchTransformLaws } from '../helpers/stage-laws.ts'
import { tallied } from './tallied.ts'

const columns = { tickers: 'utf8', n: 'int32' } as const
const rows = (...tickers: readonly (string | null)[]) =>
  batchOf(columns, { tickers, n: tickers.map((_, i) => i) })
const all = ['A', 'AA', 'GOOG,GOOGL', 'GOO,GLE', '', null, 'B,A', 'a']

batchTransformLaws(() => keepCompanies<typeof columns>('tickers', ['A', 'GOOGL']), {
  input: [rows(...all)],
  check: (output) =>
    assert.deepEqual(
      output.flatMap(rowsOf).map(({ n }) => n),
      [0, 2, 6],
    ),
})

test('keep-companies counts what it leaves out, and is no part of the shape', async () => {
  const stage = keepCompanies<typeof columns>('tickers', ['GOOG'])
  const { counts } = await tallied([rows(...all)], stage)
  assert.equal(counts.filtered, all.length - 1)
  assert.equal(stage.shape, undefined)
})
