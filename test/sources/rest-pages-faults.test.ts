import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isMillraceError } from '../../src/core/errors.ts'
import { from, runPipeline } from '../../src/core/pipeline.ts'
import { createRun } from '../../src/core/run.ts'
import type { Batch } from '../../src/core/schema.ts'
import { restPages } from '../../src/sources/rest-pages.ts'
import { createFakeClock } from '../../src/testing/fake-clock.ts'
import { makeCompanies } from '../../src/testing/rest-companies.ts'
import { companyRoutes } from '../../src/testing/rest-company-routes.ts'
import { startRestServer } from '../../src/testing/rest-server.ts'
import { keepIn, uncountedAfter } from '../helpers/collect.ts'
import { contentOf } from '../helpers/cuts.ts'
import { apiKey, restFaultTable } from '../helpers/rest-fault-table.ts'
import { driven } from '../helpers/s3-run.ts'

const routes = companyRoutes(makeCompanies({ count: 10 }))
const columns = {
  ticker: { kind: 'utf8' },
  ex_dividend_date: { kind: 'date' },
  cash_amount: { kind: 'float64' },
} as const

interface Scope {
  after(release: () => Promise<void>): void
}

/** Reads a company's dividends, in three pages, over a server with these faults. */
async function read(t: Scope, faults: Parameters<typeof startRestServer>[0]['faults'] = [], gzip = false) {
  const clock = createFakeClock()
  const server = await startRestServer({ routes, apiKey, faults, clock, gzip })
  t.after(() => server.close())
  const batches: Batch[] = []
  const warnings: string[] = []
  const run = createRun({
    clock,
    random: () => 0,
    timeoutMs: 1000,
    lowLevelRetries: 2,
    apiKey: async () => ({ apiKey }),
    warn: (text) => void warnings.push(text),
  })
  const source = restPages({
    place: { baseUrl: server.baseUrl },
    path: '/stocks/v1/dividends',
    query: { ticker: 'MWC', limit: 8 },
    columns,
    identity: { column: 'ticker', is: 'MWC' },
  })
  const pipeline = from(source).through(uncountedAfter<Batch>()).into(keepIn(batches))
  const error = await driven(clock, runPipeline(pipeline, run)).then(
    () => undefined,
    (error: unknown) => error,
  )
  return { content: contentOf(batches), error, warnings, server, pending: clock.pending }
}

const scope = { after: (release: () => Promise<void>) => test.after(release) }
const good = (await read(scope)).content

test('an undisturbed reading has three pages', () => {
  assert.equal((good as { rows: unknown[] }).rows.length, 20)
})

for (const gzip of [false, true])
  for (const { what, faults, outcome } of restFaultTable) {
    // Where a fault cuts is a place in the text.
    if (gzip && faults.some((fault) => 'contentLength' in fault || fault.endAfter === 200)) continue
    const becomes = outcome === 'same' ? 'changes nothing' : `is a ${outcome.reason} error`
    test(`${gzip ? 'gzipped: ' : ''}${what} ${becomes}`, async (t) => {
      const { content, error, warnings, server, pending } = await read(t, faults, gzip)
      assert.doesNotMatch(`${warnings} ${String((error as Error)?.stack)}`, new RegExp(apiKey))
      for (const { url } of server.requests) assert.doesNotMatch(url, new RegExp(apiKey))
      assert.equal(pending, 0, 'a timer is left')
      if (outcome === 'same') {
        assert.equal(error, undefined)
        assert.deepEqual(content, good)
        return
      }
      assert.ok(isMillraceError(error), String((error as Error)?.stack))
      assert.equal(error.reason, outcome.reason, error.message)
      assert.match(error.message, outcome.says)
      assert.ok(error.hint, 'it lacks a hint')
    })
  }

test('the table is of JSON, and no two of its lines have one name', () => {
  const faults = restFaultTable.map(({ faults }) => faults)
  assert.deepEqual(JSON.parse(JSON.stringify(faults)), faults)
  assert.equal(new Set(restFaultTable.map(({ what }) => what)).size, restFaultTable.length)
})
