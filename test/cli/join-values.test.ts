import assert from 'node:assert/strict'
import { test } from 'node:test'
import { joinValues } from '../../src/cli/join-values.ts'

const cases: readonly (readonly [written: string[], joined: string[]])[] = [
  [['--start', '-5d'], ['--start=-5d']],
  [['--out', '-'], ['--out=-']],
  [
    ['--from', '-', '--out', '-'],
    ['--from=-', '--out=-'],
  ],
  [['--start=-5d'], ['--start=-5d']],
  [
    ['--start', '2024-03-01'],
    ['--start', '2024-03-01'],
  ],
  [['--flat'], ['--flat=true']],
  [
    ['--format', 'unflat', 'inflat'],
    ['--format', 'unflat', 'inflat'],
  ],
  [['--flat=false'], ['--flat=false']],
  [
    ['--flat', '-'],
    ['--flat=true', '-'],
  ],
  [
    ['--flat', 'recipe'],
    ['--flat=true', 'recipe'],
  ],
  [
    ['--out', '--flat'],
    ['--out', '--flat=true'],
  ],
  [
    ['--start', '-d5'],
    ['--start', '-d5'],
  ],
  [['-5d'], ['-5d']],
  [
    ['--', '--out', '-'],
    ['--', '--out', '-'],
  ],
  [['--quote="'], ['--quote="""']],
  [["--quote='a'"], ['--quote="\'a\'"']],
  [['--quote="a'], ['--quote="a']],
  [['--quote='], ['--quote=']],
  [['--a=b=c'], ['--a=b=c']],
  [[], []],
]

for (const [written, joined] of cases)
  test(`${JSON.stringify(written)} is meant as ${JSON.stringify(joined)}`, () => {
    assert.deepEqual(joinValues(written, new Set(['flat'])), joined)
  })
