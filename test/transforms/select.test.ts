import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { UsageError } from '../../src/core/errors.ts'
import { select } from '../../src/transforms/select.ts'
import { anyBatch, batchOfRows, type EveryKind, kinds, someRows } from '../columnar/any-batch.ts'
import { rowsOf, schemaOf } from '../helpers/batches.ts'
import { collect } from '../helpers/collect.ts'
import { batchTransformLaws } from '../helpers/stage-laws.ts'

batchTransformLaws(() => select<EveryKind, 'int64' | 'utf8' | 'bool'>(['int64', 'utf8', 'bool']), {
  input: [batchOfRows(someRows)],
  check: ([batch]) =>
    assert.deepEqual(batch && schemaOf(batch), ['int64: Int64', 'utf8: Utf8', 'bool: Bool']),
})

test('some columns are kept in the order given, with all their values, also of sliced batches', async () => {
  const selects = fc.asyncProperty(
    anyBatch(),
    fc.shuffledSubarray(kinds, { minLength: 1 }),
    async ({ rows, batch }, names) => {
      const [selected] = await collect([batch], select<EveryKind, (typeof kinds)[number]>(names))
      assert.ok(selected)
      assert.deepEqual(
        rowsOf(selected),
        rows.map((row) => Object.fromEntries(names.map((name) => [name, row[name]]))),
      )
      assert.deepEqual(
        selected.schema.fields.map(({ name }) => name),
        names,
      )
    },
  )
  await fc.assert(selects, { numRuns: 60 })
})

test('the memory of the columns is shared, not copied', async () => {
  const batch = batchOfRows(someRows)
  const [selected] = await collect([batch], select<EveryKind, 'date'>(['date']))
  assert.equal(selected?.data.children[0]?.values, batch.data.children[kinds.indexOf('date')]?.values)
})

test('a batch without rows stays one, with the columns asked for', async () => {
  const [selected] = await collect([batchOfRows([])], select<EveryKind, 'date'>(['date']))
  assert.deepEqual(selected && [selected.numRows, schemaOf(selected)], [0, ['date: Date32<DAY>']])
})

test('a column that is not there is an error of usage that tells those that are', async () => {
  const wrong = select<EveryKind, 'date'>(['dates' as 'date'])
  await assert.rejects(
    collect([batchOfRows(someRows)], wrong),
    (error) =>
      error instanceof UsageError &&
      error.message === 'there is no column dates' &&
      error.hint === `choose from ${kinds.join(', ')}`,
  )
})

test('which columns are kept, and their order, shapes the output', () => {
  assert.deepEqual(select<EveryKind, 'date' | 'bool'>(['date', 'bool']).shape, { columns: ['date', 'bool'] })
})
