import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { from, type Pipeline, runPipeline } from '../../src/core/pipeline.ts'
import { createRun } from '../../src/core/run.ts'
import type { Bytes } from '../../src/core/stage.ts'
import { fileColumns } from '../../src/datasets/dataset.ts'
import { stocksTrades } from '../../src/datasets/stocks.ts'
import { s3Object } from '../../src/sources/s3-object.ts'
import { type Fault, startS3Server } from '../../src/testing/s3-server.ts'
import { gunzip } from '../../src/transforms/gunzip.ts'
import { parseCsv } from '../../src/transforms/parse-csv.ts'
import { toCsv } from '../../src/transforms/to-csv.ts'
import { keepIn } from '../helpers/collect.ts'
import { sampleGzip } from '../helpers/sample-day.ts'

const key = 'day.csv.gz'
const object = await sampleGzip({ dataset: 'stocks-trades', date: '2024-03-01', rows: 4000 })
const size = object.length
const cuts = 200
/** What all resets together may take along: what the kernel or Node had of a body, and was not yet asked for. */
const inFlightBytes = size / 10

/** Numbers from 0 up to 1 that are the same in every run. */
function chances(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

/** The connection is cut at so many random bytes of the object; what is lost on the way shifts the next cut. */
function cutAtRandom(seed: number, how: 'resetAfter' | 'endAfter'): readonly Fault[] {
  const next = chances(seed)
  const places = Array.from({ length: cuts }, () => Math.floor(next() * size)).sort((a, b) => a - b)
  return places.map((place, i) => ({ op: 'get', times: 1, [how]: place - (places[i - 1] ?? 0) }))
}

type Chain = ReturnType<typeof from<Bytes>>

/** What becomes of the bytes, and what it takes to get them, over a server with these faults. */
async function convert(
  t: TestContext,
  faults: readonly Fault[],
  chain: (bytes: Chain, kept: Bytes[]) => Pipeline,
) {
  const server = await startS3Server({ objects: { [key]: object }, faults })
  t.after(() => server.close())
  const access = async () => ({ accessKeyId: 'demo', secretAccessKey: 'demo' })
  const { endpoint, bucket, requests } = server
  const kept: Bytes[] = []
  const bytes = from(s3Object({ endpoint, bucket, region: 'us-east-1', key, size }))
  await runPipeline(chain(bytes, kept), createRun({ access, random: () => 0 }))
  return { output: Buffer.concat(kept), requests: requests.length, lost: server.egress - size }
}

const chains: Readonly<Record<string, (bytes: Chain, kept: Bytes[]) => Pipeline>> = {
  'the raw bytes': (bytes, kept) => bytes.into(keepIn(kept)),
  'the rows': (bytes, kept) =>
    bytes
      .through(gunzip())
      .through(parseCsv(fileColumns(stocksTrades)))
      .through(toCsv())
      .into(keepIn(kept)),
}

for (const [name, chain] of Object.entries(chains))
  for (const [how, lostBytes] of [
    ['resetAfter', inFlightBytes],
    ['endAfter', 0],
  ] as const)
    test(`${cuts} cuts at random bytes of one file, by ${how}, change nothing in ${name}, and cost what was on its way`, async (t) => {
      const calm = await convert(t, [], chain)
      const cut = await convert(t, cutAtRandom(7, how), chain)
      assert.ok(cut.output.equals(calm.output))
      assert.equal(cut.requests, cuts + 1)
      assert.ok(cut.lost >= 0 && cut.lost <= lostBytes, `${cut.lost} bytes came twice`)
    })
