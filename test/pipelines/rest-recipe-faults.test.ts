import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { failureOf } from '../../src/core/ledger.ts'
import { createFakeClock } from '../../src/testing/fake-clock.ts'
import { makeCompanies } from '../../src/testing/rest-companies.ts'
import { companyRoutes } from '../../src/testing/rest-company-routes.ts'
import type { RestFault } from '../../src/testing/rest-faults.ts'
import { startRestServer } from '../../src/testing/rest-server.ts'
import type { RestRoutes } from '../../src/testing/rest-tables.ts'
import { query } from '../helpers/duckdb.ts'
import { apiKey, restFaultTable } from '../helpers/rest-fault-table.ts'
import { runFlat, type Texts } from '../helpers/run-flat.ts'
import { driven } from '../helpers/s3-run.ts'
import { filesUnder } from '../helpers/sink-laws.ts'
import { tempDir } from '../helpers/temp-dir.ts'

const made = companyRoutes(makeCompanies({ count: 10 }))
/** Dividends come in several pages. */
const routes: RestRoutes = (path) => {
  const answer = made(path)
  return answer && 'rows' in answer && path === '/stocks/v1/dividends' ? { ...answer, most: 4 } : answer
}

interface Way {
  readonly recipe: string
  readonly texts: Texts
  readonly units: number
  /** What the request has in it that a fault strikes. */
  readonly struck: string
  /** The rows that go with it. */
  readonly lost: string
}

/** Both ways in which dividends come; of the companies only MWC pays any. */
const ways: Readonly<Record<string, Way>> = {
  'by ticker': {
    recipe: 'screener',
    texts: { tickers: 'MWB,MWC,MWD', tables: 'balance_sheets,dividends,related_tickers' },
    units: 9,
    struck: 'sort=ticker.asc&ticker=MWC',
    lost: "ticker = 'MWC'",
  },
  'in bulk': {
    recipe: 'dividends',
    texts: { start: '2022-01-01', end: '2022-09-30' },
    units: 3,
    struck: 'ex_dividend_date.gte=2022-04-01',
    lost: "ex_dividend_date between '2022-04-01' and '2022-06-30'",
  },
}

interface Scope {
  after(release: () => void | Promise<void>): void
}

async function run(t: Scope, { recipe, texts }: Way, faults: readonly RestFault[] = []) {
  const out = tempDir(t)
  const clock = createFakeClock()
  const server = await startRestServer({ routes, apiKey, faults, clock })
  t.after(() => server.close())
  const lent = {
    ...{ clock, random: () => 0, timeoutMs: 1000, lowLevelRetries: 2, durability: 'none' as const },
    apiKey: async () => ({ apiKey }),
  }
  const report = await driven(clock, runFlat(recipe, { ...texts, out, api: server.baseUrl }, lent))
  return { out, report }
}

const files = (out: string): string => join(out, 'dividends', '*', '*', '*.parquet')
const dividendsIn = (out: string, but = 'false'): Promise<unknown[][]> | unknown[][] =>
  existsSync(join(out, 'dividends'))
    ? query(
        `select ticker, id, ex_dividend_date, cash_amount from '${files(out)}' where not (${but}) order by all`,
      )
    : []

const struckBy = (fault: RestFault, { struck }: Way): RestFault => ({
  ...fault,
  path: fault.path === undefined ? struck : fault.path,
})

for (const [how, way] of Object.entries(ways)) {
  const undisturbed = run({ after: (release) => after(release) }, way).then(async ({ out, report }) => ({
    report,
    all: await dividendsIn(out),
    others: await dividendsIn(out, way.lost),
  }))

  test(`dividends ${how}, undisturbed`, async () => {
    const { all, report } = await undisturbed
    assert.deepEqual([report.done, report.failed], [way.units, []])
    assert.ok(all.length > 10)
  })

  for (const { what, faults, outcome } of restFaultTable) {
    // All companies are asked for, so no row is one of another.
    if (how === 'in bulk' && faults.some(({ row }) => row && 'ticker' in row)) continue
    const becomes = outcome === 'same' ? 'changes nothing' : `is a ${outcome.reason} error of its unit alone`
    test(`dividends ${how}: ${what} ${becomes}`, async (t) => {
      const { all, others } = await undisturbed
      const { out, report } = await run(
        t,
        way,
        faults.map((fault) => struckBy(fault, way)),
      )
      for (const path of filesUnder(out))
        assert.doesNotMatch(readFileSync(join(out, path), 'latin1'), new RegExp(apiKey), path)
      const found = await dividendsIn(out)
      const failed = report.failed.map(({ error }) => error as Error)
      if (outcome === 'same') {
        assert.deepEqual([failed, report.done], [[], way.units])
        assert.deepEqual(found, all)
        return
      }
      assert.ok(failed.length > 0)
      for (const { reason, error } of report.failed) {
        assert.equal(reason, outcome.reason, (error as Error).message)
        assert.match((error as Error).message, outcome.says)
        assert.doesNotMatch(`${(error as Error).stack}`, new RegExp(apiKey))
      }
      if (what === '401') {
        assert.deepEqual([failed.length, report.endedBy, failureOf(report)], [1, 'access', 'access'])
        for (const row of found) assert.ok(all.some((one) => String(one) === String(row)))
        return
      }
      assert.equal(report.done + failed.length, way.units)
      // What strikes every second page strikes all windows; of companies one alone has such.
      const isAll = failed.length === way.units
      assert.equal(failureOf(report), isAll ? outcome.reason : 'partial')
      assert.deepEqual(found, isAll ? [] : others)
      if (!isAll) assert.equal(failed.length, 1)
    })
  }
}
