import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Batch } from '../../src/core/schema.ts'
import { joinRanges } from '../../src/lake/join-rows.ts'
import type { Stretch } from '../../src/lake/merge-rows.ts'
import { orderedByTime } from '../../src/lake/time-order.ts'
import { batchOf, rowsOf } from '../helpers/batches.ts'

const times = fc.array(
  fc.option(fc.constantFrom(-1n, 0n, 1n, 2n ** 32n, 2n ** 53n + 1n, 2n ** 53n, -(2n ** 63n), 2n ** 63n - 1n)),
  { minLength: 1, maxLength: 8 },
)

async function* each(stretches: readonly Stretch[]): AsyncGenerator<Stretch> {
  yield* stretches
}

const batchAt = (at: readonly (bigint | null)[], n: number): Batch =>
  batchOf({ at: 'timestamp_ns', n: 'int32' }, { at, n: at.map((_, i) => n + i) })

test('rows of a number come in the order of their times, equal ones as they came, null last', async () => {
  const given = fc.array(fc.tuple(fc.nat(2), times), { maxLength: 8 })
  const check = fc.asyncProperty(given, async (parts) => {
    const sorted = parts.toSorted(([a], [b]) => a - b)
    const stretches = sorted.map(([number, at], i): Stretch => {
      // A row before and one after, which are not of it.
      const batch = batchAt([5n, ...at, -5n], i * 100)
      return { number, batch, from: 1, to: at.length + 1 }
    })
    const rows = stretches.flatMap(({ number, batch, from, to }) =>
      rowsOf(batch)
        .slice(from, to)
        .map((row) => ({ number, at: row['at'] as bigint | null, n: row['n'] as number })),
    )
    const timeOf = ({ at }: { at: bigint | null }): bigint => at ?? 2n ** 64n
    const expected = rows.sort((a, b) =>
      a.number !== b.number
        ? a.number - b.number
        : timeOf(a) < timeOf(b)
          ? -1
          : timeOf(a) > timeOf(b)
            ? 1
            : a.n - b.n,
    )
    const found: unknown[] = []
    for await (const stretch of orderedByTime(each(stretches), 'at'))
      found.push(...rowsOf(joinRanges([stretch])).map((row) => ({ number: stretch.number, ...row })))
    assert.deepEqual(found, expected)
  })
  await fc.assert(check)
})

test('what is no time is refused', async () => {
  const batch = batchOf({ at: 'int32' }, { at: [2, 1] })
  const ordered = orderedByTime(each([{ number: 0, batch, from: 0, to: 2 }]), 'at')
  await assert.rejects(ordered.next(), /at is no time to order rows by/)
})
