import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { WriteError } from '../../src/core/errors.ts'
import { from, runPipeline } from '../../src/core/pipeline.ts'
import { createRun } from '../../src/core/run.ts'
import { rawFile } from '../../src/sinks/raw-file.ts'
import { feed } from '../helpers/collect.ts'
import { filesUnder } from '../helpers/sink-laws.ts'
import { sinkLaws } from '../helpers/stage-laws.ts'
import { tempDir } from '../helpers/temp-dir.ts'

const input = Buffer.from(Array.from({ length: 500 }, (_, i) => i % 251))

const readBack = (root: string): unknown =>
  filesUnder(root)
    .filter((path) => !path.endsWith('.tmp'))
    .map((path) => [path, readFileSync(join(root, path)).toString('hex')])

sinkLaws((root) => rawFile({ path: join(root, 'a/b/file.bin') }), { input, readBack })

sinkLaws(
  (root) =>
    rawFile({
      path: join(root, 'a/file.bin'),
      slot: { root, table: 'a', unit: 'one' },
      shape: { format: 'raw' },
    }),
  { input, readBack },
)

test('raw-file: what is in the way of its folder is told as exit 7, with the path', async (t) => {
  const root = tempDir(t)
  await runPipeline(from(feed([input])).into(rawFile({ path: join(root, 'taken') })), createRun())
  const below = rawFile({ path: join(root, 'taken/file.bin') })
  await assert.rejects(runPipeline(from(feed([input])).into(below), createRun()), (error) => {
    assert.ok(error instanceof WriteError)
    assert.equal(error.stage, 'raw-file')
    assert.match(error.message, /taken/)
    return true
  })
})
