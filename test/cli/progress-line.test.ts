import assert from 'node:assert/strict'
import { test } from 'node:test'
import { progressLine, type Standing } from '../../src/cli/progress-line.ts'

const standing: Standing = {
  files: 22,
  filesDone: 3,
  bytesIn: 1.2e9,
  bytesTotal: 3.6e9,
  rows: 45_000_000,
  rate: 42e6,
  meanRate: 40e6,
  cap: 256e6,
}

test('what does not fit is left out, and the line never wraps', () => {
  const cases: readonly (readonly [columns: number, line: string])[] = [
    [80, '3/22 files  1.2 GB of 3.6 GB  45.0 M rows  42.0 of 256 MB/s  60 s left'],
    [60, '3/22 files  1.2 GB of 3.6 GB  42.0 of 256 MB/s  60 s left'],
    [40, '3/22 files  42.0 of 256 MB/s  60 s left'],
    [36, '3/22 files  42.0 of 256 MB/s'],
    [20, '3/22 files'],
    [5, ''],
  ]
  for (const [columns, line] of cases) assert.equal(progressLine(standing, columns), line)
})

test('what is not known is not told', () => {
  const cases: readonly (readonly [changes: Partial<Standing>, line: string])[] = [
    [{ files: undefined }, 'listing'],
    [{ noun: 'unit', bytesTotal: undefined }, '3/22 units  1.2 GB  45.0 M rows  42.0 of 256 MB/s'],
    [{ bytesTotal: undefined }, '3/22 files  1.2 GB  45.0 M rows  42.0 of 256 MB/s'],
    [{ rows: 0 }, '3/22 files  1.2 GB of 3.6 GB  42.0 of 256 MB/s  60 s left'],
    [{ cap: 0 }, '3/22 files  1.2 GB of 3.6 GB  45.0 M rows  42.0 MB/s  60 s left'],
    [{ rate: 8e5 }, '3/22 files  1.2 GB of 3.6 GB  45.0 M rows  800 kB of 256 MB/s  60 s left'],
    [{ meanRate: 0 }, '3/22 files  1.2 GB of 3.6 GB  45.0 M rows  42.0 of 256 MB/s'],
  ]
  for (const [changes, line] of cases) assert.equal(progressLine({ ...standing, ...changes }, 80), line)
})
