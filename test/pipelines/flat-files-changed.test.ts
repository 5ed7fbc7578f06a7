import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { failureOf } from '../../src/core/ledger.ts'
import { readManifest } from '../../src/core/manifest.ts'
import { keyOf } from '../../src/datasets/dataset.ts'
import { stocksTrades } from '../../src/datasets/stocks.ts'
import { workerEntry } from '../../src/pipelines/worker-entry.ts'
import type { Fault } from '../../src/testing/s3-faults.ts'
import { startS3Server } from '../../src/testing/s3-server.ts'
import { runFlat } from '../helpers/run-flat.ts'
import { tempDir } from '../helpers/temp-dir.ts'

const days = ['2024-03-01', '2024-03-04']
const [first = '', last = ''] = days
const keyFor = (day: string): string => keyOf(stocksTrades, day)
const objects = Object.fromEntries(days.map((day) => [keyFor(day), gzipSync(`a file of ${day}`)]))

/** The bucket gives the first day another ETag when it is read, as if it were published anew after the listing. */
const published = (etag: string, after: number): Fault => ({ op: 'get', key: `${first}.csv.gz`, etag, after })

for (const threads of [undefined, { entry: workerEntry }])
  test(`an object published anew after it was listed is started over once${threads ? ', on a thread' : ''}`, async (t) => {
    const faults = [published('"new"', 0)]
    const server = await startS3Server({ objects, accessKeyId: 'demo', faults })
    t.after(() => server.close())
    const out = join(tempDir(t), 'lake')
    const texts = {
      start: first,
      end: last,
      out,
      format: 'raw',
      endpoint: server.endpoint,
    }
    const told: string[] = []
    const observer = { warned: ({ id }: { id: string }, text: string) => void told.push(`${id} ${text}`) }
    const report = await runFlat('stocks-trades', texts, {}, { observer, ...(threads && { threads }) })
    assert.deepEqual([report.done, report.failed], [2, []])
    assert.match(told.join('\n'), /^2024-03-01 started over: /)
    const line = (await readManifest(out)).get(`us_stocks_sip/trades_v1\n${first}`)
    assert.equal(line?.identity?.['etag'], '"new"')
    assert.deepEqual(readFileSync(join(out, keyFor(first))), objects[keyFor(first)])
  })

test('one that is published anew once more meanwhile is exit 5', async (t) => {
  const faults = [published('"new"', 0), published('"newer"', 0)]
  const server = await startS3Server({ objects, accessKeyId: 'demo', faults })
  t.after(() => server.close())
  const texts = { start: first, out: join(tempDir(t), 'lake'), format: 'raw', endpoint: server.endpoint }
  const report = await runFlat('stocks-trades', texts, {}, { retries: 3 })
  assert.equal(failureOf(report), 'network')
})
