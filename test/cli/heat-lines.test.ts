import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { heatLegend, heatLines, paintFor } from '../../src/cli/heat-lines.ts'
import type { DayState } from '../../src/datasets/day-states.ts'
import { addDays, datesBetween } from '../../src/datasets/days.ts'
import { matchesGolden } from '../helpers/golden.ts'

const plain = paintFor({}, {})

/** Twenty years of weekdays that are there, but for those that another state is told of. */
function twentyYears(others: Readonly<Record<string, DayState>>) {
  return datesBetween('2004-01-05', '2024-03-15').map((date) => {
    const weekend = [0, 6].includes(new Date(date).getUTCDay())
    const usual: DayState = { kind: weekend ? 'weekend' : 'there' }
    return { date, state: others[date] ?? usual }
  })
}

test('twenty years are twenty-one lines, in which each week that lacks something can be seen', async () => {
  const days = twentyYears({
    '2004-01-05': { kind: 'hole' },
    '2004-01-06': { kind: 'not-fetched' },
    '2008-12-31': { kind: 'lost' },
    '2012-10-29': { kind: 'holiday', name: 'Hurricane Sandy' },
    '2012-10-30': { kind: 'failed' },
    '2018-12-05': { kind: 'holiday', name: 'Day of Mourning' },
    '2020-07-01': { kind: 'changed' },
    '2024-03-14': { kind: 'unknown' },
    '2024-03-15': { kind: 'late' },
  })
  await matchesGolden('heat-lines.txt', `${[...heatLines(days, plain), heatLegend].join('\n')}\n`)
})

test('a line fits 80 columns whatever the range, and no range is no line', () => {
  const start = fc.nat(9000).map((n) => addDays('2003-01-01', n))
  const fits = fc.property(start, fc.nat(900), (first, length) => {
    const days = datesBetween(first, addDays(first, length)).map((date) => ({
      date,
      state: { kind: 'there' } as const,
    }))
    for (const line of heatLines(days, plain)) assert.ok(line.length <= 80, line)
  })
  fc.assert(fits)
  assert.deepEqual(heatLines([], plain), [])
})

test('colours come only to a terminal that wants them, and say nothing that the text does not', () => {
  const cases: readonly (readonly [stream: object, env: object, coloured: boolean])[] = [
    [{ isTTY: true }, {}, true],
    [{ isTTY: true }, { NO_COLOR: '' }, true],
    [{ isTTY: true }, { NO_COLOR: '1' }, false],
    [{ isTTY: true }, { TERM: 'dumb' }, false],
    [{ isTTY: false }, {}, false],
    [{}, {}, false],
  ]
  const days = twentyYears({ '2008-12-31': { kind: 'lost' } })
  const bare = heatLines(days, plain).join('\n')
  for (const [stream, env, coloured] of cases) {
    const text = heatLines(days, paintFor(stream, env)).join('\n')
    assert.equal(text.includes('\u001b[31m1\u001b[39m'), coloured)
    const sequences = text.split('\u001b[').slice(1)
    const unpainted = sequences.reduce((bared, one) => bared.replace(`\u001b[${one.slice(0, 3)}`, ''), text)
    assert.equal(unpainted, bare)
  }
})
