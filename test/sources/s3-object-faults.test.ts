import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { isMillraceError, reasonOf } from '../../src/core/errors.ts'
import { runPipeline } from '../../src/core/pipeline.ts'
import { createRun, type Run } from '../../src/core/run.ts'
import type { Source, Stage } from '../../src/core/stage.ts'
import { stocksTrades } from '../../src/datasets/stocks.ts'
import { flatFileRecipe } from '../../src/pipelines/flat-files.ts'
import { type Fault, startS3Server } from '../../src/testing/s3-server.ts'
import { parsed, type Texts } from '../helpers/run-flat.ts'
import { faultTable, type Outcome } from '../helpers/s3-fault-table.ts'
import { driven, s3Run } from '../helpers/s3-run.ts'
import { sampleGzip, sampleKey } from '../helpers/sample-day.ts'
import { filesUnder } from '../helpers/sink-laws.ts'
import { tempDir } from '../helpers/temp-dir.ts'

const date = '2024-03-01'
const key = sampleKey('stocks-trades', date)
const object = await sampleGzip({ dataset: 'stocks-trades', date, rows: 400 })
const recipe = flatFileRecipe(stocksTrades)

interface Way {
  readonly texts: Texts
  readonly isListed: boolean
}

/** Every chain that begins with bytes off the network, by what is known of the object and what becomes of it. */
const ways: Readonly<Record<string, Way>> = {
  'csv of a listed object': { texts: { format: 'csv', out: 'day.csv' }, isListed: true },
  'csv of an object of which only the key is known': {
    texts: { format: 'csv', out: 'day.csv' },
    isListed: false,
  },
  'the raw file': { texts: { format: 'raw', out: 'day.csv.gz' }, isListed: true },
}

interface Scope {
  after(release: () => unknown): void
}

/** Runs the recipe's chain for the day over a server with these faults, and answers what it wrote. */
async function convert(t: Scope, { texts, isListed }: Way, faults: readonly Fault[]) {
  const { run: timed, clock } = s3Run()
  const server = await startS3Server({ objects: { [key]: object }, faults, clock })
  t.after(() => server.close())
  const root = tempDir(t)
  const out = join(root, texts['out'] as string)
  const params = parsed(recipe.params, { start: date, endpoint: server.endpoint, ...texts, out })
  const head = await fetch(`${server.endpoint}/${server.bucket}/${key}`, { method: 'HEAD' })
  const known = isListed ? { etag: head.headers.get('etag') as string, size: object.length } : {}
  const unit = { id: date, date, origin: { kind: 'object', key, ...known } as const }
  const { stages } = recipe.build(unit, params, { first: true, last: true })
  // Time is driven for the source alone: sinks wait for a disk that has no part in this.
  const [source, ...others] = stages as [Source<unknown>, ...Stage[]]
  const { access, patience } = timed
  const first = {
    ...source,
    open: (run: Run) => source.open(Object.assign(Object.create(run), { access, clock, patience })),
  }
  const chain = { stages: [first, ...others] }
  const error = await driven(clock, runPipeline(chain, createRun())).then(
    () => undefined,
    (error: unknown) => error,
  )
  return { root, output: existsSync(out) ? readFileSync(out) : undefined, error, server }
}

function check({ root, output, error }: Awaited<ReturnType<typeof convert>>, outcome: Outcome, good: Buffer) {
  if (outcome === 'same') {
    assert.equal(error, undefined)
    assert.ok(output?.equals(good), 'the output differs')
    return
  }
  assert.ok(isMillraceError(error), String(error))
  assert.equal(reasonOf(error), outcome.reason, error.message)
  assert.match(error.message, outcome.says)
  assert.ok(error.hint, 'it lacks a hint')
  // A raw file keeps what had come, for the next run.
  assert.deepEqual(
    filesUnder(root).filter((path) => !path.endsWith('.part')),
    [],
  )
}

const table = faultTable(object.length)

for (const [name, way] of Object.entries(ways)) {
  const calm = await convert({ after }, way, [])
  assert.equal(calm.error, undefined)
  const good = calm.output as Buffer
  for (const { what, faults, listed, bare = listed } of table) {
    const outcome = way.isListed ? listed : bare
    const becomes = outcome === 'same' ? 'changes nothing' : `is a ${outcome.reason} error`
    test(`${name}: ${what} ${becomes}`, async (t) => check(await convert(t, way, faults), outcome, good))
  }
}

test('the table is of JSON, and no two of its lines have one name', () => {
  assert.deepEqual(
    JSON.parse(JSON.stringify(table.map(({ faults }) => faults))),
    table.map(({ faults }) => faults),
  )
  assert.equal(new Set(table.map(({ what }) => what)).size, table.length)
  assert.ok(table.length > 60, `${table.length} lines`)
  assert.equal(gunzipSync(object).toString().split('\n').length, 402)
})
