import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Batch } from '../../src/core/schema.ts'
import type { Dataset, FileColumns } from '../../src/datasets/dataset.ts'
import { normalize } from '../../src/transforms/normalize.ts'
import { batchOf, rowsOf, schemaOf } from '../helpers/batches.ts'
import { dataError, tallied } from './tallied.ts'

const about = { unit: 'u', about: 'a', source: 's' } as const

const little = {
  name: 'little',
  aliases: [],
  summary: 'a little dataset',
  table: 'little',
  prefix: 'little/v1',
  since: '2024-01-01',
  day: { zone: 'UTC', start: '00:00' },
  calendar: 'nyse',
  version: 3,
  columns: {
    ticker: { ...about, kind: 'utf8' },
    tick: { ...about, kind: 'timestamp_ns' },
    trf: { ...about, kind: 'timestamp_ns', optional: true, zeroIsNull: true },
    code: { ...about, kind: 'int32', optional: true, zeroIsNull: true },
    size: { ...about, kind: 'float64', optional: true },
  },
} as const satisfies Dataset

type File = Batch<Partial<FileColumns<typeof little>>>
type Name = keyof typeof little.columns

const run = (batch: Batch<object>, only: readonly Name[]) =>
  tallied([batch as Batch as File], normalize(little, { only }))

test('only the columns asked for come, in the order of the dataset, and nothing is said of the others', async () => {
  const batch = batchOf(
    { code: 'int32', trf: 'timestamp_ns', ticker: 'utf8' },
    { code: [0, 0, 0], trf: [0n, 1n, null], ticker: ['A', null, 'B'] },
  )
  const { output, counts, warnings } = await run(batch, ['trf', 'ticker'])
  assert.deepEqual(output.map(schemaOf), [['ticker: Utf8', 'trf: Timestamp<NANOSECOND>']])
  assert.deepEqual(output.flatMap(rowsOf), [
    { ticker: 'A', trf: null },
    { ticker: null, trf: 1n },
    { ticker: 'B', trf: null },
  ])
  assert.deepEqual([counts.zeroToNull, warnings], [1, []])
})

test('of the columns asked for one that every header has may not be missing, and an optional one is null', async () => {
  const file = batchOf({ ticker: 'utf8' }, { ticker: ['A', 'B'] })
  await assert.rejects(run(file, ['tick']), dataError(/the header lacks tick, which every little file has/))
  assert.deepEqual((await run(file, ['size'])).output.flatMap(rowsOf), [{ size: null }, { size: null }])
})

test('a column that the dataset does not know is told, whatever is asked for', async () => {
  const file = batchOf({ ticker: 'utf8', venue: 'utf8' }, { ticker: ['A'], venue: ['x'] })
  assert.deepEqual((await run(file, ['ticker'])).warnings, ['little has no column venue: left out'])
})

test('which columns are asked for is no shape of its own: select tells it', () => {
  assert.deepEqual(normalize(little, { only: ['size'] }).shape, normalize(little).shape)
})
