import assert from 'node:assert/strict'
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable, Transform } from 'node:stream'
import { type TestContext, test } from 'node:test'
import { createGunzip, gzipSync } from 'node:zlib'
import { DataError } from '../../src/core/errors.ts'
import { type Flow, from, runPipeline } from '../../src/core/pipeline.ts'
import { type Counts, createRun } from '../../src/core/run.ts'
import { type Bytes, type Sink, sink, source, transform } from '../../src/core/stage.ts'
import { keepIn } from '../helpers/collect.ts'
import { within } from '../helpers/fed-laws.ts'
import { tempDir } from '../helpers/temp-dir.ts'

const piece = new Uint8Array(40_000).fill(7)

async function* endless(chunk: Bytes): AsyncGenerator<Bytes> {
  for (;;) yield chunk
}

const gunzip = transform<Bytes, Bytes>('gunzip', () => createGunzip())
const asTheyAre = transform<Bytes, Bytes>('as they are', () => (input) => input)
const pieces = source<Bytes>('pieces', () => endless(piece))
const members = source<Bytes>('members', () => endless(gzipSync(piece)))

/** Chains that would go on for ever. */
const chains: Readonly<Record<string, Flow<Bytes>>> = {
  'a generator': from(pieces),
  'a Node stream': from(source<Bytes>('stream', () => Readable.from(endless(piece)))),
  'a Node stream of bytes': from(
    source<Bytes>(
      'stream',
      () =>
        new Readable({
          read() {
            this.push(piece)
          },
        }),
    ),
  ),
  'a Node duplex': from(members).through(gunzip),
  'a Node duplex after a Node stream': from(
    source<Bytes>('stream', () => Readable.from(endless(gzipSync(piece)))),
  ).through(gunzip),
  'a generator after a Node duplex': from(members).through(gunzip).through(asTheyAre),
}

const head = transform<Bytes, Bytes>(
  'head',
  () =>
    async function* (input) {
      for await (const chunk of input) {
        yield chunk.subarray(0, 3)
        return
      }
    },
  { endsEarly: true },
)
const lazyTransform = transform<Bytes, Bytes>('lazy', head.open)
const takeOne: Sink<Bytes>['open'] = () => async (input) => {
  for await (const _ of input) return
}

for (const [what, chain] of Object.entries(chains)) {
  test(`a stage that may end early ends ${what}, and the pipeline has succeeded`, async () => {
    const kept: Bytes[] = []
    await within(1000, runPipeline(chain.through(head).into(keepIn(kept)), createRun()))
    assert.deepEqual(
      kept.map((chunk) => [...chunk]),
      [[7, 7, 7]],
    )
    const early = sink<Bytes>('early', takeOne, { endsEarly: true })
    await within(1000, runPipeline(chain.into(early), createRun()))
  })

  test(`a stage that returns early although ${what} goes on fails the pipeline, by name`, async () => {
    const lazySink = sink<Bytes>('lazy', takeOne)
    for (const lazy of [chain.into(lazySink), chain.through(lazyTransform).into(keepIn<Bytes>([]))])
      await assert.rejects(
        within(1000, runPipeline(lazy, createRun())),
        /^Error: lazy stopped before its input/,
      )
  })
}

test('a Node transform that ends its output before its input fails the pipeline, by name', async () => {
  const short = transform<Bytes, Bytes>('short', () => {
    let over = false
    return new Transform({
      transform(chunk: Bytes, _encoding, done) {
        if (!over) this.push(chunk)
        if (!over) this.push(null)
        over = true
        done()
      },
    })
  })
  const many = source<Bytes>('many', () => endless(piece))
  const chain = from(many).through(short).into(keepIn<Bytes>([]))
  await assert.rejects(
    within(1000, runPipeline(chain, createRun())),
    /^Error: short stopped before its input/,
  )
})

test('what an early end stops has let go when the pipeline is over', async () => {
  let released = false
  const holding = source<Bytes>('holding', async function* () {
    try {
      yield* endless(piece)
    } finally {
      await new Promise((resolve) => setImmediate(resolve))
      released = true
    }
  })
  await runPipeline(from(holding).through(head).into(keepIn<Bytes>([])), createRun())
  assert.equal(released, true)
})

