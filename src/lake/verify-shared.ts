import { join } from 'node:path'
import { column } from '../columnar/column.ts'
import { cellPrinter } from '../columnar/print.ts'
import { isMillraceError } from '../core/errors.ts'
import type { ManifestLine } from '../core/manifest.ts'
import type { OutputFile } from '../core/output.ts'
import type { Run } from '../core/run.ts'
import type { Batch } from '../core/schema.ts'
import { accountingIdentities } from '../datasets/identities.ts'
import { joinRanges, wholeOf } from './join-rows.ts'
import { partitionValue } from './layout.ts'
import { firstTicker, type MergeRule } from './merge-rule.ts'
import { readFooter } from './parquet-footer.ts'
import { readParquet } from './parquet-reader.ts'
import { rowComparer } from './row-comparer.ts'
import { type IdentityTally, tallyIdentities } from './tally-identities.ts'
import type { FileVerdict, Scrutiny } from './verify-file.ts'

/** The identities of the statements of each table, as they are counted. */
export type Tallies = Map<string, IdentityTally>

/** A file, and the line that names it. */
interface Named {
  readonly root: string
  readonly line: ManifestLine
  readonly file: OutputFile
}

interface Looking extends Scrutiny {
  readonly run: Pick<Run, 'until'>
  readonly tallies: Tallies
}

/**
 * Adds what is wrong with a file that companies share: rows of another month than its folder says, and, where all of it is
 * read, rows out of order, or of another company than its name says. Identities of statements are counted then, too: where
 * they break, it is the company that says so.
 */
export async function verifyShared(
  verdict: FileVerdict,
  named: Named,
  looking: Looking,
): Promise<FileVerdict> {
  if (verdict.wrong.length > 0) return verdict
  try {
    return { ...verdict, wrong: await sharedFaults(named, looking) }
  } catch (error) {
    if (!isMillraceError(error)) throw error
    return { ...verdict, wrong: [`it cannot be read: ${error.message}`] }
  }
}

async function sharedFaults(
  { root, line: { shape, table }, file }: Named,
  { deep, run, tallies }: Looking,
): Promise<string[]> {
  const rule = shape['merge'] as MergeRule
  const faults = await monthFaults(root, file, rule)
  if (!deep) return faults
  const batches: Batch[] = []
  for await (const batch of readParquet({ ...file, path: join(root, file.path) }, run)) batches.push(batch)
  if (batches.length === 0) return faults
  const rows = joinRanges(batches.map(wholeOf))
  const identities = accountingIdentities[String(shape['source'])]
  if (identities) {
    const tally = tallies.get(table) ?? tallyIdentities(identities)
    tallies.set(table, tally)
    tally.add(rows)
  }
  return [...faults, ...orderFaults(rows, rule), ...companyFaults(rows, file, rule)]
}

async function monthFaults(root: string, { path }: OutputFile, { time }: MergeRule): Promise<string[]> {
  const [, year, month] = /\/year=(\d{4})\/month=(\d\d)\//.exec(path) ?? []
  if (time === undefined || !path.includes('/year=')) return []
  const days = (await readFooter(join(root, path))).days(time)
  if (!days)
    return month === undefined ? [] : [`its rows have no ${time}, and its folder is of ${year}-${month}`]
  const { first, last } = days
  const inside = `${year}-${month}`
  return first.slice(0, 7) === inside && last.slice(0, 7) === inside
    ? []
    : [
        `its rows are of ${first} to ${last}, by ${time}, and its folder is of ${month === undefined ? 'no day' : inside}`,
      ]
}

function orderFaults(rows: Batch, { order }: MergeRule): string[] {
  const compare = rowComparer(rows, order)
  for (let row = 1; row < rows.numRows; row++)
    if (compare(row - 1, row) > 0) return [`row ${row + 1} is before row ${row} by ${order.join(', ')}`]
  return []
}

function companyFaults(rows: Batch, { path }: OutputFile, { layout, company }: MergeRule): string[] {
  if (layout !== 'ticker') return []
  const print = cellPrinter(column(rows, company))
  for (let row = 0; row < rows.numRows; row++) {
    const ticker = firstTicker(print(row) ?? undefined) ?? ''
    if (!path.endsWith(`/ticker=${partitionValue(ticker === '' ? null : ticker)}.parquet`))
      return [`row ${row + 1} is of ${ticker === '' ? 'no company' : ticker}, and its name says another`]
  }
  return []
}
