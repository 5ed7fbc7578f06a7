import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { checker } from '../../src/columnar/formula-check.ts'
import { needsYear } from '../../src/columnar/formula-dimension.ts'
import { periodKeys, timeframes } from '../../src/columnar/period-rows.ts'
import type { Columns } from '../../src/core/schema.ts'
import { ratios, ratioVocabulary } from '../../src/datasets/ratios/all.ts'
import { fields, statementFigures } from '../../src/datasets/ratios/fields.ts'
import { seedNames } from '../../src/datasets/ratios/seed-names.ts'
import { addRatios } from '../../src/transforms/add-ratios.ts'
import { batchOf, type Row, rowsOf } from '../helpers/batches.ts'
import { simpleRatios } from '../helpers/ratio-arithmetic.ts'
import { otherRatios } from '../helpers/ratio-arithmetic-prior.ts'
import { type Arithmetic, type Figures, symbols } from '../helpers/ratio-figures.ts'
import { tallied } from '../transforms/tallied.ts'

const arithmetic: Readonly<Record<string, Arithmetic>> = { ...simpleRatios, ...otherRatios }

interface Period {
  readonly timeframe: (typeof timeframes)[number]
  readonly year: number
  readonly quarter: number
  readonly figures: Figures
}

/** Numbers that look as chance does, and are the same each time. */
function drawing(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return state / 2_147_483_648
  }
}

/** Ten years of a company, 2019 missing; a split by four in 2020, and `absent` of the figures not there. */
function periodsOf(seed: number, absent: number, negative: number): Period[] {
  const draw = drawing(seed)
  const figureOf = (symbol: string): number => {
    if (draw() < absent) return Number.NaN
    const outflow = ['CAPEX', 'DIVPAID'].includes(symbol) ? -1 : 1
    return outflow * (draw() < negative ? -1 : 1) * (50 + Math.round(draw() * 1e6) / 100)
  }
  const years = [2013, 2014, 2015, 2016, 2017, 2018, 2020, 2021, 2022, 2023]
  const ends = timeframes.flatMap((timeframe) =>
    years.flatMap((year) =>
      (timeframe === 'annual' ? [4] : [1, 2, 3, 4]).map((quarter) => ({ timeframe, year, quarter })),
    ),
  )
  return ends.map(({ timeframe, year, quarter }): Period => {
    const drawn = Object.fromEntries(Object.keys(symbols).map((symbol) => [symbol, figureOf(symbol)]))
    const length = timeframe === 'quarterly' ? { DAYS: 91.25, MONTHS: 3 } : { DAYS: 365, MONTHS: 12 }
    const figures = { ...drawn, FACTOR: year < 2020 ? 4 : 1, ...length } as Figures
    return { timeframe, year, quarter, figures }
  })
}

const figureColumns = Object.fromEntries(Object.values(symbols).map((name) => [name, 'float64'])) as Columns

function batchOfPeriods(periods: readonly Period[]) {
  const amounts = Object.entries(symbols).map(([symbol, name]) => [
    name,
    periods.map(({ figures }) => {
      const value = figures[symbol as keyof Figures]
      return Number.isNaN(value) ? null : value
    }),
  ])
  return batchOf({ ...periodKeys, ...figureColumns } as typeof periodKeys, {
    cik: periods.map(() => '0000000001'),
    tickers: periods.map(() => 'A,B'),
    period_end: periods.map(() => 0),
    filing_date: periods.map(() => 0),
    fiscal_year: periods.map(({ year }) => year),
    fiscal_quarter: periods.map(({ quarter }) => quarter),
    timeframe: periods.map(({ timeframe }) => timeframe),
    ...Object.fromEntries(amounts),
  })
}

const nothing = Object.fromEntries(
  [...Object.keys(symbols), 'DAYS', 'MONTHS'].map((name) => [name, Number.NaN]),
)
const flows = Object.entries(symbols).filter(([, name]) => fields[name]?.kind.startsWith('flow'))

/** The figures of a quarter as if the year had four of it. */
function fourfold(figures: Figures): Figures {
  const times = Object.fromEntries(flows.map(([symbol]) => [symbol, figures[symbol as keyof Figures] * 4]))
  return { ...figures, ...times, DAYS: 365, MONTHS: 12 }
}

function expected(name: string, periods: readonly Period[], at: Period, annualize: boolean): number | null {
  const year = needsYear(checker(ratioVocabulary).value(name).dimension) && at.timeframe === 'quarterly'
  if (year && !annualize) return null
  const find = (years: number, quarters: number): Figures => {
    const [y, q] = at.quarter - quarters < 1 ? [at.year - 1, 4] : [at.year - years, at.quarter - quarters]
    const found = periods.find((one) => one.timeframe === at.timeframe && one.year === y && one.quarter === q)
    const figures = found?.figures ?? (nothing as Figures)
    return year ? fourfold(figures) : figures
  }
  const previous = at.timeframe === 'annual' ? (nothing as Figures) : find(0, 1)
  const value = (arithmetic[name] as Arithmetic)(find(0, 0), (years) => find(years, 0), previous)
  return Number.isFinite(value) ? value : null
}

