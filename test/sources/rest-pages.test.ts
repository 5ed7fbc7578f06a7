import assert from 'node:assert/strict'
import { test } from 'node:test'
import { from, runPipeline } from '../../src/core/pipeline.ts'
import { createRun, type RunOptions } from '../../src/core/run.ts'
import type { Batch } from '../../src/core/schema.ts'
import { type RestPagesOptions, restPages } from '../../src/sources/rest-pages.ts'
import { makeCompanies } from '../../src/testing/rest-companies.ts'
import { companyRoutes } from '../../src/testing/rest-company-routes.ts'
import type { RestFault } from '../../src/testing/rest-faults.ts'
import { startRestServer } from '../../src/testing/rest-server.ts'
import { rowsOf } from '../helpers/batches.ts'
import { keepIn, uncountedAfter } from '../helpers/collect.ts'
import { sourceLaws } from '../helpers/stage-laws.ts'

const apiKey = 'kkkkkkkkkkkk'
const lend = (): RunOptions => ({ apiKey: async () => ({ apiKey }), lowLevelRetries: 0 })
const routes = companyRoutes(makeCompanies({ count: 30 }))

interface Scope {
  after(release: () => Promise<void>): void
}

async function serve(t: Scope, faults: readonly RestFault[] = []) {
  const server = await startRestServer({ routes, apiKey, faults })
  t.after(() => server.close())
  return { server, place: { baseUrl: server.baseUrl } }
}

async function read(options: RestPagesOptions, lent: RunOptions = {}) {
  const batches: Batch[] = []
  const warnings: string[] = []
  const run = createRun({ ...lend(), warn: (text) => void warnings.push(text), ...lent })
  const pipeline = from(restPages(options)).through(uncountedAfter<Batch>()).into(keepIn(batches))
  const { counts } = await runPipeline(pipeline, run)
  return { batches, rows: batches.flatMap(rowsOf), counts, warnings }
}

const dividends = {
  path: '/stocks/v1/dividends',
  columns: { ticker: { kind: 'utf8' }, cash_amount: { kind: 'float64' } },
} as const

const { server, place } = await serve({ after: (release) => test.after(release) }, [
  { path: 'ticker=SILENT', stallAfter: 0 },
  { path: 'ticker=MWA&limit=3', cutAt: 100 },
])

sourceLaws(() => restPages({ ...dividends, place, query: { limit: 10 } }), {
  lend,
  waiting: () => restPages({ ...dividends, place, query: { ticker: 'SILENT' } }),
  truncated: {
    from: () => restPages({ ...dividends, place, query: { ticker: 'MWA', limit: 3 } }),
    error: { reason: 'data', message: /no good JSON at byte 100/ },
  },
  given: () => server.requests.length,
  check: (output) =>
    assert.equal(
      output.reduce((sum, { numRows }) => sum + numRows, 0),
      15 * 20,
    ),
})

test('pages are asked for one after the other where the first was, with the key in a header and nowhere else', async (t) => {
  const { server, place } = await serve(t)
  const { rows, counts } = await read({ ...dividends, place, query: { ticker: 'MWC', limit: 7 } })
  assert.equal(rows.length, 20)
  assert.deepEqual([counts.rowsIn, counts.bytesIn], [20, server.egress])
  assert.deepEqual(
    server.requests.map(({ url, authorization }) => [url.replace(/=.*/, '='), authorization]),
    ['ticker=', 'cursor=', 'cursor='].map((name) => [`/stocks/v1/dividends?${name}`, `Bearer ${apiKey}`]),
  )
})

test('a parameter that the API ignores is noticed by the rows', async (t) => {
  const { place } = await serve(t)
  const path = '/stocks/financials/v1/balance-sheets'
  const columns = { tickers: { kind: 'utf8' }, total_assets: { kind: 'float64' } } as const
  const identity = { column: 'tickers', is: 'MWH.B' }
  const good = await read({ place, path, columns, identity, query: { tickers: 'MWH.B' } })
  assert.equal(good.rows[0]?.['tickers'], 'MWH.A,MWH.B')
  await assert.rejects(read({ place, path, columns, identity, query: { ticker: 'MWH.B' } }), {
    reason: 'data',
    message: /a row of MWA where MWH\.B was asked for/,
    hint: /ignored the parameter/,
  })
})

