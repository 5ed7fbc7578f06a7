import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { alsoInto } from '../../src/core/also-into.ts'
import { from, runPipeline } from '../../src/core/pipeline.ts'
import { createRun } from '../../src/core/run.ts'
import { type Bytes, type Sink, sink } from '../../src/core/stage.ts'
import { rawFile } from '../../src/sinks/raw-file.ts'
import { collect, feed, keepIn } from '../helpers/collect.ts'
import { filesUnder } from '../helpers/sink-laws.ts'
import { tempDir } from '../helpers/temp-dir.ts'

const chunks = Array.from({ length: 50 }, (_, i) => Buffer.alloc(1000, i))

test('both ends get every byte', async (t) => {
  const path = join(tempDir(t), 'copy.bin')
  const through = await collect(feed(chunks), alsoInto(rawFile({ path })))
  assert.deepEqual(Buffer.concat(through), Buffer.concat(chunks))
  assert.deepEqual(readFileSync(path), Buffer.concat(chunks))
})

const endings: readonly (readonly [string, (error: Error) => Sink<Bytes>, (error: Error) => Sink<Bytes>])[] =
  [
    ['the branch', () => keepIn<Bytes>([]), (error) => failing('branch', error)],
    ['the chain behind it', (error) => failing('end', error), () => keepIn<Bytes>([])],
  ]
for (const [where, end, branch] of endings)
  test(`an error of ${where} comes out, and neither end is committed`, async (t) => {
    const root = tempDir(t)
    const error = new Error(where)
    const chain = from(feed(chunks))
      .through(alsoInto(rawFile({ path: join(root, 'copy.bin') })))
      .through(alsoInto(branch(error)))
      .into(end(error))
    await assert.rejects(runPipeline(chain, createRun()), error)
    assert.deepEqual(filesUnder(root), [])
  })

test('a branch that returns early fails the chain, and nothing is committed', async (t) => {
  const root = tempDir(t)
  const early = sink<Bytes>('early', () => async (input) => {
    for await (const _ of input) return
  })
  const chain = from(feed(chunks))
    .through(alsoInto(early))
    .into(rawFile({ path: join(root, 'out.bin') }))
  await assert.rejects(runPipeline(chain, createRun()), /early stopped before its input had ended/)
  assert.deepEqual(filesUnder(root), [])
})

test('a branch that never takes anything ends with the run', async () => {
  const stop = new AbortController()
  const reason = new Error('stopped')
  const stuck = sink<Bytes>('stuck', (run) => async () => {
    queueMicrotask(() => stop.abort(reason))
    await run.until(new Promise(() => {}))
  })
  const chain = from(feed(chunks)).through(alsoInto(stuck)).into(keepIn<Bytes>([]))
  await assert.rejects(runPipeline(chain, createRun({ signal: stop.signal })), reason)
})

function failing(name: string, error: Error): Sink<Bytes> {
  return sink(name, () => async (input) => {
    for await (const _ of input) throw error
  })
}
