import { companyPrinter, type PeriodKeys } from '../columnar/period-rows.ts'
import type { Batch } from '../core/schema.ts'
import { joinRanges } from './join-rows.ts'
import type { Numbered } from './partition-rows.ts'
import { sortDefaults } from './partition-sections.ts'
import { sortRows } from './sort-rows.ts'
import type { Spill } from './spill.ts'

/** All rows of some companies. */
export interface Bucket<B> {
  readonly number: number
  readonly batches: readonly B[]
}

/**
 * Sets rows apart by company, into so many buckets, on disk: a company is in one bucket, the same in every table. Buckets
 * come in the order of their numbers, those without rows not at all.
 */
export async function* companyBuckets<B extends Batch<PeriodKeys>>(
  batches: AsyncIterable<B>,
  buckets: number,
  spill: Spill,
): AsyncGenerator<Bucket<B>> {
  let bucket: { readonly number: number; readonly batches: B[] } | undefined
  for await (const { number, ...range } of sortRows(numbered(batches, buckets), spill, sortDefaults)) {
    if (bucket && bucket.number !== number) yield bucket
    if (bucket?.number !== number) bucket = { number, batches: [] }
    bucket.batches.push(joinRanges([range]) as B)
  }
  if (bucket) yield bucket
}

async function* numbered(
  batches: AsyncIterable<Batch<PeriodKeys>>,
  buckets: number,
): AsyncGenerator<Numbered> {
  for await (const batch of batches) {
    const companyOf = companyPrinter(batch)
    const numbers = Uint32Array.from(
      { length: batch.numRows },
      (_, row) => hashOf(companyOf(row) ?? '') % buckets,
    )
    yield { batch, numbers }
  }
}

/** FNV-1a. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash >>> 0
}
