import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { type TestContext, test } from 'node:test'
import type { RecipeOptions } from '../../src/core/run-recipe.ts'
import { type Fault, startS3Server } from '../../src/testing/s3-server.ts'
import { query } from '../helpers/duckdb.ts'
import { runFlat, type Texts } from '../helpers/run-flat.ts'
import { sampleGzip, sampleKey } from '../helpers/sample-day.ts'
import { filesUnder } from '../helpers/sink-laws.ts'
import { tempDir } from '../helpers/temp-dir.ts'

const date = '2024-03-01'
const key = sampleKey('stocks-trades', date)
const object = await sampleGzip({ dataset: 'stocks-trades', date, rows: 3000 })

/** The connection drops in the middle, and then the object is another one. */
const republished = (etag: string): readonly Fault[] => [
  { op: 'get', asks: 'whole', times: 1, endAfter: Math.floor(object.length / 2) },
  { op: 'get', asks: 'part', times: 1, etag },
]

async function convert(
  t: TestContext,
  faults: readonly Fault[],
  texts: Texts = {},
  options: Partial<RecipeOptions> = {},
) {
  const server = await startS3Server({ objects: { [key]: object }, faults })
  t.after(() => server.close())
  const out = tempDir(t)
  const stdout = new PassThrough().resume()
  const flags = { start: date, endpoint: server.endpoint, out, ...texts }
  const report = await runFlat('stocks-trades', flags, { random: () => 0, stdout }, options)
  return { server, out, report }
}

test('a file that is published anew while it is read is started over, and the user is told', async (t) => {
  const { out, report } = await convert(t, republished('v2'))
  assert.deepEqual([report.done, report.failed], [1, []])
  assert.match(report.warnings.map(({ text }) => text).join('\n'), /started over: .*published anew/)
  assert.deepEqual(await query(`select count(*) from '${out}/stocks_trades/*/*.parquet'`), [['3000']])
  const [line = ''] = readFileSync(join(out, '_millrace/manifest.ndjson'), 'utf8').split('\n')
  assert.deepEqual(JSON.parse(line).identity, { key, etag: '"v2"', size: object.length })
})

test('it is started over once: one that changes again is a failure, and leaves nothing', async (t) => {
  const { out, report } = await convert(t, [...republished('v2'), ...republished('v3')])
  assert.deepEqual(
    report.failed.map(({ reason }) => reason),
    ['network'],
  )
  assert.deepEqual(
    filesUnder(out).filter((path) => !path.startsWith('_millrace')),
    [],
  )
})

test('what has begun on stdout cannot be started over', async (t) => {
  const { server, report } = await convert(t, republished('v2'), { out: '-', format: 'raw' })
  assert.deepEqual(
    report.failed.map(({ reason }) => reason),
    ['network'],
  )
  assert.equal(server.requests.filter(({ op }) => op === 'get').length, 2)
})

const flipped: Fault = { op: 'get', corrupt: { at: object.length - 5, xor: 1 } }

test('bytes that do not unpack are fetched once more, and the user is told', async (t) => {
  const { out, report } = await convert(t, [{ ...flipped, times: 1 }], {}, { retries: 3 })
  assert.deepEqual([report.done, report.failed], [1, []])
  assert.match(report.warnings.map(({ text }) => text).join('\n'), /tried again: the gzip data is corrupt/)
  assert.deepEqual(await query(`select count(*) from '${out}/stocks_trades/*/*.parquet'`), [['3000']])
})

test('that they are like this in the bucket is a failure after the second time', async (t) => {
  const { server, report } = await convert(t, [flipped], {}, { retries: 3 })
  assert.deepEqual(
    report.failed.map(({ reason }) => reason),
    ['data'],
  )
  assert.equal(server.requests.filter(({ op }) => op === 'get').length, 2)
})
