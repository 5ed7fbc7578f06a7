import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { type MayAdopt, readCheckpoint } from '../../src/core/adopt.ts'
import { UsageError } from '../../src/core/errors.ts'
import { readManifest } from '../../src/core/manifest.ts'
import { keyOf } from '../../src/datasets/dataset.ts'
import { stocksTrades } from '../../src/datasets/stocks.ts'
import { type S3Server, startS3Server } from '../../src/testing/s3-server.ts'
import { runFlat } from '../helpers/run-flat.ts'
import { tempDir } from '../helpers/temp-dir.ts'

const days = ['2024-03-01', '2024-03-04', '2024-03-05', '2024-03-06'] as const
const keyFor = (day: string): string => keyOf(stocksTrades, day)
const objects = Object.fromEntries(days.map((day) => [keyFor(day), gzipSync(`a file of ${day}`)]))

/** A checkpoint as the seed's script writes it. */
const checkpoint = (keys: readonly string[]): string => JSON.stringify({ stocks_trades: keys }, null, 2)

test('a checkpoint knows its keys and no others', async (t) => {
  const path = join(tempDir(t), 'polygon_download_checkpoint.json')
  writeFileSync(path, checkpoint([keyFor(days[0])]))
  const mayAdopt = await readCheckpoint(path)
  assert.deepEqual([mayAdopt(keyFor(days[0])), mayAdopt(keyFor(days[1]))], [true, false])
})

for (const text of ['hello', '{}', '[1]', '{"stocks_trades": "all"}', undefined])
  test(`${text} is no checkpoint, and the error says how one looks`, async (t) => {
    const path = join(tempDir(t), 'file.json')
    if (text !== undefined) writeFileSync(path, text)
    await assert.rejects(
      readCheckpoint(path),
      (error) => error instanceof UsageError && error.message.startsWith(path),
    )
  })

interface Lying {
  /** Files as the seed's script leaves them: side by side, with `__` for `/`. */
  readonly files: Readonly<Record<string, Buffer>>
  readonly adopt: MayAdopt
  readonly format?: 'raw' | 'parquet'
}

/** Runs over all days; answers the report, what was fetched, and what was warned of. */
async function run(server: S3Server, out: string, { files, adopt, format = 'raw' }: Lying) {
  for (const [day, bytes] of Object.entries(files)) {
    const path = join(out, keyFor(day).replaceAll('/', '__'))
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, bytes)
  }
  const warned: string[] = []
  const texts = {
    start: days[0],
    end: days[3],
    out,
    format,
    endpoint: server.endpoint,
    ...(format === 'raw' && { flat: 'true' }),
  }
  const lent = { warn: (text: string) => void warned.push(text) }
  const { done, skipped, failed } = await runFlat('stocks-trades', texts, lent, { adopt })
  return {
    done,
    skipped,
    failed: failed.length,
    warned: warned.filter((text) => !text.includes('no stocks-trades')),
  }
}

async function serve(t: Parameters<typeof tempDir>[0]): Promise<S3Server> {
  const server = await startS3Server({ objects, accessKeyId: 'demo' })
  t.after(() => server.close())
  return server
}

test('files of a checkpoint that are those of the bucket are done without being fetched, others are fetched', async (t) => {
  const server = await serve(t)
  const out = join(tempDir(t), 'raw')
  const [first, second, third, fourth] = days
  const whole = (day: string): Buffer => objects[keyFor(day)] as Buffer
  const flipped = Buffer.from(whole(third))
  flipped[20] = (flipped[20] as number) ^ 1
  const files = {
    [first]: whole(first),
    [second]: whole(second).subarray(0, -3),
    [third]: flipped,
    [fourth]: whole(fourth),
  }
  const adopt: MayAdopt = (key) => key !== keyFor(fourth)
  const told = await run(server, out, { files, adopt })
  assert.deepEqual({ ...told, warned: told.warned.length }, { done: 3, skipped: 1, failed: 0, warned: 2 })
  assert.match(
    told.warned.join('\n'),
    /04\.csv\.gz: not adopted: it has \d+ bytes, its source \d+\n.*05\.csv\.gz: not adopted: its MD5 is/,
  )
  const line = (await readManifest(out)).get(`us_stocks_sip/trades_v1 (flat)\n${first}`)
  const sha256 = createHash('sha256').update(whole(first)).digest('hex')
  const path = keyFor(first).replaceAll('/', '__')
  assert.deepEqual(line?.files, [{ path, bytes: whole(first).length, sha256 }])
  assert.deepEqual([line?.warnings, line?.identity?.['key']], [['adopted as it lay there'], keyFor(first)])
  for (const day of days)
    assert.deepEqual(readFileSync(join(out, keyFor(day).replaceAll('/', '__'))), whole(day))
  assert.deepEqual(await run(server, out, { files: {}, adopt }), {
    done: 0,
    skipped: 4,
    failed: 0,
    warned: [],
  })
})

test('what was converted by others is not adopted: nothing proves what it is made of', async (t) => {
  const server = await serve(t)
  const out = join(tempDir(t), 'lake')
  const path = join(out, 'stocks_trades', 'date=2024-03-01', 'part-0.parquet')
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, 'PAR1 of somebody')
  const { skipped } = await run(server, out, { files: {}, adopt: () => true, format: 'parquet' })
  assert.equal(skipped, 0)
  assert.equal(statSync(path).size, 16)
})
