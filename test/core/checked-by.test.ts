import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { checkedBy } from '../../src/core/checked-by.ts'
import { DataError } from '../../src/core/errors.ts'
import { from, runPipeline } from '../../src/core/pipeline.ts'
import { createRun } from '../../src/core/run.ts'
import type { Bytes } from '../../src/core/stage.ts'
import { gunzip } from '../../src/transforms/gunzip.ts'
import { feed, keepIn } from '../helpers/collect.ts'

const gzip = gzipSync(Buffer.alloc(3 << 20, 'ticker,price\n'))

test('what is checked passes as it is', async () => {
  const kept: Bytes[] = []
  await runPipeline(
    from(feed([gzip]))
      .through(checkedBy(gunzip()))
      .into(keepIn(kept)),
    createRun(),
  )
  assert.ok(Buffer.concat(kept).equals(gzip))
})

test('what the check finds, be it in the last byte, fails the chain', async () => {
  const damaged = Buffer.from(gzip)
  damaged.writeUInt8(damaged.readUInt8(damaged.length - 1) ^ 1, damaged.length - 1)
  await assert.rejects(
    runPipeline(
      from(feed([damaged]))
        .through(checkedBy(gunzip()))
        .into(keepIn<Bytes>([])),
      createRun(),
    ),
    (error) => error instanceof DataError && error.stage === 'also-into gunzip',
  )
})
