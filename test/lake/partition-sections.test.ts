import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { DataError, UsageError } from '../../src/core/errors.ts'
import type { Batch } from '../../src/core/schema.ts'
import { sectionsOf } from '../../src/lake/partition-sections.ts'
import type { SortLimits } from '../../src/lake/sort-rows.ts'
import { openSpill, type Spill } from '../../src/lake/spill.ts'
import { batchOf, rowsOf } from '../helpers/batches.ts'
import { tempDir } from '../helpers/temp-dir.ts'

const neverAborted = new AbortController().signal
const large: SortLimits = { blockBytes: 1 << 30, files: 16 }
/** A block is a batch. */
const tiny: SortLimits = { blockBytes: 1, files: 2 }

/** Rows whose ticker is a letter of `text`, numbered from `from` on. */
const batch = (text: string, from = 0): Batch =>
  batchOf({ ticker: 'utf8', n: 'int32' }, { ticker: [...text], n: [...text].map((_, i) => from + i) })

const batches = (texts: readonly string[]): Batch[] => {
  let from = 0
  return texts.map((text) => {
    const one = batch(text, from)
    from += text.length
    return one
  })
}

async function* each<T>(all: readonly T[]): AsyncGenerator<T> {
  yield* all
}

interface Told {
  readonly ticker: string | null
  readonly n: readonly unknown[]
}

async function sections(given: readonly Batch[], spill: Spill, limits: SortLimits): Promise<Told[]> {
  const told: Told[] = []
  for await (const { levels, batches } of sectionsOf(each(given), ['ticker'], spill, limits)) {
    const n: unknown[] = []
    for await (const one of batches) n.push(...rowsOf(one).map((row) => row['n']))
    told.push({ ticker: levels[0]?.[1] ?? null, n })
  }
  return told
}

const noSpill: Spill = {
  write: () => Promise.reject(new Error('nothing is to be set aside')),
  close: async () => {},
}

test('rows that come grouped pass as they come: nothing is sorted, and a section ends with its rows', async () => {
  const read: string[] = []
  const input = async function* (): AsyncGenerator<Batch> {
    for (const [i, one] of batches(['aab', 'bbc', 'ccc', 'cd']).entries()) {
      read.push(`batch ${i}`)
      yield one
    }
  }
  for await (const { levels, batches } of sectionsOf(input(), ['ticker'], noSpill, tiny)) {
    let rows = 0
    for await (const one of batches) rows += one.numRows
    read.push(`${levels[0]?.[1]} ${rows}`)
  }
  assert.deepEqual(read, ['batch 0', 'a 2', 'batch 1', 'b 3', 'batch 2', 'batch 3', 'c 5', 'd 1'])
})

/** Letters by batch, and the sections with the rows of each. */
const cases: Readonly<Record<string, readonly [SortLimits, readonly string[], string]>> = {
  'interleaved rows, all at once': [large, ['abab', 'cab'], 'a 0,2,5 b 1,3,6 c 4'],
  'interleaved rows, on disk': [tiny, ['abab', 'cab'], 'a 0,2,5 b 1,3,6 c 4'],
  'grouped rows': [tiny, ['aab', 'bc', 'c'], 'a 0,1 b 2,3 c 4,5'],
  'one that comes back late, seen at once': [large, ['aab', 'ac'], 'a 0,1,3 b 2 c 4'],
  'one that comes back late': [tiny, ['aab', 'bac', 'cb'], 'a 0,1 b 2,3 a 4 b 7 c 5,6'],
  'one that goes on after another came back': [tiny, ['a', 'bacbca'], 'a 0 b 1 a 2,6 b 4 c 3,5'],
  'a single partition': [tiny, ['aa', 'a'], 'a 0,1,2'],
  'batches of no rows': [tiny, ['', '', 'ab', '', 'a'], 'a 0 b 1 a 2'],
}
for (const [what, [limits, texts, expected]] of Object.entries(cases))
  test(`${what}: ${expected}`, async (t) => {
    const told = await sections(batches(texts), openSpill(tempDir(t), neverAborted), limits)
    assert.equal(told.map(({ ticker, n }) => `${ticker} ${n}`).join(' '), expected)
  })

test('no row is lost or moved within its partition, and a partition is at most two sections', async (t) => {
  const folder = tempDir(t)
  const any = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'd'), maxLength: 8 }), {
    minLength: 1,
    maxLength: 8,
  })
  const blockBytes = fc.constantFrom(1, 3000, 20_000)
  const same = fc.asyncProperty(any, blockBytes, async (texts, bytes) => {
    const spill = openSpill(folder, neverAborted)
    const told = await sections(batches(texts), spill, { blockBytes: bytes, files: 2 })
    const letters = [...texts.join('')]
    for (const letter of new Set(letters)) {
      const own = told.filter(({ ticker }) => ticker === letter)
      assert.ok(own.length <= 2)
      assert.deepEqual(
        own.flatMap(({ n }) => n),
        letters.flatMap((one, n) => (one === letter ? [n] : [])),
      )
    }
    assert.equal(told.flatMap(({ n }) => n).length, letters.length)
  })
  await fc.assert(same, { numRuns: 150 })
})

test('without any row there is one section, that of nulls, with the other columns', async () => {
  for await (const { levels, batches } of sectionsOf(each([batch(''), batch('')]), ['ticker'], noSpill)) {
    assert.deepEqual(levels, [['ticker', null]])
    const all: Batch[] = []
    for await (const one of batches) all.push(one)
    assert.deepEqual(
      all.map((one) => [one.numRows, one.schema.fields.map(({ name }) => name)]),
      [[0, ['n']]],
    )
  }
})

test('two columns are two levels, and a section is one pair of values', async (t) => {
  const given = batchOf(
    { a: 'utf8', b: 'int32', n: 'int32' },
    { a: ['x', 'x', 'y', 'x'], b: [1, 2, 1, 1], n: [0, 1, 2, 3] },
  )
  const told: string[] = []
  for await (const { levels, batches } of sectionsOf(
    each([given]),
    ['b', 'a'],
    openSpill(tempDir(t), neverAborted),
  ))
    for await (const one of batches) told.push(`${levels.join(';')} ${JSON.stringify(rowsOf(one))}`)
  assert.deepEqual(told, ['b,1;a,x [{"n":0},{"n":3}]', 'b,2;a,x [{"n":1}]', 'b,1;a,y [{"n":2}]'])
})

test('an error of the input comes out, and a reader who leaves ends the input', async () => {
  const error = new Error('upstream')
  const failing = async function* (): AsyncGenerator<Batch> {
    yield batch('ab')
    throw error
  }
  await assert.rejects(async () => {
    for await (const { batches } of sectionsOf(failing(), ['ticker'], noSpill, large))
      for await (const _ of batches);
  }, error)
  let ended = false
  const endless = async function* (): AsyncGenerator<Batch> {
    try {
      for (;;) yield batch('a')
    } finally {
      ended = true
    }
  }
  for await (const { batches } of sectionsOf(endless(), ['ticker'], noSpill, tiny)) {
    for await (const _ of batches) break
    break
  }
  assert.ok(ended)
  await assert.rejects(sections([batchOf({ n: 'int32' }, { n: [1] })], noSpill, tiny), UsageError)
  const other = batchOf({ ticker: 'utf8', n: 'int64' }, { ticker: ['a'], n: [1n] })
  await assert.rejects(sections([batch('ba'), other], noSpill, large), DataError)
})
