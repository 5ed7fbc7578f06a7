import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import S3rver from 's3rver'
import { query } from '../helpers/duckdb.ts'
import { runFlat } from '../helpers/run-flat.ts'
import { sampleGzip, sampleKey } from '../helpers/sample-day.ts'
import { tempDir } from '../helpers/temp-dir.ts'

const keys = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' }

test('an S3 server that we did not write serves a day into a lake, to those who have its key', async (t) => {
  const server = new S3rver({
    port: 0,
    address: '127.0.0.1',
    silent: true,
    directory: tempDir(t),
    configureBuckets: [{ name: 'flatfiles' }],
  })
  const { port } = await server.run()
  t.after(() => server.close())
  const endpoint = `http://127.0.0.1:${port}`
  const client = new S3Client({
    endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: keys,
    requestChecksumCalculation: 'WHEN_REQUIRED',
  })
  t.after(() => client.destroy())
  const date = '2024-03-01'
  const Body = await sampleGzip({ dataset: 'stocks-trades', date, rows: 2000 })
  await client.send(
    new PutObjectCommand({ Bucket: 'flatfiles', Key: sampleKey('stocks-trades', date), Body }),
  )

  const out = tempDir(t)
  const flags = { start: date, endpoint, out }
  const report = await runFlat('stocks-trades', flags, { access: async () => keys })
  assert.deepEqual([report.done, report.failed], [1, []])
  assert.deepEqual(await query(`select count(*) from '${out}/stocks_trades/*/*.parquet'`), [['2000']])
  const wrong = { accessKeyId: 'SOMEBODY', secretAccessKey: 'another' }
  await assert.rejects(runFlat('stocks-trades', flags, { access: async () => wrong }), { reason: 'access' })
})
