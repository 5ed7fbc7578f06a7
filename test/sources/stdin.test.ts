import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { PassThrough, Readable } from 'node:stream'
import { test } from 'node:test'
import { from, runPipeline } from '../../src/core/pipeline.ts'
import { createRun, type RunOptions } from '../../src/core/run.ts'
import { type Bytes, sink } from '../../src/core/stage.ts'
import { stdin } from '../../src/sources/stdin.ts'
import { keepIn } from '../helpers/collect.ts'
import { sourceLaws } from '../helpers/stage-laws.ts'

const text = 'ticker,price\nABC,1.5\n'
const silent = (): Readable => new PassThrough()
const watched = ['readable', 'data', 'end', 'close', 'error'] as const
const listenersOf = (stream: Readable) => watched.map((name) => stream.listenerCount(name))

let lent: () => Readable = () => Readable.from([Buffer.from(text)])
const given = 0

sourceLaws(stdin, {
  lend: () => ({ stdin: lent() }),
  waiting: () => {
    lent = silent
    return stdin()
  },
  given: () => given,
})

async function read(options: RunOptions): Promise<{ chunks: Bytes[]; bytesIn: number }> {
  const chunks: Bytes[] = []
  const { counts } = await runPipeline(from(stdin()).into(keepIn(chunks)), createRun(options))
  return { chunks, bytesIn: counts.bytesIn }
}

test('all bytes come, counted, in chunks of at most 1 MiB, however large those of the stream are', async () => {
  const large = Buffer.alloc(2.5 * 2 ** 20, 'x')
  const stream = Readable.from([Buffer.from('a'), large, Buffer.alloc(0), Buffer.from('z')], {
    objectMode: false,
  })
  const before = listenersOf(stream)
  const { chunks, bytesIn } = await read({ stdin: stream })
  assert.deepEqual(Buffer.concat(chunks), Buffer.concat([Buffer.from('a'), large, Buffer.from('z')]))
  assert.equal(bytesIn, large.length + 2)
  assert.ok(chunks.every(({ length }) => length > 0 && length <= 2 ** 20))
  assert.deepEqual(listenersOf(stream), before)
})

test('an empty stdin is an empty source', async () => {
  assert.deepEqual(await read({ stdin: Readable.from([]) }), { chunks: [], bytesIn: 0 })
})

test('an abort while stdin waits destroys it and leaves no listener behind', async () => {
  const stream = silent()
  const before = listenersOf(stream)
  const stop = new AbortController()
  const ended = read({ stdin: stream, signal: stop.signal })
  while (stream.listenerCount('readable') === 0) await turn()
  stop.abort(new Error('enough'))
  await assert.rejects(ended, /^Error: enough$/)
  assert.ok(stream.destroyed)
  await turn()
  assert.deepEqual(listenersOf(stream), before)
})

test('a stage after it that fails destroys stdin, which still waits', async () => {
  const stream = new PassThrough()
  stream.write(text)
  const failing = sink<Bytes>('failing', () => async (input) => {
    for await (const _ of input) throw new Error('no')
  })
  await assert.rejects(runPipeline(from(stdin()).into(failing), createRun({ stdin: stream })), /^Error: no$/)
  assert.ok(stream.destroyed)
})

const failures: readonly [string, (stream: PassThrough) => unknown, RegExp][] = [
  ['an error of stdin', (stream) => stream.destroy(new Error('read EIO')), /read EIO/],
  ['a stdin closed before its end', (stream) => stream.destroy(), /closed before its end/],
]
const turn = (): Promise<void> => new Promise(setImmediate)
const moments: readonly [string, (spoil: () => void) => unknown][] = [
  ['while it is waited for', (spoil) => void setImmediate(spoil)],
  ['just before the reader asks for more', (spoil) => turn().then(spoil)],
  ['while the reader is busy', (spoil) => turn().then(spoil).then(turn)],
]
for (const [what, spoil, expected] of failures)
  for (const [when, during] of moments)
    test(`${what} ${when} comes out`, async () => {
      const stream = new PassThrough()
      stream.write(text)
      const slow = sink<Bytes>('slow', () => async (input) => {
        for await (const _ of input) await during(() => spoil(stream))
      })
      await assert.rejects(runPipeline(from(stdin()).into(slow), createRun({ stdin: stream })), expected)
    })

test('a second reader of the same stdin in a run is refused: it would see nothing, or half', async () => {
  const run = createRun({ stdin: Readable.from([Buffer.from(text)]) })
  const chain = from(stdin()).into(keepIn<Bytes>([]))
  await runPipeline(chain, run)
  await assert.rejects(runPipeline(chain, run), {
    name: 'UsageError',
    message: 'stdin can be read only once',
  })
})

test('an aborted run lets go of a real, silent stdin: the process ends by itself', async () => {
  const module = (path: string): string => JSON.stringify(new URL(`../../src/${path}`, import.meta.url).href)
  const program = `
    import { createRun } from ${module('core/run.js')}
    import { from, runPipeline } from ${module('core/pipeline.js')}
    import { sink } from ${module('core/stage.js')}
    import { stdin } from ${module('sources/stdin.js')}
    const stop = new AbortController()
    const chain = from(stdin()).into(sink('first', () => async (input) => {
      for await (const chunk of input) stop.abort(new Error('enough'))
    }))
    await runPipeline(chain, createRun({ stdin: process.stdin, signal: stop.signal })).catch((error) => console.log(error.message))
  `
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  child.stdin.write(text)
  const output: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk))
  const [code] = await once(child, 'close')
  assert.deepEqual([code, Buffer.concat(output).toString()], [0, 'enough\n'])
})
