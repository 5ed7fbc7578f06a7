import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { firstFiled } from '../../src/datasets/first-filed.ts'

const day = (date: string): number => Date.parse(date) / 86_400_000

/** Reports of two years, each on time; a quarter that has none is not the last one. */
const onTime = {
  annual: ['2022-02-18', '2023-02-17', '2024-02-16'],
  quarterly: ['2022-05-03', '2022-08-02', '2022-11-01', '2023-05-02', '2023-08-01', '2023-10-31'],
}
const ends = { 1: '2023-03-31', 2: '2023-06-30', 3: '2023-09-30', 4: '2023-12-31' } as const
type Quarter = keyof typeof ends

interface Case {
  readonly what: string
  readonly without?: readonly string[]
  readonly annual?: readonly string[]
  readonly quarterly?: readonly string[]
  readonly filed: readonly (string | undefined)[]
}

const cases: readonly Case[] = [
  { what: 'each on time', filed: ['2023-05-02', '2023-08-01', '2023-10-31', '2024-02-16'] },
  {
    what: 'a second report in the same quarter: the first counts',
    quarterly: ['2023-08-20'],
    // How many there were is what tells that none is missing.
    filed: ['2023-05-02', '2023-08-01', undefined, '2024-02-16'],
  },
  {
    what: 'the first quarter is late by half a year: nobody knows which report is of the second',
    without: ['2023-05-02'],
    quarterly: ['2023-07-20'],
    filed: [undefined, undefined, '2023-10-31', '2024-02-16'],
  },
  {
    what: 'the second quarter was never filed',
    without: ['2023-08-01'],
    filed: ['2023-05-02', undefined, undefined, '2024-02-16'],
  },
  {
    what: 'the year before came late, and the first quarter after it',
    without: ['2023-02-17', '2023-05-02'],
    annual: ['2023-05-25'],
    quarterly: ['2023-05-26'],
    filed: ['2023-05-26', '2023-08-01', '2023-10-31', '2024-02-16'],
  },
  {
    what: 'the year before was filed after the first quarter, which is not in turn',
    without: ['2023-02-17'],
    annual: ['2023-06-15'],
    filed: [undefined, undefined, undefined, '2024-02-16'],
  },
  {
    what: 'the year before was filed when this one was due',
    without: ['2023-02-17', '2024-02-16'],
    annual: ['2024-02-16', '2024-05-20'],
    filed: [undefined, undefined, undefined, undefined],
  },
  {
    what: 'on the last day of the period',
    without: ['2023-08-01'],
    quarterly: ['2023-06-30'],
    filed: ['2023-05-02', undefined],
  },
]

for (const { what, without = [], annual = [], quarterly = [], filed } of cases)
  test(`when a period was first filed: ${what}`, () => {
    const days = (form: 'annual' | 'quarterly', more: readonly string[]) =>
      [...onTime[form].filter((date) => !without.includes(date)), ...more].map(day).sort((a, b) => a - b)
    const filings = { annual: days('annual', annual), quarterly: days('quarterly', quarterly) }
    for (const [i, date] of filed.entries()) {
      const quarter = (i + 1) as Quarter
      const found = firstFiled(filings, { end: day(ends[quarter]), quarter })
      assert.equal(found, date === undefined ? undefined : day(date), `quarter ${quarter}`)
    }
  })

test('the first year that was ever filed has its day, and a first quarter without a year before it has none', () => {
  const filings = { annual: [day('2024-02-16')], quarterly: [day('2023-05-02')] }
  assert.equal(firstFiled(filings, { end: day(ends[4]), quarter: 4 }), day('2024-02-16'))
  assert.equal(firstFiled(filings, { end: day(ends[1]), quarter: 1 }), undefined)
})

test('it is never too early: whatever is missing or late, a report is that of its period or of nobody', () => {
  const late = fc.option(fc.integer({ min: 15, max: 250 }), { freq: 6 })
  const first = day('2015-12-31')
  fc.assert(
    fc.property(fc.array(late, { minLength: 6, maxLength: 24 }), (lates) => {
      // Who files late files in order.
      const filings = { annual: [] as number[], quarterly: [] as number[] }
      let last = 0
      const periods = lates.map((days, i) => {
        const [end, quarter] = [first + i * 91, (i % 4) + 1]
        const own = filings[quarter === 4 ? 'annual' : 'quarterly']
        const filed = days === null ? undefined : Math.max(end + days, last + 1)
        if (filed !== undefined) own.push(filed)
        last = filed ?? last
        return { end, quarter, filed }
      })
      for (const { filed, ...period } of periods) {
        const found = firstFiled(filings, period)
        if (found !== undefined && filed !== undefined) assert.ok(found >= filed, JSON.stringify(period))
      }
    }),
    { numRuns: 2000 },
  )
})
