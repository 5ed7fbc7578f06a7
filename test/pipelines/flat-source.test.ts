import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { appendFileSync, existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { readManifest } from '../../src/core/manifest.ts'
import { type Fault, startS3Server } from '../../src/testing/s3-server.ts'
import { query } from '../helpers/duckdb.ts'
import { assertGoesOn, cutLate } from '../helpers/kept-range.ts'
import { runFlat, type Texts } from '../helpers/run-flat.ts'
import { sampleDay, sampleKey } from '../helpers/sample-day.ts'
import { tempDir } from '../helpers/temp-dir.ts'

const date = '2024-03-07'
const key = sampleKey('stocks-daily', date)
const noise = randomBytes(24 << 20)

async function serve(t: TestContext, content: Buffer, faults: readonly Fault[] = [cutLate]) {
  const objects = new Map([[key, content]])
  const server = await startS3Server({ objects, faults })
  t.after(() => server.close())
  const run = (texts: Texts) =>
    runFlat(
      'stocks-daily',
      { start: date, endpoint: server.endpoint, bucket: server.bucket, ...texts },
      { lowLevelRetries: 0 },
    )
  const asked = (): (string | undefined)[] =>
    server.requests.filter(({ op }) => op === 'get').map(({ range }) => range)
  return { objects, run, asked }
}

for (const target of ['a lake', 'one file'])
  test(`a raw file in ${target} goes on from what an earlier run has kept`, async (t) => {
    const out = tempDir(t)
    const { run, asked } = await serve(t, noise)
    const texts = { format: 'raw', out: target === 'a lake' ? out : join(out, 'day.csv.gz') }
    const [path, parts] =
      target === 'a lake' ? [join(out, key), join(out, '_millrace', 'parts')] : [join(out, 'day.csv.gz'), out]
    assert.deepEqual(
      (await run(texts)).failed.map(({ reason }) => reason),
      ['network'],
    )
    assert.equal(existsSync(path), false)
    assert.equal(readdirSync(parts).filter((name) => name.endsWith('.part')).length, 1)

    const { done, files } = await run(texts)
    assert.deepEqual([done, files], [1, [path]])
    assertGoesOn(asked())
    assert.ok(readFileSync(path).equals(noise))
    assert.equal(readdirSync(parts).filter((name) => name.endsWith('.part')).length, 0)
    const [line] = (await readManifest(out)).values()
    if (target === 'a lake')
      assert.deepEqual(line?.files, [
        { path: key, bytes: noise.length, md5: createHash('md5').update(noise).digest('hex') },
      ])
  })

test('a part that another program writes to ends the unit, and gets no final name', async (t) => {
  const out = tempDir(t)
  const { run } = await serve(t, noise, [])
  const running = run({ format: 'raw', out })
  const parts = join(out, '_millrace', 'parts')
  const begun = (): string | undefined =>
    (existsSync(parts) ? readdirSync(parts) : [])
      .map((name) => join(parts, name))
      .find((path) => statSync(path).size > 0)
  while (begun() === undefined) await new Promise(setImmediate)
  appendFileSync(begun() as string, 'theirs')
  const { failed } = await running
  assert.deepEqual(
    failed.map(({ reason }) => reason),
    ['write'],
  )
  assert.equal(existsSync(join(out, key)), false)
})

test('what was kept of an object that is another one now is of no use', async (t) => {
  const out = tempDir(t)
  const { objects, run, asked } = await serve(t, noise)
  await run({ format: 'raw', out })
  const other = randomBytes(noise.length)
  objects.set(key, other)
  assert.equal((await run({ format: 'raw', out })).done, 1)
  assert.deepEqual(asked(), [undefined, undefined])
  assert.ok(readFileSync(join(out, key)).equals(other))
  assert.deepEqual(readdirSync(join(out, '_millrace', 'parts')), [])
})

/** Some 25 MB, as it is not compressed. */
const csv = Buffer.concat([...sampleDay({ dataset: 'stocks-daily', date, rows: 400_000 })])
const gzip = gzipSync(csv, { level: 0 })

test('with --spool a conversion that was cut off goes on from there as well, and leaves nothing behind', async (t) => {
  const [out, spool] = [tempDir(t), join(tempDir(t), 'spool')]
  const { run, asked } = await serve(t, gzip)
  assert.deepEqual(
    (await run({ out, spool })).failed.map(({ reason }) => reason),
    ['network'],
  )
  assert.equal(readdirSync(spool).length, 1)
  assert.equal((await run({ out, spool })).done, 1)
  assertGoesOn(asked())
  assert.deepEqual(readdirSync(spool), [])
  const [row] = await query(`select count(*)::int as rows from '${out}/stocks_daily/*/*.parquet'`)
  assert.deepEqual(row, ['400000'])
})

test('what does not unpack is fetched anew, not from the spool for ever', async (t) => {
  const [out, spool] = [tempDir(t), join(tempDir(t), 'spool')]
  const corrupt: Fault = { op: 'get', corrupt: { at: 17 << 20, xor: 1 }, times: 1 }
  const { run, asked } = await serve(t, gzip, [corrupt])
  assert.deepEqual(
    (await run({ out, spool })).failed.map(({ reason }) => reason),
    ['data'],
  )
  assert.equal((await run({ out, spool })).done, 1)
  assert.deepEqual(asked(), [undefined, undefined])
})

for (const [what, texts] of [
  ['a raw file', { format: 'raw' }],
  ['a raw file that is kept', { keepRaw: '' }],
] as const)
  test(`${what} must have the MD5 that its ETag is`, async (t) => {
    const [out, keepRaw] = [tempDir(t), tempDir(t)]
    // The time in the gzip header, which nothing else proves.
    const corrupt: Fault = { op: 'get', corrupt: { at: 5, xor: 1 }, times: 1 }
    const { run } = await serve(t, gzip, [corrupt])
    const flags = { out, ...texts, ...('keepRaw' in texts && { keepRaw }) }
    const { failed } = await run(flags)
    assert.deepEqual(
      failed.map(({ reason }) => reason),
      ['data'],
    )
    assert.match(String(failed[0]?.error), /what came has the MD5/)
    assert.equal((await run(flags)).done, 1)
  })
