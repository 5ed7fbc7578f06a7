import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  type Downloader,
  downloaderDefaults,
  MissingError,
  NetworkError,
  openDownloader,
  UsageError,
} from '../../src/index.ts'
import { massiveFlatFiles } from '../../src/remote/bucket.ts'
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

const keysOf = async (downloader: Downloader, ...args: Parameters<Downloader['list']>): Promise<string[]> => {
  const keys: string[] = []
  for await (const { key } of downloader.list(...args)) keys.push(key)
  return keys
}

const asyncRows: Rows = {
  'AsyncS3Downloader(...) openDownloader({ ... })': async (t) => {
    const { server } = await open(t)
    assert.equal(server.requests.length, 0)
  },
  'credentials credentials: { accessKeyId, secretAccessKey }': async (t) => {
    let asked = 0
    const later = async () => ({ accessKeyId: `demo${++asked}`, secretAccessKey: 'x' })
    for (const [given, works] of [
      [{ accessKeyId: 'demo1', secretAccessKey: 'x' }, true],
      [later, true],
      [credentials, false],
    ] as const) {
      const { downloader } = await open(t, { accessKeyId: 'demo1' }, { credentials: given, retries: 0 })
      const first = downloader.get('a/2.csv')
      if (works) assert.ok((await first).equals(await downloader.get('a/2.csv')))
      else await assert.rejects(first, { name: 'AccessError', message: /does not know this access key id/ })
    }
    assert.equal(asked, 1)
  },
  "endpoint_url = 'https://files.polygon.io' endpoint = 'https://files.massive.com'": () =>
    assert.equal(massiveFlatFiles.endpoint, 'https://files.massive.com'),
  'max_retries = 5 retries: 5': async (t) => {
    assert.equal(downloaderDefaults.retries, 5)
    const busy = { op: 'get', status: 500, code: 'InternalError' } as const
    const { server, downloader } = await open(t, { faults: [busy] }, { retries: 2 })
    await assert.rejects(downloader.get('a/2.csv'), NetworkError)
    assert.equal(server.requests.length, 3)
    const { server: dropping, downloader: patient } = await open(t, { faults: [{ ...drop, times: 1 }] })
    assert.ok((await patient.get('a/2.csv')).equals(csv))
    assert.deepEqual(
      dropping.requests.map(({ range }) => range),
      [undefined, 'bytes=10-'],
    )
  },
  'timeout = 60 timeoutMs: 60_000': async (t) => {
    assert.equal(downloaderDefaults.timeoutMs, 60_000)
    const silent = { op: 'get', noAnswer: 'stall' } as const
    const { downloader } = await open(t, { faults: [silent] }, { timeoutMs: 50, retries: 0 })
    await assert.rejects(downloader.get('a/2.csv'), /no answer in time/)
  },
  'max_pool_connections = 50 connections: 50': async (t) => {
    assert.equal(downloaderDefaults.connections, 50)
    const faults = [{ op: 'get', key: 'a/2.csv', noAnswer: 'stall' } as const]
    const { server, downloader } = await open(t, { faults }, { connections: 1 })
    const batch = downloader.getMany(['a/2.csv', 'a/2.csv', 'a/2.csv'])
    const other = openDownloader({ credentials, endpoint: server.endpoint })
    for (let i = 0; i < 5; i++) await other.get('b/4.bin')
    other.close()
    assert.equal(server.requests.filter(({ key }) => key === 'a/2.csv').length, 1)
    downloader.close()
    await assert.rejects(batch, /the downloader is closed/)
  },
  'max_concurrent = 8 concurrency: 8': async (t) => {
    assert.equal(downloaderDefaults.concurrency, 8)
    // The first waits for ever: one at a time never comes to the second.
    const silent = { op: 'get', key: '1.csv.gz', noAnswer: 'stall' } as const
    const { server, downloader } = await open(t, { faults: [silent] }, { concurrency: 2 })
    const batch = downloader.getMany(Object.keys(objects))
    while (server.requests.length < 4) await new Promise(setImmediate)
    downloader.close()
    await assert.rejects(batch, /the downloader is closed/)
  },
  ' bytesPerSecond: 0': async (t) => {
    const big = { 'a/big': Buffer.alloc(300_000) }
    const { downloader } = await open(t, { objects: big }, { bytesPerSecond: 1_000_000 })
    const began = performance.now()
    await downloader.get('a/big')
    assert.ok(performance.now() - began > 200)
  },
  "bucket= of each method bucket: 'flatfiles' of openDownloader": async (t) => {
    const { downloader } = await open(t, { bucket: 'other' }, { bucket: 'other' })
    assert.ok((await downloader.get('a/2.csv')).equals(csv))
  },
  'download_one(bucket, key) get(key)': async (t) => {
    const { downloader } = await open(t)
    assert.ok((await downloader.get('a/1.csv.gz')).equals(csv))
    await assert.rejects(downloader.get('a/none'), MissingError)
  },
  'decompress=True { gunzip: true }': async (t) => {
    const { downloader } = await open(t)
    assert.ok((await downloader.get('a/1.csv.gz', { gunzip: true })).equals(csv))
    assert.ok((await downloader.get('a/2.csv')).equals(csv))
    await assert.rejects(downloader.get('a/2.csv', { gunzip: true }), { name: 'DataError' })
  },
  'decompress=False { gunzip: false }': async (t) => {
    const { downloader } = await open(t)
    assert.ok((await downloader.get('a/1.csv.gz', { gunzip: false })).equals(gzip))
  },
  'download_batch(bucket, keys) getMany(keys)': async (t) => {
    const { downloader } = await open(t)
    const keys = ['b/4.bin', 'a/none', 'a/1.csv.gz']
    assert.deepEqual(
      (await downloader.getMany(keys)).map((bytes) => bytes && String(bytes)),
      ['four', null, String(csv)],
    )
    const [, failed] = await downloader.getMany(keys, { failures: 'errors' })
    assert.ok(failed instanceof MissingError)
  },
  'download_to_file(bucket, key, local_path) download(key, path)': async (t) => {
    const { server, downloader } = await open(t)
    const path = join(tempDir(t), 'sub', 'day')
    await downloader.download('a/1.csv.gz', path)
    assert.ok(readFileSync(path).equals(csv))
    await downloader.download('a/1.csv.gz', path, { gunzip: false })
    assert.ok(readFileSync(path).equals(gzip))
    const gets = () => server.requests.filter(({ op }) => op === 'get').length
    const before = gets()
    await downloader.download('a/1.csv.gz', path, { gunzip: false })
    assert.equal(gets(), before)
    await assert.rejects(downloader.download('a/none', path), MissingError)
  },
  'list_objects(bucket, prefix) list(prefix)': async (t) => {
    const { server, downloader } = await open(t, { pageSize: 2 })
    assert.deepEqual(await keysOf(downloader, 'a/'), ['a/1.csv.gz', 'a/2.csv', 'a/3.csv.gz'])
    assert.equal(server.requests.length, 2)
    for await (const { size } of downloader.list('b/')) assert.equal(size, 4)
  },
  'max_keys=1000 list(prefix, { most: 1000 })': async (t) => {
    const { server, downloader } = await open(t, { pageSize: 2 })
    assert.deepEqual(await keysOf(downloader, 'a/', { most: 2 }), ['a/1.csv.gz', 'a/2.csv'])
    assert.deepEqual([await keysOf(downloader, 'a/', { most: 0 }), server.requests.length], [[], 1])
  },
  'get_statistics() statistics()': async (t) => {
    const { downloader } = await open(t, { faults: [{ ...drop, key: '2.csv', times: 1 }] })
    assert.deepEqual(downloader.statistics(), noStatistics)
    await downloader.getMany(['a/1.csv.gz', 'a/none', 'a/2.csv'])
    await downloader.download('b/4.bin', join(tempDir(t), 'four'))
    checkStatistics(downloader.statistics())
  },
  'reset_statistics() resetStatistics()': async (t) => {
    const { downloader } = await open(t)
    await downloader.get('a/2.csv')
    downloader.resetStatistics()
    assert.deepEqual(downloader.statistics(), noStatistics)
  },
  ' close()': async (t) => {
    const { downloader } = await open(t, { faults: [{ op: 'get', stallAfter: 5 }] })
    const path = join(tempDir(t), 'x')
    const all = [downloader.get('a/2.csv'), downloader.download('a/2.csv', path)]
    downloader.close()
    for (const one of [...all, downloader.exists('a/2.csv'), downloader.getMany(['a/2.csv'])])
      await assert.rejects(one, (error) => error instanceof UsageError && /is closed/.test(error.message))
  },
}

runRows('AsyncS3Downloader', asyncRows)
