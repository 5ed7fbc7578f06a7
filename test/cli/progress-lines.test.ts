import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tellLines } from '../../src/cli/progress-lines.ts'
import type { Merged } from '../../src/core/ledger.ts'
import type { Planned } from '../../src/core/plan.ts'
import type { Unit } from '../../src/core/recipe.ts'
import { noCounts } from '../../src/core/run.ts'
import type { Tally } from '../../src/core/unit-run.ts'

const files: Merged = { files: 2, rows: 9, bytes: 2400 }
const none: Merged = { files: 0, rows: 0, bytes: 0 }

/** Lines of a run of units that gather, of which so many are merged; times are left out. */
function linesOf(units: readonly Unit[], merging: number, merged: Merged, bytesIn = 0): string[] {
  const told: string[] = []
  const tell = tellLines((text) => void told.push(text.replace(/ {2}\d+ ms/, '')), 'unit')
  const gathers = { about: {}, merge: async () => [] }
  const planned = units.map((unit) => ({ unit, gathers, done: false }) as unknown as Planned)
  tell.planned?.(planned)
  const tally = { counts: { ...noCounts(), rowsIn: 3, rowsOut: 3, bytesIn }, outputs: [] } as unknown as Tally
  for (const unit of units) {
    tell.started?.(unit)
    tell.done?.(unit, tally)
  }
  tell.merging?.(merging)
  tell.merged?.(merged)
  return told
}

const symbols = { id: 'symbols' }
const cases: readonly (readonly [what: string, lines: readonly string[], expected: readonly string[]])[] = [
  ['a table made of others', linesOf([symbols], 1, files), ['symbols  3 rows  2 files, 2.4 kB']],
  ['the same as it was', linesOf([symbols], 1, none), ['symbols  3 rows  no file had to change']],
  ['one that was fetched', linesOf([symbols], 1, files, 5000), ['symbols  3 rows  5.0 kB  2 files, 2.4 kB']],
  [
    'one for which others have waited',
    linesOf([symbols], 3, files),
    ['symbols  3 rows', 'merging 3 units', 'merged into 2 files: 9 rows, 2.4 kB'],
  ],
  ['a company', linesOf([{ id: 'A splits', of: 'A' }], 1, none), ['merged: no file had to change']],
  [
    'some windows',
    linesOf([{ id: '2024-Q1' }, { id: '2024-Q2' }], 2, files, 5000),
    [
      '2024-Q1  3 rows  5.0 kB',
      '2024-Q2  3 rows  5.0 kB',
      'merging 2 units',
      'merged into 2 files: 9 rows, 2.4 kB',
    ],
  ],
]
for (const [what, lines, expected] of cases)
  test(`the log of a run that merges: ${what}`, () => assert.deepEqual(lines, expected))
