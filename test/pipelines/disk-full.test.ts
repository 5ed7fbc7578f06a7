import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { type TestContext, test } from 'node:test'
import { isMillraceError } from '../../src/core/errors.ts'
import { failureOf } from '../../src/core/ledger.ts'
import { readManifest } from '../../src/core/manifest.ts'
import { runFlat } from '../helpers/run-flat.ts'
import { sampleKey, writeSampleGzip } from '../helpers/sample-day.ts'
import { tempDir } from '../helpers/temp-dir.ts'
import { type Asked, watchFs } from '../helpers/watch-fs.ts'

const date = '2024-03-07'
/** What may need room on the disk. */
const needsRoom = new Set(['mkdir', 'open', 'appendFile', 'sync', 'write', 'writeFile', 'rename'])

async function rawFolder(t: TestContext): Promise<string> {
  const from = tempDir(t)
  const path = join(from, sampleKey('stocks-daily', date))
  mkdirSync(dirname(path), { recursive: true })
  await writeSampleGzip(path, { dataset: 'stocks-daily', date, rows: 300 })
  return from
}

const dataIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(folder, join(parentPath, name)))
    .filter((path) => !path.startsWith('_millrace'))

/** Runs while the disk is full from the `n`th step on that needs room; answers why the run failed, if it did. */
async function runOnFullDisk(
  t: TestContext,
  texts: Record<string, string>,
  n: number,
): Promise<string | undefined> {
  let left = n
  const stop = watchFs(t, ({ what, path }: Asked) => {
    if (!path.startsWith(texts['out'] ?? '') || !needsRoom.has(what) || left-- > 0) return
    throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' })
  })
  try {
    return failureOf(await runFlat('stocks-daily', texts, {}, { workers: 1 }))
  } catch (error) {
    return isMillraceError(error) ? error.reason : String(error)
  } finally {
    stop()
  }
}

for (const format of ['parquet', 'raw'])
  test(`a disk that is full from any step on is exit 7, shows nothing, and ${format} is whole after the next run`, async (t) => {
    const from = await rawFolder(t)
    const out = tempDir(t)
    const texts = { start: date, from, out, format }
    let steps = 0
    for (; ; steps++) {
      const root = tempDir(t)
      const failure = await runOnFullDisk(t, { ...texts, out: root }, steps)
      if (failure === undefined) break
      assert.equal(failure, 'write', `step ${steps}`)
      const done = (await readManifest(root)).size
      // The output may have its name already when the line of the manifest finds no room: it is whole then.
      for (const path of dataIn(root)) assert.ok(existsSync(join(root, path)))
      assert.ok(done <= dataIn(root).length)
      assert.equal(
        failureOf(await runFlat('stocks-daily', { ...texts, out: root })),
        undefined,
        `after step ${steps}`,
      )
      const [line] = (await readManifest(root)).values()
      assert.deepEqual(
        dataIn(root),
        line?.files.map(({ path }) => path),
      )
      assert.equal(readFileSync(join(root, line?.files[0]?.path ?? '')).length, line?.files[0]?.bytes)
    }
    assert.ok(steps >= 8, `only ${steps} steps need room`)
  })
