import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { roomFor } from '../../src/core/disk-room.ts'
import { forecast } from '../../src/core/forecast.ts'
import { from } from '../../src/core/pipeline.ts'
import type { Planned } from '../../src/core/plan.ts'
import type { Identity } from '../../src/core/recipe.ts'
import type { Bytes } from '../../src/core/stage.ts'
import { type Source, source } from '../../src/core/stage.ts'
import { rawFile } from '../../src/sinks/raw-file.ts'
import { feed } from '../helpers/collect.ts'
import { tempDir } from '../helpers/temp-dir.ts'

interface Made {
  readonly id: string
  readonly bytes?: number
  readonly asks?: number
  readonly done?: boolean
  readonly identity?: Identity
  readonly goesOn?: true
  /** Instead of the lake. */
  readonly file?: string
}

const resuming: Source<Bytes> = source('resuming', async function* () {}, { goesOn: true })

function planned(root: string, { id, bytes, asks, done = false, identity, goesOn, file }: Made): Planned {
  const slot = { root, table: 't', unit: id }
  const asked = asks !== undefined && { asks }
  const unit = { id, ...asked, ...(bytes !== undefined && { bytes }), ...(identity && { identity }) }
  const sink = rawFile({ path: file ?? join(root, 't', id), ...(file === undefined && { slot }) })
  const pipeline = from(goesOn ? resuming : feed([])).into(sink)
  return { unit, pipeline, slot: file === undefined ? slot : undefined, shape: {}, done, inOrder: false }
}

const ahead = (root: string, units: readonly Made[], cap = 100) =>
  forecast(
    units.map((one) => planned(root, one)),
    cap,
  )

for (const [asks, requests, seconds] of [
  [5, 5, 0],
  [6, 5, 60],
  [11, 5, 120],
  [11, 0, undefined],
] as const)
  test(`${asks} requests at ${requests} a minute take at least ${seconds} s`, async (t) => {
    const units = [
      planned(tempDir(t), { id: 'a', asks }),
      planned(tempDir(t), { id: 'b', asks: 1, done: true }),
    ]
    const told = await forecast(units, 100, { requests, everyMs: 60_000 })
    assert.deepEqual(
      [told.seconds, told.todo, told.done.requests],
      [seconds, { objects: 1, requests: asks }, 1],
    )
  })

test('what is done, what is to do, and how long that takes at the cap', async (t) => {
  const { all, done, todo, seconds } = await ahead(tempDir(t), [
    { id: 'a', bytes: 1000, done: true },
    { id: 'b', bytes: 300 },
    { id: 'c', bytes: 200 },
  ])
  assert.deepEqual(
    [all, done, todo, seconds],
    [{ objects: 3, bytes: 1500 }, { objects: 1, bytes: 1000 }, { objects: 2, bytes: 500 }, 5],
  )
})

const timeless: readonly (readonly [what: string, units: readonly Made[], cap?: number])[] = [
  ['no cap', [{ id: 'a', bytes: 1000 }], 0],
  ['a size that is not known', [{ id: 'a', bytes: 1000 }, { id: 'b' }]],
  ['files of this machine', [{ id: 'a', bytes: 1000, identity: { path: '/raw/a', size: 1000 } }]],
]
for (const [what, units, cap] of timeless)
  test(`with ${what} there is no time to tell`, async (t) => {
    const { seconds } = await ahead(tempDir(t), units, cap)
    assert.equal(seconds, undefined)
  })

test('the needs of all folders on one disk add up, and what is done needs nothing', async (t) => {
  const root = tempDir(t)
  const { disks } = await ahead(join(root, 'lake'), [
    { id: 'a', bytes: 1000, done: true },
    { id: 'b', bytes: 1000 },
    { id: 'c', bytes: 2000 },
    { id: 'd', bytes: 500, file: join(root, 'd.csv.gz') },
  ])
  const [b, c] = [roomFor(1000), roomFor(2000)]
  const [disk] = disks
  assert.equal(disks.length, 1)
  assert.equal(disk?.folder, join(root, 'lake'))
  assert.deepEqual(disk.needed, { bytes: b.bytes + c.bytes + 500, inodes: b.inodes + c.inodes + 1 })
  assert.equal(disk.fits, true)
  assert.ok(disk.free.bytes > 0)
})

test('what does not fit is told', async (t) => {
  const { disks } = await ahead(tempDir(t), [{ id: 'a', bytes: 1e17 }])
  assert.deepEqual(
    disks.map(({ fits }) => fits),
    [false],
  )
})

const restarts: readonly (readonly [units: readonly Made[], goesOn: boolean])[] = [
  [[], false],
  [[{ id: 'a' }], false],
  [[{ id: 'a', goesOn: true }], true],
  [[{ id: 'a', goesOn: true }, { id: 'b' }], false],
  [
    [
      { id: 'a', goesOn: true },
      { id: 'b', done: true },
    ],
    true,
  ],
]
test('a run goes on within a file when the source of each keeps what has come', async (t) => {
  for (const [units, goesOn] of restarts) assert.equal((await ahead(tempDir(t), units)).goesOn, goesOn)
})
