import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { type TestContext, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { type DownloaderOptions, openDownloader } from '../../src/index.ts'
import { type S3ServerOptions, startS3Server } from '../../src/testing/s3-server.ts'

export const csv = Buffer.from('ticker,price\nA,1\n')
export const gzip = gzipSync(csv)
export const objects = {
  'a/1.csv.gz': gzip,
  'a/2.csv': csv,
  'a/3.csv.gz': gzip,
  'b/4.bin': Buffer.from('four'),
}
export const credentials = { accessKeyId: 'demo', secretAccessKey: 'demo' }
export const drop = { op: 'get', endAfter: 10 } as const

export async function open(
  t: TestContext,
  served: Partial<S3ServerOptions> = {},
  options: Partial<DownloaderOptions> = {},
) {
  const server = await startS3Server({ objects, ...served })
  const downloader = openDownloader({ credentials, endpoint: server.endpoint, ...options })
  t.after(() => {
    downloader.close()
    return server.close()
  })
  return { server, downloader }
}

export const checkStatistics = (now: unknown): void =>
  assert.deepEqual(now, { total: 4, successful: 3, failed: 1, retries: 1, successRate: 0.75 })
export const noStatistics = { total: 0, successful: 0, failed: 0, retries: 0, successRate: 0 }

/** What checks each row of the document, by what stands in its first two columns. */
export type Rows = Readonly<Record<string, (t: TestContext) => Promise<void> | void>>

/** Runs the rows of one table of `docs/s3-downloader.md`, after a look that they are all of it. */
export function runRows(title: string, rows: Rows): void {
  const [, section = ''] = readFileSync('docs/s3-downloader.md', 'utf8').split(`\n## ${title}\n`)
  const written = (section.split('\n## ')[0] as string)
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| theirs'))
    .map((line) => line.split('|').slice(1, 3))
    .map((cells) => cells.map((cell) => cell.trim().replaceAll('`', '')).join(' '))
  test(`every row of ${title} is run`, () => assert.deepEqual(Object.keys(rows), written))
  for (const [row, check] of Object.entries(rows)) test(`${title}: ${row.trim()}`, check)
}
