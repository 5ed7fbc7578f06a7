import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Observer } from '../../src/core/ledger.ts'
import { tellAll } from '../../src/core/observers.ts'
import { noCounts } from '../../src/core/run.ts'

test('all observers of a list are told all, each what it asks for, also one that came later', () => {
  const told: string[] = []
  const list: Observer[] = [{ started: ({ id }) => void told.push(`first ${id}`) }]
  const all = tellAll(list)
  const unit = { id: 'a' }
  const tally = {
    counts: noCounts(),
    rejects: [],
    outputs: [],
    spent: [],
    warnings: [],
    counted: new Set<never>(),
  }
  all.started(unit)
  list.push({
    planned: (units) => void told.push(`planned ${units.length}`),
    started: ({ id }) => void told.push(`second ${id}`),
    done: ({ id }, { counts }) => void told.push(`done ${id} ${counts.rowsIn}`),
    failed: ({ id }, error) => void told.push(`failed ${id} ${error}`),
    ended: ({ name }) => void told.push(`ended ${name}`),
    merging: (units) => void told.push(`merging ${units}`),
    merged: ({ files }) => void told.push(`merged ${files}`),
    warned: ({ id }, text) => void told.push(`warned ${id} ${text}`),
  })
  all.planned([])
  all.started(unit)
  all.done(unit, tally)
  all.failed(unit, 'no')
  all.ended({ name: 'A', parts: [], noData: false })
  all.merging(2)
  all.merged({ files: 1, rows: 2, bytes: 3 })
  all.warned(unit, 'mind this')
  assert.deepEqual(told, [
    'first a',
    'planned 0',
    'first a',
    'second a',
    'done a 0',
    'failed a no',
    'ended A',
    'merging 2',
    'merged 1',
    'warned a mind this',
  ])
})
