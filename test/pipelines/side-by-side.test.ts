import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Bucket } from '../../src/core/bucket.ts'
import { from } from '../../src/core/pipeline.ts'
import { recipe, type Unit } from '../../src/core/recipe.ts'
import type { RequestBudget } from '../../src/core/request-rate.ts'
import { createRun, type Run } from '../../src/core/run.ts'
import { runRecipe } from '../../src/core/run-recipe.ts'
import type { Batch } from '../../src/core/schema.ts'
import type { Bytes } from '../../src/core/stage.ts'
import { throttleOf } from '../../src/core/throttle.ts'
import { restPages } from '../../src/sources/rest-pages.ts'
import { s3Object } from '../../src/sources/s3-object.ts'
import { createFakeClock } from '../../src/testing/fake-clock.ts'
import { makeCompanies } from '../../src/testing/rest-companies.ts'
import { companyRoutes } from '../../src/testing/rest-company-routes.ts'
import { startRestServer } from '../../src/testing/rest-server.ts'
import { startS3Server } from '../../src/testing/s3-server.ts'
import { keepIn, uncountedAfter } from '../helpers/collect.ts'
import { holdsTheRate, type Left, total } from '../helpers/rates.ts'
import { driven } from '../helpers/s3-run.ts'

const cap = 400_000
const perSecond = { requests: 4, everyMs: 1000 }
const keys = ['a', 'b', 'c']
const years = ['2020', '2021', '2022', '2023']
const object = Buffer.alloc(1_000_000, 'grain')

/** A run of which it is noted what leaves its throttle, whoever takes it, and when a request is let go. */
function noted(run: Run, left: Left[], sent: number[]): Run {
  const rate: Bucket = {
    ...run.rate,
    open() {
      const account = run.rate.open()
      return {
        ...account,
        settle(part) {
          left.push({ atMs: run.clock.monotonicMs(), bytes: part.gone })
          account.settle(part)
        },
      }
    },
  }
  // When one comes to the server says less: this clock runs on while a connection is made.
  const requests: RequestBudget = Object.assign(Object.create(run.requests), {
    take: async (signal: AbortSignal) => {
      await run.requests.take(signal)
      sent.push(run.clock.monotonicMs())
    },
  })
  return Object.assign(Object.create(run) as Run, {
    rate,
    requests,
    throttle: () => throttleOf(rate).stream(),
  })
}

test('the cap on bytes and the rate of requests hold with REST and S3 side by side, and both get on', async (t) => {
  const clock = createFakeClock(1234.5)
  const s3 = await startS3Server({ objects: Object.fromEntries(keys.map((key) => [key, object])), clock })
  t.after(() => s3.close())
  const rest = await startRestServer({ routes: companyRoutes(makeCompanies({ count: 200 })), clock })
  t.after(() => rest.close())
  const [left, sent]: [Left[], number[]] = [[], []]
  const counted: Record<string, { began: number; ended: number; bytes: number }> = {}
  const access = async () => ({ accessKeyId: 'demo', secretAccessKey: 'demo' })
  const apiKey = async () => ({ apiKey: 'made-up' })
  const run = noted(
    createRun({ clock, access, apiKey, bytesPerSecond: cap, requestsPer: perSecond, durability: 'none' }),
    left,
    sent,
  )
  const place = { endpoint: s3.endpoint, bucket: s3.bucket, region: 'us-east-1' }
  const mixed = recipe<object, Unit>({
    name: 'mixed',
    summary: 'Objects and pages.',
    params: {},
    units: () => [...keys, ...years].map((id) => ({ id })),
    build: ({ id }) => {
      if (keys.includes(id)) return from(s3Object({ ...place, key: id })).into(keepIn<Bytes>([]))
      const query = {
        'ex_dividend_date.gte': `${id}-01-01`,
        'ex_dividend_date.lte': `${id}-12-31`,
        limit: 60,
      }
      const columns = { ticker: { kind: 'utf8' } } as const
      const pages = restPages({
        place: { baseUrl: rest.baseUrl },
        path: '/stocks/v1/dividends',
        query,
        columns,
        others: 'ignore',
      })
      return from(pages).through(uncountedAfter<Batch>()).into(keepIn<Batch>([]))
    },
  })
  const report = await driven(
    clock,
    runRecipe(mixed, {}, run, {
      tool: 'test',
      workers: 7,
      observer: {
        started: ({ id }) => {
          counted[id] = { began: clock.monotonicMs(), ended: 0, bytes: 0 }
        },
        done: ({ id }, { counts }) => {
          Object.assign(counted[id] ?? {}, { ended: clock.monotonicMs(), bytes: counts.bytesIn })
        },
      },
    }),
  )
  assert.deepEqual([report.done, report.failed], [7, []])
  holdsTheRate(left, cap)
  const bytes = (ids: readonly string[]): number =>
    ids.reduce((sum, id) => sum + (counted[id]?.bytes ?? 0), 0)
  assert.equal(bytes(keys), keys.length * object.length)
  assert.equal(bytes(years), rest.egress)
  assert.equal(total(left), s3.egress + rest.egress, 'all bodies go through the one throttle')
  assert.equal(sent.length, rest.requests.length)
  assert.ok(sent.length >= 20, `${sent.length} requests`)
  for (const [i, atMs] of sent.slice(perSecond.requests).entries())
    assert.ok(atMs - (sent[i] as number) >= perSecond.everyMs, `request ${i + perSecond.requests}`)
  // While the objects came, which need more than the cap gives, pages came as well.
  const ends = (ids: readonly string[]): number => Math.max(...ids.map((id) => counted[id]?.ended ?? 0))
  assert.ok(ends(keys) - 1234.5 >= (3 * 1000 * object.length) / cap / 1.01)
  assert.ok(sent.filter((atMs) => atMs < ends(keys)).length >= sent.length / 2)
})
