import assert from 'node:assert/strict'
import { buffer } from 'node:stream/consumers'
import { test } from 'node:test'
import { encodeParquet } from '../../src/lake/parquet-encoder.ts'
import { footerRows } from '../../src/lake/parquet-footer.ts'
import { parquetDefaults } from '../../src/lake/parquet-options.ts'
import { batchOf } from '../helpers/batches.ts'

async function* three() {
  yield batchOf({ n: 'int32' }, { n: [1, 2, 3] })
}

test('the footer tells the rows, from the end of a file alone', async () => {
  const file = await buffer(encodeParquet(three(), parquetDefaults))
  assert.equal(footerRows(file), 3)
  assert.equal(footerRows(file.subarray(4)), 3)
})

test('a footer that did not come whole is an error', async () => {
  const file = await buffer(encodeParquet(three(), parquetDefaults))
  assert.throws(() => footerRows(file.subarray(-20)), /did not come in one piece/)
})
