import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { DataError } from '../../src/core/errors.ts'
import { tellEvents } from '../../src/core/events.ts'
import { createRun } from '../../src/core/run.ts'
import { runRecipe } from '../../src/core/run-recipe.ts'
import { createFakeClock } from '../../src/testing/fake-clock.ts'
import { flaky, runFlaky } from '../helpers/flaky-recipe.ts'
import { tempDir } from '../helpers/temp-dir.ts'

const pathOf = (root: string): string => join(root, '_millrace', 'events.ndjson')

test('what happens in a run is appended, an object a line, to a file that stays the same one', async (t) => {
  const root = tempDir(t)
  const clock = createFakeClock()
  await runFlaky({ root, units: ['a'] }, {}, { clock })
  const { ino, mode } = statSync(pathOf(root))
  assert.equal(mode & 0o777, 0o600)
  const before = readFileSync(pathOf(root), 'utf8')
  const run = createRun({ clock })
  const script = { b: [() => run.warn('mind this')], c: [new DataError('row 3: too short')] }
  await runRecipe(flaky, { root, units: ['a', 'b', 'c'], script }, run, { tool: 'test' })
  const text = readFileSync(pathOf(root), 'utf8')
  assert.equal(statSync(pathOf(root)).ino, ino)
  assert.ok(text.startsWith(before))
  const lines = text.slice(before.length).trim().split('\n')
  const common = { v: 1, at: '2024-03-01T00:00:00.000Z', epoch: run.epoch, recipe: 'flaky' }
  const told = lines.map((line) => JSON.parse(line))
  assert.deepEqual(told[0], { ...common, event: 'planned', units: 3, done: 1 })
  assert.deepEqual(told[3], { ...common, event: 'started', unit: 'c' })
  assert.deepEqual(told[4], {
    ...common,
    event: 'failed',
    unit: 'c',
    reason: 'data',
    error: 'row 3: too short',
  })
  assert.deepEqual(
    told.map(({ event, unit }) => [event, unit]),
    [
      ['planned', undefined],
      ['started', 'b'],
      ['done', 'b'],
      ['started', 'c'],
      ['failed', 'c'],
      ['ended', undefined],
    ],
  )
  const { counts, files } = told[2]
  assert.deepEqual([counts.bytesOut, files[0].bytes, files[0].sha256.length], [3, 3, 64])
})

test('events come in the order in which they happened, however fast', async (t) => {
  const root = tempDir(t)
  const teller = tellEvents({ root, recipe: 'r', workers: 1 }, createRun())
  const ids = Array.from({ length: 60 }, (_, i) => String(i))
  for (const id of ids) teller.started?.({ id })
  await teller.end()
  const lines = readFileSync(pathOf(root), 'utf8').trim().split('\n')
  assert.deepEqual(
    lines.map((line) => JSON.parse(line).unit),
    [...ids, undefined],
  )
})

test('events that cannot be written are a warning, told once, and the run goes on', async (t) => {
  const root = tempDir(t)
  mkdirSync(pathOf(root), { recursive: true })
  const warned = new Set<string>()
  const report = await runFlaky({ root, units: ['a'] }, {}, { warn: (text) => void warned.add(text) })
  assert.equal(report.done, 1)
  assert.equal(warned.size, 1)
  assert.match([...warned].join(), /events are not recorded: .*events\.ndjson: cannot be written/)
})
