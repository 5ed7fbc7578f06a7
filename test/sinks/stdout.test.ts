import assert from 'node:assert/strict'
import { PassThrough, Writable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { test } from 'node:test'
import { ReaderLeft, WriteError } from '../../src/core/errors.ts'
import { from, runPipeline } from '../../src/core/pipeline.ts'
import { createRun, type Run } from '../../src/core/run.ts'
import { stdout } from '../../src/sinks/stdout.ts'
import { feed } from '../helpers/collect.ts'
import { sinkLaws } from '../helpers/stage-laws.ts'

const input = Buffer.from(Array.from({ length: 500 }, (_, i) => i % 251))

sinkLaws(() => stdout(), {
  input,
  lend: () => ({ stdout: new PassThrough({ highWaterMark: 1 << 20 }) }),
  async readBack(_root: string, run: Run) {
    const out = run.stdout as PassThrough
    return Buffer.from(out.read() ?? []).toString('hex')
  },
})

test('stdout: is not ended, so that the next unit can follow', async () => {
  const out = new PassThrough()
  const run = createRun({ stdout: out })
  await runPipeline(from(feed([Buffer.from('one ')])).into(stdout()), run)
  await runPipeline(from(feed([Buffer.from('two')])).into(stdout()), run)
  out.end()
  assert.equal((await buffer(out)).toString(), 'one two')
})

const failures: readonly (readonly [string, new (...args: never[]) => Error])[] = [
  ['EPIPE', ReaderLeft],
  ['ENOSPC', WriteError],
]
for (const [code, kind] of failures)
  test(`stdout: ${code} comes out as ${kind.name}`, async () => {
    const out = new Writable({
      write: (_chunk, _encoding, done) => done(Object.assign(new Error(code), { code })),
    })
    out.on('error', () => {})
    await assert.rejects(runPipeline(from(feed([input])).into(stdout()), createRun({ stdout: out })), kind)
  })
