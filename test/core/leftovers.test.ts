import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { tempFolder } from '../../src/core/durable-file.ts'
import { discardUnit } from '../../src/core/leftovers.ts'
import { from, runPipeline } from '../../src/core/pipeline.ts'
import type { Planned } from '../../src/core/plan.ts'
import { createRun } from '../../src/core/run.ts'
import { sink } from '../../src/core/stage.ts'
import { rawFile } from '../../src/sinks/raw-file.ts'
import { feed } from '../helpers/collect.ts'
import { filesUnder } from '../helpers/sink-laws.ts'
import { tempDir } from '../helpers/temp-dir.ts'

const epoch = '20240301123045678-0a1b2c3d'

function planned(root: string, writes: string): Planned {
  const slot = { root, table: 'names', unit: 'a' }
  const stage = sink('nowhere', () => async () => {}, { slot, writes })
  const pipeline = { stages: [stage] }
  return { unit: { id: 'a' }, pipeline, slot, shape: {}, done: false, inOrder: false }
}

function put(path: string): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, 'x')
}

test('what a unit left unfinished is removed, and nothing else', async (t) => {
  const root = tempDir(t)
  const one = planned(root, join(root, 'raw/a.gz'))
  const other = { root, table: 'names', unit: 'b' }
  put(join(tempFolder({ ...other, unit: 'a' }, epoch), 'part-0.tmp'))
  put(join(root, `raw/.a.gz.${epoch}.tmp`))
  const kept = [
    join(tempFolder(other, epoch), 'part-0.tmp'),
    join(root, `raw/.b.gz.${epoch}.tmp`),
    join(root, `raw/.aa.gz.${epoch}.tmp`),
    join(root, 'raw/.a.gz.20240301123045678-00000000.tmp'),
    join(root, 'raw/a.gz'),
    join(root, 'names/a'),
  ]
  for (const path of kept) put(path)
  await discardUnit(one, epoch)
  assert.deepEqual(filesUnder(root), kept.map((path) => path.slice(root.length + 1)).sort())
})

test('where a raw file puts what is unfinished is where it is looked for', async (t) => {
  const root = tempDir(t)
  const stop = new Error('killed')
  const path = join(root, 'raw/a.gz')
  const run = createRun()
  const kept: string[] = []
  const chain = from(
    feed(async function* () {
      yield Buffer.from('x')
      // As if the thread were gone: what it wrote stays.
      for (const name of filesUnder(root)) kept.push(name)
      throw stop
    }),
  ).into(rawFile({ path }))
  await assert.rejects(runPipeline(chain, run), stop)
  assert.equal(kept.length, 1)
  for (const name of kept) put(join(root, name))
  await discardUnit(planned(root, path), run.epoch)
  assert.deepEqual(filesUnder(root), [])
})

test('a unit that had begun nothing leaves nothing to remove', async (t) => {
  const root = tempDir(t)
  await discardUnit(planned(root, join(root, 'raw/a.gz')), epoch)
  assert.deepEqual(filesUnder(root), [])
})
