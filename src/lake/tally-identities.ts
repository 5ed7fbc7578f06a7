import { type Column, column } from '../columnar/column.ts'
import { cellPrinter } from '../columnar/print.ts'
import type { Batch } from '../core/schema.ts'
import { type AccountingIdentity, identityTolerance } from '../datasets/identities.ts'

/** How often an identity holds in the rows of a table. */
export interface IdentityCount {
  readonly identity: string
  /** Rows that have all that is needed to tell. */
  readonly rows: number
  readonly breaks: number
  /** Whose row it is and of when, of the first by name that breaks it. */
  readonly first?: string
}

/** Counts as rows come. */
export interface IdentityTally {
  add(batch: Batch): void
  readonly counts: readonly IdentityCount[]
}

const named = ['tickers', 'period_end', 'timeframe']

/** What it reads of a row. */

export function tallyIdentities(identities: readonly AccountingIdentity[]): IdentityTally {
  const counts = identities.map(({ name }) => ({ identity: name, rows: 0, breaks: 0, first: '' }))
  return {
    add(batch) {
      const label = labels(batch)
      for (const [i, identity] of identities.entries()) {
        const count = counts[i] as (typeof counts)[number]
        const rows = Array.from({ length: batch.numRows }, (_, row) => row)
        const isBroken = breaksOf(batch, identity)
        const told = rows.filter((row) => isBroken(row) !== undefined)
        const broken = told.filter(isBroken)
        count.rows += told.length
        count.breaks += broken.length
        // Files come in any order.
        for (const text of broken.map(label)) if (count.first === '' || text < count.first) count.first = text
      }
    },
    get counts() {
      return counts.map(({ first, ...count }) => ({ ...count, ...(first !== '' && { first }) }))
    },
  }
}

function labels(batch: Batch): (row: number) => string {
  const prints = named.map((name) => cellPrinter(column(batch, name)))
  return (row) => prints.map((print) => print(row) ?? '').join(' ')
}

/** Whether the sum of a row is off by too much; nothing where the row does not tell. */
function breaksOf(
  batch: Batch,
  { total, plus, minus = [], some = [] }: AccountingIdentity,
): (row: number) => boolean | undefined {
  const read = (name: string): ((row: number) => number | undefined) => {
    const { values, isValid } = column(batch, name) as Column<'float64'>
    return (row) => (isValid(row) ? values[row] : undefined)
  }
  const [whole, added, taken, more] = [read(total), plus.map(read), minus.map(read), some.map(read)]
  return (row) => {
    const needed = [whole(row), ...added.map((one) => one(row)), ...taken.map((one) => one(row))]
    if (needed.includes(undefined)) return undefined
    const extra = more.flatMap((one) => one(row) ?? [])
    if (plus.length === 0 && extra.length === 0) return undefined
    const [sum = 0, ...parts] = needed as number[]
    const signed = [...parts.map((part, i) => (i < added.length ? part : -part)), ...extra]
    const largest = Math.max(Math.abs(sum), ...signed.map(Math.abs))
    return Math.abs(sum - signed.reduce((a, b) => a + b, 0)) > Math.max(1, largest * identityTolerance)
  }
}
