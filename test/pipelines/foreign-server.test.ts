import assert from 'node:assert/strict'
import { test } from 'node:test'
import { query } from '../helpers/duckdb.ts'
import { foreignServers } from '../helpers/foreign-servers.ts'
import { runFlat } from '../helpers/run-flat.ts'
import { sampleGzip, sampleKey } from '../helpers/sample-day.ts'
import { tempDir } from '../helpers/temp-dir.ts'

for (const { name, skip, start } of foreignServers)
  test(`${name}: a day comes into a lake, for those who have its key`, { skip }, async (t) => {
    const { port, keys, put } = await start(t)
    const date = '2024-03-01'
    await put(
      sampleKey('stocks-trades', date),
      await sampleGzip({ dataset: 'stocks-trades', date, rows: 2000 }),
    )
    const out = tempDir(t)
    const flags = { start: date, endpoint: `http://127.0.0.1:${port}`, out }
    const report = await runFlat('stocks-trades', flags, { access: async () => keys })
    assert.deepEqual([report.done, report.failed], [1, []])
    assert.deepEqual(await query(`select count(*) from '${out}/stocks_trades/*/*.parquet'`), [['2000']])
    const wrong = { accessKeyId: 'SOMEBODY', secretAccessKey: 'another' }
    await assert.rejects(runFlat('stocks-trades', flags, { access: async () => wrong }), { reason: 'access' })
  })
