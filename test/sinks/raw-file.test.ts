import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
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

for (const [what, options] of Object.entries({
  'a lake': (root: string) => ({ slot: { root, table: 'a', unit: 'one' } }),
  'a folder for raw files': (within: string) => ({ within }),
}))
  test(`raw-file: a link below ${what} is not followed, the file itself may be one`, async (t) => {
    const [root, elsewhere] = [tempDir(t), tempDir(t)]
    const write = (path: string) =>
      runPipeline(
        from(feed([input])).into(rawFile({ path: join(root, path), ...options(root) })),
        createRun(),
      )
    symlinkSync(elsewhere, join(root, 'a'))
    for (const path of ['a/file.bin', 'a/b/file.bin', '../file.bin'])
      await assert.rejects(write(path), (error) => error instanceof WriteError && error.stage === 'raw-file')
    mkdirSync(join(root, 'b'))
    symlinkSync(join(elsewhere, 'target'), join(root, 'b', 'file.bin'))
    await write('b/file.bin')
    assert.deepEqual(filesUnder(elsewhere), [])
    assert.deepEqual(filesUnder(root), ['b/file.bin'])
  })

for (const [what, md5] of [
  ['the MD5 that its source holds it against', 'f'.repeat(32)],
  ['a SHA-256 where there is none', undefined],
] as const)
  test(`raw-file: of a file that its source keeps is noted ${what}`, async (t) => {
    const root = tempDir(t)
    const part = join(root, 'x.part')
    writeFileSync(part, input)
    const { outputs } = await runPipeline(
      from(feed([input])).into(rawFile({ path: join(root, 'x'), part, md5 })),
      createRun(),
    )
    const { path: _, ...facts } = outputs[0]?.files[0] ?? { path: '' }
    const sha256 = createHash('sha256').update(input).digest('hex')
    assert.deepEqual(facts, { bytes: input.length, ...(md5 === undefined ? { sha256 } : { md5 }) })
  })
