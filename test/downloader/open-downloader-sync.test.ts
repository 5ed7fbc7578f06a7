import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { MissingError, openDownloaderSync, type SyncDownloader, UsageError } from '../../src/index.ts'
import { tempDir } from '../helpers/temp-dir.ts'
import {
  checkStatistics,
  credentials,
  csv,
  drop,
  gzip,
  noStatistics,
  objects,
  open,
  type Rows,
  runRows,
} from './doc-rows.ts'
import { serveInThread } from './serve-in-thread.ts'

async function openSync(t: TestContext, served: Partial<Parameters<typeof serveInThread>[1]> = {}) {
  const endpoint = await serveInThread(t, { objects, ...served })
  const downloader = openDownloaderSync({ credentials, endpoint })
  t.after(() => downloader.close())
  return downloader
}

const syncRows: Rows = {
  'SyncS3Downloader(...) openDownloaderSync({ ... })': () => {
    const wrong = openDownloaderSync({ credentials, endpoint: 'nowhere' })
    assert.throws(() => wrong.get('a/2.csv'), UsageError)
    wrong.close()
  },
  'max_pool_connections = 10 connections: 10': async (t) => {
    const downloader = await openSync(t)
    assert.equal(downloader.getMany(Object.keys(objects)).length, 4)
  },
  'download(bucket, key) get(key)': async (t) => {
    const downloader = await openSync(t)
    const bytes = downloader.get('a/1.csv.gz')
    assert.ok(Buffer.isBuffer(bytes) && bytes.equals(csv))
    assert.ok(downloader.get('a/1.csv.gz', { gunzip: false }).equals(gzip))
    assert.throws(() => downloader.get('a/none'), {
      name: 'MissingError',
      message: /no such object/,
      hint: /holiday/,
    })
  },
  ' getMany(keys)': async (t) => {
    const downloader = await openSync(t)
    const keys = ['b/4.bin', 'a/none', 'a/1.csv.gz']
    assert.deepEqual(
      downloader.getMany(keys).map((bytes) => bytes && String(bytes)),
      ['four', null, String(csv)],
    )
    assert.ok(downloader.getMany(keys, { failures: 'errors' })[1] instanceof MissingError)
  },
  'download_to_file(bucket, key, local_path) download(key, path)': async (t) => {
    const downloader: SyncDownloader = await openSync(t)
    const path = join(tempDir(t), 'day')
    downloader.download('a/1.csv.gz', path)
    assert.ok(readFileSync(path).equals(csv))
  },
  'list_objects(bucket, prefix) list(prefix)': async (t) => {
    const downloader = await openSync(t, { pageSize: 2 })
    assert.deepEqual(
      downloader.list('a/').map(({ key }) => key),
      ['a/1.csv.gz', 'a/2.csv', 'a/3.csv.gz'],
    )
    assert.ok(downloader.list('a/', { most: 1 })[0]?.lastModified instanceof Date)
  },
  'check_exists(bucket, key) exists(key)': async (t) => {
    const downloader = await openSync(t)
    assert.deepEqual(
      ['a/1.csv.gz', 'a/1.csv', 'none'].map((key) => downloader.exists(key)),
      [true, false, false],
    )
    const { downloader: refused } = await open(t, { accessKeyId: 'other' }, { retries: 0 })
    await assert.rejects(refused.exists('a/1.csv.gz'), { name: 'AccessError' })
  },
  'get_statistics() statistics()': async (t) => {
    const downloader = await openSync(t, { faults: [{ ...drop, key: '2.csv', times: 1 }] })
    downloader.getMany(['a/1.csv.gz', 'a/none', 'a/2.csv', 'b/4.bin'])
    checkStatistics(downloader.statistics())
  },
  'reset_statistics() resetStatistics()': async (t) => {
    const downloader = await openSync(t)
    downloader.get('a/2.csv')
    downloader.resetStatistics()
    assert.deepEqual(downloader.statistics(), noStatistics)
  },
  ' close()': async (t) => {
    const downloader = await openSync(t)
    downloader.close()
    assert.throws(() => downloader.get('a/2.csv'), /the downloader is closed/)
  },
}

runRows('SyncS3Downloader', syncRows)
