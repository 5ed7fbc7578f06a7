import { column } from '../columnar/column.ts'
import { cellPrinter } from '../columnar/print.ts'
import type { Batch } from '../core/schema.ts'
import type { MergeRule } from './merge-rule.ts'
import { type Comparer, rowComparer } from './row-comparer.ts'
import { periodComparer, periodHashes } from './same-period.ts'
import { hasStatementKeys } from './statement-keys.ts'

/** What tells the rows of a table with vintages apart. */
interface Telling {
  /** All columns but that of the vintage. */
  readonly said: Comparer
  readonly rule: Pick<MergeRule, 'order' | 'company' | 'keeps'> & { readonly vintage: string }
}

/**
 * Which rows of a table with vintages are to be kept. Rows of one key that were seen at one time are one answer. It is left
 * out when what it says last is what the newest of the rows before it said, and all else that it says is kept already: so
 * what is said again adds nothing, what is taken back is there again, and the newest row is always of the last answer. An
 * answer that tells two versions of a key (the first filing and the restated one) is not another one each time.
 *
 * A key is the period of a statement, elsewhere what a table is sorted by; rows that have no ticker in common come of other
 * answers and are other keys, and of rows that name nobody only those are one that say the same. It does not matter in which
 * order the rows of a merge come, nor whether rows that were left out come again; later merges bring later rows.
 *
 * @param rows in any order, no two alike.
 */
export function keptVintages(batch: Batch, rows: Uint32Array, { said, rule }: Telling): Uint32Array {
  const names = batch.schema.fields.map(({ name }) => name)
  const isStatement = hasStatementKeys(names)
  const sameKey = isStatement ? periodComparer(batch) : rowComparer(batch, rule.order)
  const seen = rowComparer(batch, [rule.vintage])
  const later = rowComparer(batch, isStatement ? ['filing_date', 'period_end'] : [])
  // As views and ratios choose among them: of what else is alike the first in the order of the file is the newest.
  const inTime: Comparer = (a, b) => seen(a, b) || later(a, b) || said(b, a)
  const { alone, others } = isStatement
    ? apart(rows, periodHashes(batch))
    : { alone: [], others: rows.slice() }
  others.sort((a, b) => sameKey(a, b) || inTime(a, b))
  const keptIn = rule.keeps === 'newest' ? newestIn : changesIn
  const kept: number[] = [...alone]
  for (const ofKey of stretches(others, sameKey))
    if (ofKey.length === 1) kept.push(ofKey[0] as number)
    else kept.push(...keptIn(ofKey, { said, seen, isOfOne: kinship(batch, ofKey, { said, rule }) }))
  return Uint32Array.from(kept)
}

/** Slots a row: with so many, few rows share one by chance. */
const slotsPerRow = 16

/** Rows that share their key with no other, told without comparing them, and those that may not be alone. */
function apart(rows: Uint32Array, hashOf: (row: number) => number) {
  const mask = 2 ** Math.ceil(Math.log2(rows.length * slotsPerRow + 1)) - 1
  const slots = Uint32Array.from(rows, (row) => {
    const hash = hashOf(row)
    return (hash ^ (hash >>> 15)) & mask
  })
  const many = new Uint8Array(mask + 1)
  for (const slot of slots) many[slot] = Math.min(2, (many[slot] as number) + 1)
  const isAlone = (_: number, i: number): boolean => many[slots[i] as number] === 1
  return { alone: rows.filter(isAlone), others: rows.filter((row, i) => !isAlone(row, i)) }
}

/** Neighbours that are the same. */
function* stretches(rows: Uint32Array, same: Comparer): Generator<Uint32Array> {
  for (let from = 0, to = 0; from < rows.length; from = to) {
    while (to < rows.length && same(rows[from] as number, rows[to] as number) === 0) to++
    yield rows.subarray(from, to)
  }
}

interface Comparers {
  readonly said: Comparer
  readonly seen: Comparer
  /** Whether one of two rows takes the place of the other. */
  readonly isOfOne: (a: number, b: number) => boolean
}

/** Goes through the answers of one key, oldest first. */
function changesIn(history: Uint32Array, { said, seen, isOfOne }: Comparers): readonly number[] {
  const kept: number[] = []
  for (const answer of stretches(history, seen)) {
    const before = [...kept]
    for (const [last, others] of versionsIn(answer, isOfOne)) {
      const newest = before.findLast((one) => isOfOne(one, last))
      const unknown = others.filter((row) => !kept.some((one) => said(one, row) === 0))
      if (newest === undefined || unknown.length > 0 || said(newest, last) !== 0) kept.push(...unknown, last)
    }
  }
  return kept
}

/** What was said last, as it was seen first: of each answer the last row counts alone. */
function newestIn(history: Uint32Array, comparers: Comparers): readonly number[] {
  const { seen, isOfOne } = comparers
  const lasts = [...stretches(history, seen)].flatMap((answer) =>
    [...versionsIn(answer, isOfOne)].map(([last]) => last),
  )
  const kept = changesIn(Uint32Array.from(lasts), comparers)
  return kept.filter((row, i) => !kept.slice(i + 1).some((one) => isOfOne(one, row)))
}

/** The last version of each of those an answer tells of, and the versions before it. */
function* versionsIn(
  answer: Uint32Array,
  isOfOne: Comparers['isOfOne'],
): Generator<readonly [last: number, others: readonly number[]]> {
  for (const [i, last] of answer.entries())
    if (!answer.subarray(i + 1).some((row) => isOfOne(row, last)))
      yield [last, [...answer.subarray(0, i)].filter((row) => isOfOne(row, last))]
}

/** Tells rows of one key that have a ticker in common, or none and a cik; of those that name nobody, rows that say the same. */
function kinship(
  batch: Batch,
  rows: Uint32Array,
  { said, rule }: Telling,
): (a: number, b: number) => boolean {
  const print = cellPrinter(column(batch, rule.company))
  const tickers = new Map(Array.from(rows, (row) => [row, (print(row) ?? '').split(',')] as const))
  const tickersOf = (row: number): readonly string[] => tickers.get(row) ?? []
  const hasCik = batch.schema.fields.some(({ name }) => name === 'cik')
    ? column(batch, 'cik').isValid
    : () => false
  const isNobody = (row: number): boolean => tickersOf(row)[0] === '' && !hasCik(row)
  return (a, b) =>
    isNobody(a) && isNobody(b)
      ? said(a, b) === 0
      : tickersOf(a).some((ticker) => tickersOf(b).includes(ticker))
}
