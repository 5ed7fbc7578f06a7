import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Batch } from '../../src/core/schema.ts'
import { addRatios } from '../../src/transforms/add-ratios.ts'
import { toParquet } from '../../src/transforms/to-parquet.ts'
import { query } from '../helpers/duckdb.ts'
import { madeUpPeriods } from '../helpers/made-up-periods.ts'
import { differencesQuery, ratioSql } from '../helpers/ratio-sql.ts'
import { tallied } from './tallied.ts'

test('twenty ratios of 2 700 periods are, bit for bit, what DuckDB makes of the same figures', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-ratios-'))
  const save = async (name: string, batches: readonly Batch[]): Promise<string> => {
    const { output } = await tallied(batches, toParquet())
    await writeFile(join(folder, name), Buffer.concat(output))
    return join(folder, name)
  }
  try {
    const given = [madeUpPeriods(0, 20), madeUpPeriods(20, 10)]
    const { output } = await tallied(given, addRatios({ ratios: Object.keys(ratioSql) }))
    const files = [await save('periods.parquet', given), await save('ratios.parquet', output)] as const
    const [[rows, differences, numbers] = []] = await query(differencesQuery(...files))
    assert.deepEqual([rows, differences], ['2700', '0'])
    assert.ok(Number(numbers) > 2700 * 10, `${numbers} numbers`)
  } finally {
    await rm(folder, { recursive: true })
  }
})
