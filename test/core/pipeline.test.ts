import assert from 'node:assert/strict'
import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable, Transform, Writable } from 'node:stream'
import { test } from 'node:test'
import { createGunzip, gzipSync } from 'node:zlib'
import { DataError, MillraceError, UsageError } from '../../src/core/errors.ts'
import { from, runPipeline } from '../../src/core/pipeline.ts'
import { type Counts, createRun } from '../../src/core/run.ts'
import { type Bytes, type Sink, type Source, sink, source, transform } from '../../src/core/stage.ts'
import { keepIn } from '../helpers/collect.ts'
import { rejectsWith } from '../helpers/fed-laws.ts'
import { tempDir } from '../helpers/temp-dir.ts'

type Transforms = typeof transform<Bytes, Bytes>
type Stages = ReturnType<Transforms>

const piece = new Uint8Array([1, 2, 3])

async function* pieces(count: number): AsyncGenerator<Bytes> {
  for (let i = 0; i < count; i++) yield piece
}
const threePieces = source<Bytes>('three pieces', () => pieces(3))
const asTheyAre = transform<Bytes, Bytes>('as they are', () => (input) => input)
const drain = sink<Bytes>('drain', () => async (input) => {
  for await (const _ of input);
})

/** Each way in which a stage can be the one that fails, after its first piece. */
const failing: Readonly<Record<string, (error: Error) => readonly [Source<Bytes>, Stages, Sink<Bytes>]>> = {
  'a source that is a generator': (error) => [
    source('culprit', async function* () {
      yield piece
      throw error
    }),
    asTheyAre,
    drain,
  ],
  'a source that is a Node stream': (error) => [
    source('culprit', () => {
      const given = [piece]
      return new Readable({
        read() {
          const next = given.pop()
          if (next) this.push(next)
          else this.destroy(error)
        },
      })
    }),
    asTheyAre,
    drain,
  ],
  'a transform that is a generator': (error) => [
    threePieces,
    transform(
      'culprit',
      () =>
        async function* (input) {
          for await (const chunk of input) {
            yield chunk
            throw error
          }
        },
    ),
    drain,
  ],
  'a transform that is a Node stream': (error) => [
    threePieces,
    transform('culprit', () => new Transform({ transform: (_chunk, _encoding, done) => done(error) })),
    drain,
  ],
  'a transform that fails at the very end': (error) => [
    threePieces,
    transform(
      'culprit',
      () =>
        new Transform({
          transform: (chunk, _encoding, done) => done(null, chunk),
          flush: (done) => done(error),
        }),
    ),
    drain,
  ],
  'a sink that is a function': (error) => [
    threePieces,
    asTheyAre,
    sink('culprit', () => async (input) => {
      for await (const _ of input) throw error
    }),
  ],
  'a sink that is a Node stream': (error) => [
    threePieces,
    asTheyAre,
    sink('culprit', () => new Writable({ write: (_chunk, _encoding, done) => done(error) })),
  ],
  'a stage that cannot be opened': (error) => [
    threePieces,
    transform('culprit', () => {
      throw error
    }),
    drain,
  ],
}

for (const [who, stagesOf] of Object.entries(failing)) {
  test(`the error of ${who} comes out as it is, with the stage's name`, async () => {
    for (const error of [new DataError('bad', { at: { row: 3 } }), new RangeError('a bug')]) {
      const [start, middle, end] = stagesOf(error)
      await rejectsWith(error, runPipeline(from(start).through(middle).into(end), createRun()))
      if (error instanceof MillraceError) assert.equal(error.stage, 'culprit')
    }
  })
}

test('the first error wins over those that it brings about', async () => {
  const first = new DataError('first')
  const second = new UsageError('second')
  const start = source<Bytes>('first', async function* () {
    yield piece
    throw first
  })
  const after = transform<Bytes, Bytes>(
    'second',
    () =>
      async function* (input) {
        try {
          yield* input
        } finally {
          // biome-ignore lint/correctness/noUnsafeFinally: a stage that throws while it is being ended
          throw second
        }
      },
  )
  await rejectsWith(first, runPipeline(from(start).through(after).into(drain), createRun()))
  assert.equal(first.stage, 'first')
})

test('what was opened before a stage that cannot be opened is closed', async () => {
  const opened = new Readable({ read() {} })
  const error = new UsageError('no')
  const chain = from(source<Bytes>('open', () => opened)).into(
    sink('closed', () => {
      throw error
    }),
  )
  await rejectsWith(error, runPipeline(chain, createRun()))
  assert.equal(opened.destroyed, true)
})

test('the reason of an abort comes out as it is, and belongs to no stage', async () => {
  const reason = new UsageError('the run took too long')
  const stop = new AbortController()
  const run = createRun({ signal: stop.signal })
  const waiting = source<Bytes>('waiting', async function* ({ until }) {
    yield piece
    stop.abort(reason)
    await until(new Promise(() => {}))
  })
  await rejectsWith(reason, runPipeline(from(waiting).through(asTheyAre).into(drain), run))
  assert.equal(reason.stage, undefined)
})

test('a pipeline may be run again, and its runs count for themselves', async () => {
  const counts: Partial<Counts> = {}
  const run = createRun({
    count(what, n) {
      counts[what] = (counts[what] ?? 0) + n
    },
  })
  const counted = source<Bytes>('counted', async function* ({ count }) {
    count('bytesIn', 3)
    yield piece
  })
  const kept: Bytes[] = []
  const chain = from(counted).into(keepIn(kept))
  const tallies = await Promise.all([runPipeline(chain, run), runPipeline(chain, run)])
  assert.deepEqual([tallies[0].counts.bytesIn, tallies[1].counts.bytesIn, counts.bytesIn], [3, 3, 6])
  assert.equal(kept.length, 2)
})

test('neither the twelfth pipeline on one signal nor the twelfth stage of one gives a warning', async (t) => {
  const warnings: Error[] = []
  const listen = (warning: Error): void => void warnings.push(warning)
  process.on('warning', listen)
  t.after(() => process.off('warning', listen))
  const run = createRun({ signal: new AbortController().signal })
  const gunzips = transform<Bytes, Bytes>('gunzip', () => createGunzip())
  const zipped = source<Bytes>('zipped', async function* () {
    yield gzipSync(piece)
  })
  const chain = from(zipped).through(gunzips).through(asTheyAre).into(drain)
  await Promise.all(Array.from({ length: 24 }, () => runPipeline(chain, run)))
  let long = from(threePieces)
  for (let i = 0; i < 24; i++) long = long.through(asTheyAre)
  await runPipeline(long.into(drain), run)
  assert.deepEqual(warnings, [])
})

test('output gets its final name by a rename, and only after the whole pipeline has succeeded', async (t) => {
  const folder = tempDir(t)
  const [temp, path] = [join(folder, 'a.tmp'), join(folder, 'out', 'a')]
  let file = 0
  const writing = sink<Bytes>('writing', (run) => async (input) => {
    await writeFile(temp, 'done')
    file = (await stat(temp)).ino
    run.wrote({ temp, path, files: [{ path, bytes: 4 }] })
    for await (const _ of input);
    assert.deepEqual(await readdir(folder), ['a.tmp'])
  })
  const { outputs } = await runPipeline(from(threePieces).into(writing), createRun())
  assert.equal(await readFile(path, 'utf8'), 'done')
  assert.equal((await stat(path)).ino, file)
  assert.deepEqual(await readdir(folder), ['out'])
  assert.deepEqual(outputs[0]?.files, [{ path, bytes: 4 }])
})