test('an unknown ticker is an error, or no rows where that is wished', async (t) => {
  const { place } = await serve(t)
  const options = {
    place,
    path: '/vX/reference/tickers/NOBODY/events',
    rowsPath: 'results.events',
    columns: { date: { kind: 'date' } },
  } as const
  await assert.rejects(read(options), { reason: 'missing' })
  const { batches, counts } = await read({ ...options, missing: 'empty' })
  assert.deepEqual(
    batches.map(({ numRows, schema }) => [numRows, schema.names]),
    [[0, ['date']]],
  )
  assert.equal(counts.rowsIn, 0)
})

for (const says of ['<html>404</html>', 'nope', '{}'])
  test(`a 404 that says ${says} is not the API's, and never an empty answer`, async (t) => {
    const { place } = await serve(t, [{ status: 404, says }])
    await assert.rejects(read({ ...dividends, place, missing: 'empty' }), { reason: 'missing' })
  })

test('no results of a company are a batch that tells the columns', async (t) => {
  const { place } = await serve(t)
  const { batches } = await read({ ...dividends, place, query: { ticker: 'MWB' } })
  assert.deepEqual(
    batches.map(({ numRows }) => numRows),
    [0],
  )
})

test('more pages than allowed, and more bytes, are errors', async (t) => {
  const { place } = await serve(t)
  const options = { ...dividends, place, query: { limit: 1 } }
  await assert.rejects(read({ ...options, mostPages: 3 }), {
    reason: 'data',
    message: /there is a page after the 3 that are allowed/,
  })
  await assert.rejects(read({ ...options, mostPageBytes: 100 }), {
    reason: 'data',
    message: /more than 100 bytes/,
  })
})

test('fields that no column knows of are told, each once', async (t) => {
  const { place } = await serve(t)
  const { warnings } = await read({ ...dividends, place, query: { ticker: 'MWC', limit: 5 } })
  assert.equal(warnings.length, 10)
  assert.match(
    warnings[0] as string,
    /^\/stocks\/v1\/dividends: a field that no column knows of was left out: id$/,
  )
})

test('a whole number that no double holds is told, once a column, and one that a double holds is not', async (t) => {
  const rounded = ['12345678901234567', '9007199254740993.0']
  const held = ['9007199254740992', '1234567890123456.7', '123456789012345680']
  const answerOf = (amounts: readonly string[]): string =>
    `{"status":"OK","results":[${amounts.map((amount) => `{"ticker":"A","cash_amount":${amount}}`).join(',')}]}`
  const warned = async (amounts: readonly string[]) => {
    const { place } = await serve(t, [{ says: answerOf(amounts) }])
    return (await read({ ...dividends, place })).warnings
  }
  assert.deepEqual(await warned(held), [])
  for (const [first = '', ...others] of [rounded, rounded.toReversed()])
    assert.deepEqual(await warned([...held, first, ...others]), [
      `/stocks/v1/dividends: cash_amount ${first} is a whole number that no double holds: the nearest was taken`,
    ])
})

test('every byte of a page is granted by the rate of the run', async (t) => {
  const { place, server } = await serve(t)
  const beganMs = performance.now()
  const { counts } = await read({ ...dividends, place, query: { limit: 300 } }, { bytesPerSecond: 400_000 })
  assert.ok(server.egress > 80_000)
  assert.equal(counts.bytesIn, server.egress)
  assert.ok(performance.now() - beganMs > 100, 'it came faster than the rate')
})

test('no key lent is what the run says of it', async (t) => {
  const { place } = await serve(t)
  await assert.rejects(
    runPipeline(from(restPages({ ...dividends, place })).into(keepIn<Batch>([])), createRun()),
    {
      name: 'AccessError',
      message: /no credentials named rest/,
    },
  )
})

for (const [baseUrl, says] of [
  ['nonsense', /not a URL: nonsense/],
  ['ftp://x', /neither http nor https/],
  ['http://user:PASSWORD@x/', /more than host and path: x\//],
  ['http://x/?apiKey=PASSWORD', /more than host and path: http:\/\/x\/$/],
] as const)
  test(`the base URL ${baseUrl} is refused, and no secret in it is told`, async () => {
    await assert.rejects(read({ ...dividends, place: { baseUrl } }), (error: Error) => {
      assert.match(error.message, says)
      assert.doesNotMatch(error.message, /PASSWORD/)
      return true
    })
  })
