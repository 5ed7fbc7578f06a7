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
 * answers and are other keys. It does not matter in which order rows come, nor whether rows that were left out come again.
 *
 * @param rows in any order, no two alike.
 */
export function keptVintages(batch: Batch, rows: Uint32Array, { said, rule }: Telling): Uint32Array {
  const names = batch.schema.fields.map(({ name }) => name)
  const isStatement = hasStatementKeys(names)
  const sameKey = isStatement ? periodComparer(batch) : rowComparer(batch, rule.order)
  const seen = rowComparer(batch, [rule.vintage])
  // As views and ratios choose among them.
  const later = rowComparer(batch, isStatement ? ['filing_date', 'period_end'] : [])
  const inTime: Comparer = (a, b) => seen(a, b) || later(a, b) || said(a, b)
  const { alone, others } = isStatement
    ? apart(rows, periodHashes(batch))
    : { alone: [], others: rows.slice() }
  others.sort((a, b) => sameKey(a, b) || inTime(a, b))
  const keptIn = rule.keeps === 'newest' ? newestIn : changesIn
  const kept: number[] = [...alone]
  for (const ofKey of stretches(others, sameKey))
    for (const history of historiesOf(batch, ofKey, rule.company))
      kept.push(...keptIn(history, { said, seen }))
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
}

/** What was said last, as it was seen first: of each answer the last row counts alone. */
function newestIn(history: Uint32Array, comparers: Comparers): readonly number[] {
  const lasts = [...stretches(history, comparers.seen)].map((answer) => answer.at(-1) as number)
  return changesIn(Uint32Array.from(lasts), comparers).slice(-1)
}

/** Goes through the answers of one key, oldest first. */
function changesIn(history: Uint32Array, { said, seen }: Comparers): readonly number[] {
  const kept: number[] = []
  for (const answer of stretches(history, seen)) {
    const [newest, last] = [kept.at(-1), answer.at(-1) as number]
    const others = answer.subarray(0, -1).filter((row) => !kept.some((one) => said(one, row) === 0))
    if (newest === undefined || others.length > 0 || said(newest, last) !== 0) kept.push(...others, last)
  }
  return kept
}

/** The rows apart that have no ticker in common, not even by way of others. */
function historiesOf(batch: Batch, rows: Uint32Array, company: string): readonly Uint32Array[] {
  if (rows.length === 1) return [rows]
  const print = cellPrinter(column(batch, company))
  const texts = Array.from(rows, (row) => print(row) ?? '')
  if (texts.every((text) => text === texts[0])) return [rows]
  let groups: readonly Related[] = []
  for (const text of new Set(texts)) {
    const related = { tickers: text.split(','), texts: [text] }
    const isTheirs = ({ tickers }: Related): boolean => tickers.some((one) => related.tickers.includes(one))
    const all = [related, ...groups.filter(isTheirs)]
    groups = [
      ...groups.filter((group) => !isTheirs(group)),
      { tickers: all.flatMap(({ tickers }) => tickers), texts: all.flatMap(({ texts }) => texts) },
    ]
  }
  return groups.map((group) => rows.filter((_, i) => group.texts.includes(texts[i] as string)))
}

/** Lists of tickers that have some in common. */
interface Related {
  readonly tickers: readonly string[]
  readonly texts: readonly string[]
}
