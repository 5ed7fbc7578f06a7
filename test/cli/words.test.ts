import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bytesText, durationText, plural, rowsText } from '../../src/cli/words.ts'
import { didYouMean, editDistance } from '../../src/core/nearest.ts'

test('numbers are told with three digits and a letter', () => {
  const cases: readonly (readonly [told: string, text: string])[] = [
    [bytesText(0), '0 B'],
    [bytesText(999), '999 B'],
    [bytesText(1000), '1.0 kB'],
    [bytesText(99_940), '99.9 kB'],
    [bytesText(99_960), '100 kB'],
    [bytesText(161_234_567), '161 MB'],
    [bytesText(999_600), '1.0 MB'],
    [bytesText(3.2e9), '3.2 GB'],
    [bytesText(12e18), '12000 PB'],
    [rowsText(1), '1 row'],
    [rowsText(9999), '9999 rows'],
    [rowsText(6_000_000), '6.0 M rows'],
    [plural(0, 'file'), '0 files'],
    [durationText(0.012), '12 ms'],
    [durationText(3.21), '3.2 s'],
    [durationText(9.96), '10 s'],
    [durationText(119), '119 s'],
    [durationText(125), '2 min 5 s'],
    [durationText(3600 + 240), '1 h 4 min'],
  ]
  for (const [told, text] of cases) assert.equal(told, text)
})

test('the distance counts added, dropped, changed and swapped letters', () => {
  const cases: readonly (readonly [string, string, number])[] = [
    ['', '', 0],
    ['', 'abc', 3],
    ['start', 'start', 0],
    ['strat', 'start', 1],
    ['tickrs', 'tickers', 1],
    ['endd', 'end', 1],
    ['run', 'show', 4],
  ]
  for (const [a, b, distance] of cases) assert.equal(editDistance(a, b), distance, `${a} ${b}`)
})

test('a near name is proposed, else all are told', () => {
  assert.equal(didYouMean('strat', ['start', 'end']), 'did you mean start?')
  assert.equal(didYouMean('colour', ['start', 'end']), 'known: start, end')
})