const rows = (counted: Partial<Counts>, bad = 0) =>
  source<Bytes>('rows', async function* (run) {
    for (const [what, n] of Object.entries(counted)) run.count(what as keyof Counts, n)
    for (let row = 1; row <= bad; row++)
      run.reject({ at: { row, column: 'price' }, why: `"x${row}" is no number`, text: `x${row}` })
    yield piece
  })

function committing(t: TestContext): { folder: string; commit: Sink<Bytes> } {
  const folder = tempDir(t)
  const [temp, path] = [join(folder, 'a.tmp'), join(folder, 'a')]
  const commit = sink<Bytes>('commit', (run) => async (input) => {
    await writeFile(temp, '')
    run.wrote({ temp, path, files: [{ path, bytes: 0 }] })
    for await (const _ of input);
  })
  return { folder, commit }
}

const sums: readonly (readonly [Partial<Counts>, boolean])[] = [
  [{ rowsIn: 5, rowsOut: 5 }, true],
  [{ rowsIn: 5, rowsOut: 3, filtered: 2 }, true],
  [{}, true],
  [{ rowsIn: 5, rowsOut: 4 }, false],
  [{ rowsIn: 5, rowsOut: 5, filtered: 1 }, false],
  [{ rowsIn: 0, rowsOut: 1 }, false],
  [{ rowsIn: 5, rowsOut: 0 }, false],
  [{ rowsIn: 5 }, true],
  [{ rowsOut: 5 }, true],
]

for (const [counts, adds] of sums) {
  test(`${JSON.stringify(counts)} ${adds ? 'adds up, and is' : 'does not add up, and nothing is'} committed`, async (t) => {
    const { folder, commit } = committing(t)
    const run = runPipeline(from(rows(counts)).into(commit), createRun())
    if (adds) await run
    else await assert.rejects(run, /^Error: \d+ rows came in, but \d+ went out, \d+ were filtered/)
    assert.deepEqual(await readdir(folder), adds ? ['a'] : [])
  })
}

test('bad rows are counted to the end, the first twenty are shown, and nothing is committed', async (t) => {
  const { folder, commit } = committing(t)
  const counts: Partial<Counts> = {}
  const run = createRun({
    count(what, n) {
      counts[what] = (counts[what] ?? 0) + n
    },
  })
  const chain = from(rows({ rowsIn: 100, rowsOut: 75 }, 25)).into(commit)
  await assert.rejects(runPipeline(chain, run), (error: DataError) => {
    assert.ok(error instanceof DataError)
    const lines = error.message.split('\n')
    assert.equal(lines[0], '25 of 100 rows cannot be read')
    assert.equal(lines[1], '  row 1, column price: "x1" is no number')
    assert.equal(lines[20], '  row 20, column price: "x20" is no number')
    assert.deepEqual(lines.slice(21), ['  and 5 more'])
    return true
  })
  assert.equal(counts.rejected, 25)
  assert.deepEqual(await readdir(folder), [])
})

test('one bad row is enough, and none is called more', async (t) => {
  const { commit } = committing(t)
  await assert.rejects(runPipeline(from(rows({ rowsIn: 2, rowsOut: 1 }, 1)).into(commit), createRun()), {
    message: '1 of 2 rows cannot be read\n  row 1, column price: "x1" is no number',
  })
})

test('a bad row among those read commits nothing, also where a stage may end early', async (t) => {
  const { folder, commit } = committing(t)
  const chain = from(rows({ rowsIn: 2, rowsOut: 1 }, 1))
    .through(head)
    .into(commit)
  await assert.rejects(runPipeline(chain, createRun()), DataError)
  assert.deepEqual(await readdir(folder), [])
})

test('where a stage may end early, rows need not add up', async (t) => {
  const { folder, commit } = committing(t)
  await runPipeline(
    from(rows({ rowsIn: 9, rowsOut: 1 }))
      .through(head)
      .into(commit),
    createRun(),
  )
  assert.deepEqual(await readdir(folder), ['a'])
})

test('the first error comes out even when temporary output cannot be removed', async (t) => {
  const { folder } = committing(t)
  await writeFile(join(folder, 'file'), '')
  const first = new DataError('first')
  const chain = from(rows({})).into(
    sink('stubborn', (run) => async () => {
      run.wrote({ temp: join(folder, 'file', 'inside'), path: join(folder, 'a'), files: [] })
      throw first
    }),
  )
  await assert.rejects(runPipeline(chain, createRun()), first)
})
