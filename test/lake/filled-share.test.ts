import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { filledShare } from '../../src/lake/filled-share.ts'
import { batchOf } from '../helpers/batches.ts'
import { writeParquet } from '../helpers/parquet-file.ts'
import { tempDir } from '../helpers/temp-dir.ts'

const kinds = { name: 'utf8', all: 'float64', some: 'float64', none: 'float64' } as const

test('the share of rows with a value is that of all files, column by column, and of doubles alone', async (t) => {
  const folder = tempDir(t)
  const paths = [join(folder, 'a.parquet'), join(folder, 'b.parquet')] as const
  const rows = (some: readonly (number | null)[]) =>
    batchOf(kinds, {
      name: some.map(() => null),
      all: some.map(() => 1),
      some,
      none: some.map(() => null),
    })
  await writeParquet(paths[0], [rows([1, null, null, null])], { rowGroupRows: 2 })
  await writeParquet(paths[1], [rows([1, 1, 1, null])], { rowGroupRows: 10 })
  assert.deepEqual(Object.fromEntries(await filledShare(paths)), { all: 1, some: 0.5, none: 0 })
  assert.deepEqual([...(await filledShare([]))], [])
})
