import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Data } from 'apache-arrow'
import fc from 'fast-check'
import { makeBatch } from '../../src/columnar/arrow-types.ts'
import type { Batch } from '../../src/core/schema.ts'
import { keep } from '../../src/transforms/keep.ts'
import { anyBatch, type EveryKind, kinds } from '../columnar/any-batch.ts'
import { batchOf, rowsOf } from '../helpers/batches.ts'
import { batchTransformLaws } from '../helpers/stage-laws.ts'
import { tallied } from './tallied.ts'

const columns = { ticker: 'utf8', n: 'int32' } as const
const batchOfTickers = (...tickers: readonly (string | null)[]) =>
  batchOf(columns, { ticker: tickers, n: tickers.map((_, i) => i) })

const all = ['A', 'A', 'AA', 'BApA', 'BAPA', 'BRK.A', 'BRK.B', '', null, 'NA', 'A']

batchTransformLaws(() => keep<typeof columns>(['A', 'BRK*']), {
  input: [batchOfTickers(...all)],
  check: (output) =>
    assert.deepEqual(
      output.flatMap(rowsOf).map(({ n }) => n),
      [0, 1, 5, 6, 10],
    ),
})

const cases: readonly [patterns: readonly string[], rows: readonly number[], unmatched: readonly string[]][] =
  [
    [['A'], [0, 1, 10], []],
    [['A', 'A', 'A'], [0, 1, 10], []],
    [['A*'], [0, 1, 2, 10], []],
    [['A', 'A*'], [0, 1, 2, 10], []],
    [['BApA'], [3], []],
    [['BAPA'], [4], []],
    [['bapa'], [], ['bapa']],
    [['BRK*'], [5, 6], []],
    [['BRK.*'], [5, 6], []],
    [['BRK?A'], [], ['BRK?A']],
    [['*'], [0, 1, 2, 3, 4, 5, 6, 7, 9, 10], []],
    [[''], [7], []],
    [['null', 'undefined'], [], ['null', 'undefined']],
    [['ZZZ*', 'NA', 'XYZ'], [9], ['XYZ', 'ZZZ*']],
    [[], [], []],
  ]

for (const [patterns, rows, unmatched] of cases)
  test(`of tickers ${JSON.stringify(patterns)} rows ${rows} are kept, and what matched nothing is told`, async () => {
    const { output, counts, warnings } = await tallied(
      [batchOfTickers(...all)],
      keep<typeof columns>(patterns),
    )
    assert.deepEqual(
      output.flatMap(rowsOf),
      rows.map((row) => ({ ticker: all[row], n: row })),
    )
    assert.equal(counts.filtered, all.length - rows.length)
    assert.deepEqual(
      warnings,
      unmatched.map((pattern) => `no row has the ticker ${pattern}`),
    )
  })

test('a pattern that only one of many batches matched is not told as unmatched', async () => {
  const batches = [batchOfTickers('A'), batchOfTickers('B'), batchOfTickers('C')]
  const { warnings, counts } = await tallied(batches, keep<typeof columns>(['C', 'D']))
  assert.deepEqual(warnings, ['no row has the ticker D'])
  assert.equal(counts.filtered, 2)
})

test('the first batch goes on even without rows, and of the others those with rows', async () => {
  const batches = [batchOfTickers('B'), batchOfTickers('B'), batchOfTickers('A', 'B'), batchOfTickers('B')]
  const { output } = await tallied(batches, keep<typeof columns>(['A']))
  assert.deepEqual(output.map(rowsOf), [[], [{ ticker: 'A', n: 0 }]])
})

test('a run of one ticker ends where the batch ends or null begins', async () => {
  const batches = [batchOfTickers(null, 'A', null, 'A'), batchOfTickers(null, 'A'), batchOfTickers('A', null)]
  const { output } = await tallied(batches, keep<typeof columns>(['A']))
  assert.deepEqual(
    output.map((batch) => rowsOf(batch).map(({ n }) => n)),
    [[1, 3], [1], [0]],
  )
})

test('columns of all kinds are kept row by row, also of sliced batches', async () => {
  const named = (batch: Batch<EveryKind>): Batch<{ ticker: 'utf8' }> =>
    makeBatch(
      batch.schema.fields.map(({ name }, i) => ({
        name: name === 'utf8' ? 'ticker' : name,
        data: batch.data.children[i] as Data,
      })),
      batch.numRows,
    )
  const keeps = fc.asyncProperty(anyBatch(), async ({ rows, batch }) => {
    const { output } = await tallied([named(batch)], keep(['', 'a*', 'NA']))
    const wanted = rows.filter(({ utf8 }) => typeof utf8 === 'string' && /^(NA|a.*|)$/s.test(utf8))
    const others = kinds.filter((kind) => kind !== 'utf8')
    assert.deepEqual(
      output.flatMap(rowsOf).map((row) => others.map((kind) => row[kind])),
      wanted.map((row) => others.map((kind) => row[kind])),
    )
  })
  await fc.assert(keeps, { numRuns: 60 })
})

test('which tickers are kept shapes the output, in whatever order and however often they are given', () => {
  assert.deepEqual(keep(['B', 'A*', 'B']).shape, { tickers: ['A*', 'B'] })
  assert.deepEqual(keep(['A*', 'B']).shape, keep(['B', 'A*', 'B']).shape)
})

test('a batch of which all rows are kept goes on as it is', async () => {
  const batch = batchOfTickers('A', 'AA')
  const { output } = await tallied([batch], keep<typeof columns>(['A*']))
  assert.ok(output[0] === batch)
})