function assertClose(actual: Row[string] | undefined, wanted: number | null, what: string): void {
  if (wanted === null || typeof actual !== 'number') {
    assert.equal(actual, wanted, what)
    return
  }
  const scale = Math.max(Math.abs(wanted), 1e-6)
  assert.ok(Math.abs(actual - wanted) <= 1e-9 * scale, `${what}: ${actual} is not ${wanted}`)
}

test('the catalogue has 246 ratios, and the plain arithmetic of each stands beside them', () => {
  assert.equal(ratios.length, 246)
  assert.deepEqual(ratios.map(({ name }) => name).sort(), Object.keys(arithmetic).sort())
})

describe('each ratio is what plain arithmetic makes of the figures', { concurrency: 1 }, () => {
  const cases = [
    { title: 'all figures there', absent: 0, negative: 0, annualize: false },
    { title: 'some figures negative', absent: 0, negative: 0.2, annualize: false },
    { title: 'some figures absent', absent: 0.1, negative: 0.1, annualize: false },
    { title: 'quarters annualized', absent: 0, negative: 0, annualize: true },
  ]
  const seen = new Set<string>()
  for (const [seed, { title, absent, negative, annualize }] of cases.entries())
    test(title, async () => {
      const periods = periodsOf(seed + 7, absent, negative)
      const { output } = await tallied([batchOfPeriods(periods)], addRatios({ annualize }))
      const rows = output.flatMap(rowsOf)
      let numbers = 0
      for (const [i, period] of periods.entries())
        for (const { name } of ratios) {
          const wanted = expected(name, periods, period, annualize)
          if (wanted !== null) {
            numbers++
            seen.add(name)
          }
          const where = `${name} of ${period.timeframe} ${period.year} Q${period.quarter}`
          assertClose(rows[i]?.[name], wanted, where)
        }
      assert.ok(numbers > periods.length * 90, `${numbers} numbers were compared`)
    })

  test('and none of them was null in all of these', () => {
    assert.deepEqual(
      ratios.map(({ name }) => name).filter((name) => !seen.has(name)),
      [],
    )
  })
})

test('what a ratio needs is what its formula names', () => {
  for (const { name, needs } of ratios) {
    const { list, value } = checker(ratioVocabulary)
    value(name)
    const asked = list.steps.flatMap((step) => (step.does === 'field' ? [step.name] : []))
    const market = asked.some((field) => field !== 'share_factor' && fields[field]?.statement === 'market')
    const prior = list.steps.some((step) => step.does === 'earlier')
    assert.equal(needs, market ? 'market' : prior ? 'prior' : 'statements', name)
  }
})

test('the unit of a ratio is what its figures are made of', () => {
  const check = checker(ratioVocabulary)
  for (const { name, unit } of ratios) {
    const { dollars, shares } = check.value(name).dimension
    const made = dollars === 1 && shares === 0 ? 'dollars' : shares === -1 ? 'dollars_per_share' : 'number'
    assert.equal(unit.startsWith('dollars') ? unit : 'number', made, name)
  }
})

test('85 ratios hold a flow against a stock, and are null in quarters', () => {
  const check = checker(ratioVocabulary)
  const yearly = ratios.filter(({ name }) => needsYear(check.value(name).dimension)).map(({ name }) => name)
  assert.equal(yearly.length, 85)
  for (const name of ['return_on_assets', 'debt_to_ebitda', 'debt_service_coverage', 'altman_z_score'])
    assert.ok(yearly.includes(name), name)
  for (const name of ['days_sales_outstanding', 'cash_runway_months', 'gross_margin', 'eps_basic'])
    assert.ok(!yearly.includes(name), name)
})

test('the names of quantmini are 20 of statements, five of the market and four of growth', () => {
  assert.equal(Object.keys(seedNames).length, 29)
  for (const { ratio } of Object.values(seedNames))
    assert.ok(
      ratios.some(({ name }) => name === ratio),
      ratio,
    )
})

test('every figure of a statement says where it is from, and only one has another name there', () => {
  assert.equal(Object.keys(statementFigures).length, 31 + 27 + 25)
  assert.deepEqual(
    Object.entries(statementFigures).filter(([name, { column }]) => name !== column),
    [['income_noncontrolling_interest', { statement: 'income', column: 'noncontrolling_interest' }]],
  )
})
