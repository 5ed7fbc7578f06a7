import type { Data } from 'apache-arrow'
import { kindOf, makeBatch } from '../columnar/arrow-types.ts'
import { nullColumn } from '../columnar/convert.ts'
import { takeRows } from '../columnar/gather.ts'
import { rowsPerBatch } from '../columnar/row-reader.ts'
import { DataError } from '../core/errors.ts'
import type { Run } from '../core/run.ts'
import type { Batch, Kind } from '../core/schema.ts'
import { levelColumn } from './level-columns.ts'
import { wantedRows } from './match-rows.ts'
import { type Footer, readFooter } from './parquet-footer.ts'
import { type OpenParquet, openParquet, unreadable } from './parquet-reader.ts'
import { judgeGroup } from './prune.ts'
import type { TableFile } from './table-files.ts'
import type { Asked, Rules, TableColumns } from './table-question.ts'

/** What is wanted of each file of a table. */
export interface Wanted {
  readonly asked: Asked
  readonly columns: TableColumns
  /** A column that the table has not is an error: nobody has said which are wanted. */
  readonly strict: boolean
}

type Reading = Pick<Run, 'until' | 'count'>

/**
 * The rows of one file that are wanted, in the columns of its table. Where rows are chosen the footer is read first, and no more where
 * its statistics tell that there are none. Of each row group left the columns that rows are chosen by are read, and then, from the first to the
 * last row that is wanted, those that are to come.
 *
 * @throws {MissingError} when it is gone, {DataError} when it cannot be read, or has other columns than its table.
 */
export async function* rowsOfFile(file: TableFile, wanted: Wanted, run: Reading): AsyncGenerator<Batch> {
  const { tickers, days } = wanted.asked
  if (tickers || days) return yield* chosenRows(file, wanted, run)
  // Of thousands of small files the footer takes as long as the rows, and says nothing that their reader does not.
  const isRead = yield* allRows(file, wanted, run)
  if (!isRead) yield* chosenRows(file, wanted, run)
}

/** @returns false where the file has none of the columns: how many rows it has, the footer knows. */
async function* allRows(file: TableFile, wanted: Wanted, run: Reading): AsyncGenerator<Batch, boolean> {
  const parquet = await openParquet(file, run)
  try {
    checkColumns(file, parquet, wanted)
    const columns = ownColumns(parquet, wanted)
    if (columns.length === 0) return false
    for (let group = 0; group < parquet.groups; group++)
      for (const batch of await parquet.read({ rowGroups: [group], columns })) {
        run.count('rowsIn', batch.numRows)
        yield shaped(batch, { file, wanted })
      }
    return true
  } finally {
    await parquet.close()
  }
}

async function* chosenRows(file: TableFile, wanted: Wanted, run: Reading): AsyncGenerator<Batch> {
  const footer = await run.until(
    readFooter(file.path).catch((error: unknown) => {
      throw unreadable(file.path, error)
    }),
  )
  const rules = rulesIn(file, footer, wanted.asked)
  const groups = rules === undefined ? [] : groupsOf(footer, rules)
  if (groups.length === 0) return
  const parquet = await openParquet(file, run)
  try {
    checkColumns(file, parquet, wanted)
    for (const group of groups) yield* groupRows(parquet, { ...group, file, wanted }, run)
  } finally {
    await parquet.close()
  }
}

/** The rules that its rows are to be held against: folders have told all of some. Nothing, when it lacks a column: it is null. */
function rulesIn({ levels }: TableFile, { columns }: Footer, { tickers, days }: Rules): Rules | undefined {
  const isTold = (name: string): boolean => levels.some(([level]) => level === name)
  const left = [tickers, days].filter((rule) => rule && !isTold(rule.column))
  if (left.some((rule) => rule && !Object.hasOwn(columns, rule.column))) return undefined
  return {
    tickers: tickers && left.includes(tickers) ? tickers : undefined,
    days: days && left.includes(days) ? days : undefined,
  }
}

interface Group {
  readonly group: number
  readonly rows: number
  readonly rules: Rules
}

/** The row groups that may hold wanted rows, and which rules have to be held against each row of them. */
function groupsOf({ metadata }: Footer, rules: Rules): Group[] {
  return metadata.row_groups.flatMap((one, group) => {
    const told = judgeGroup(one, rules)
    if ((rules.tickers && told.tickers === 'none') || (rules.days && told.days === 'none')) return []
    const days = told.days === 'all' ? undefined : rules.days
    return [{ group, rows: Number(one.num_rows), rules: { tickers: rules.tickers, days } }]
  })
}

function checkColumns({ path }: TableFile, { fields }: OpenParquet, { asked, columns, strict }: Wanted) {
  for (const { name, type } of fields) {
    const kind = columns.kinds.get(name)
    const needed = [...asked.columns, asked.tickers?.column, asked.days?.column]
    if (kind === undefined && strict)
      throw new DataError(`${path} has a column ${name}, which the file written last lacks`, {
        hint: 'name the columns that are wanted',
      })
    if (kind !== undefined && needed.includes(name) && kindOf(type) !== kind)
      throw new DataError(`${path} has ${kindOf(type)} as ${name}, where the file written last has ${kind}`)
  }
}

interface Here extends Group {
  readonly file: TableFile
  readonly wanted: Wanted
}

async function* groupRows(parquet: OpenParquet, here: Here, run: Reading): AsyncGenerator<Batch> {
  run.count('rowsIn', here.rows)
  const kept = await keptRows(parquet, here)
  run.count('filtered', here.rows - (kept?.length ?? here.rows))
  if (kept?.length === 0) return
  const [first, last] = kept ? [kept[0] as number, kept.at(-1) as number] : [0, here.rows - 1]
  const own = ownColumns(parquet, here.wanted)
  // Nothing of the rows but how many they are.
  if (own.length === 0) return yield* countedRows(kept?.length ?? here.rows, here)
  const range = kept ? { offset: first, limit: last - first + 1 } : {}
  let from = first
  for (const batch of await parquet.read({ rowGroups: [here.group], columns: own, ...range })) {
    const to = from + batch.numRows
    const rows = kept?.subarray(lowerBound(kept, from), lowerBound(kept, to)).map((row) => row - from)
    if (rows?.length !== 0) yield shaped(rows ? takeRows(batch, rows) : batch, here)
    from = to
  }
}

/** The columns that are wanted, of those in the file. */
const ownColumns = ({ fields }: OpenParquet, { asked }: Wanted): string[] =>
  asked.columns.filter((name) => fields.some((field) => field.name === name))

/** The numbers of the rows of a row group that are wanted; nothing when all are. Only the columns of the rules are read. */
async function keptRows(parquet: OpenParquet, { group, rules }: Here): Promise<Uint32Array | undefined> {
  const columns = [rules.tickers, rules.days].flatMap((rule) => (rule ? [rule.column] : []))
  if (columns.length === 0) return undefined
  const found: number[] = []
  let before = 0
  for (const batch of await parquet.read({ rowGroups: [group], columns })) {
    for (const row of wantedRows(batch, rules)) found.push(before + row)
    before += batch.numRows
  }
  return Uint32Array.from(found)
}

/** Where the first of some ascending numbers is that is not below another. */
function lowerBound(rows: Uint32Array, least: number): number {
  let [from, to] = [0, rows.length]
  while (from < to) {
    const middle = (from + to) >> 1
    if ((rows[middle] as number) < least) from = middle + 1
    else to = middle
  }
  return from
}

function* countedRows(rows: number, here: Here): Generator<Batch> {
  for (let left = rows; left > 0; left -= rowsPerBatch)
    yield shaped(makeBatch([], Math.min(left, rowsPerBatch)), here)
}

/** The columns that are wanted, in their order: those of the file, what folders tell, and nulls for those that it lacks. */
function shaped(batch: Batch, { file, wanted: { asked, columns } }: Pick<Here, 'file' | 'wanted'>): Batch {
  const own = new Map(batch.schema.fields.map(({ name }, i) => [name, batch.data.children[i] as Data]))
  const dataOf = (name: string): Data => {
    const level = file.levels.find(([level]) => level === name)
    const kind = columns.kinds.get(name) as Kind
    return (
      own.get(name) ?? (level ? levelColumn(level, kind, batch.numRows) : nullColumn(kind, batch.numRows))
    )
  }
  return makeBatch(
    asked.columns.map((name) => ({ name, data: dataOf(name) })),
    batch.numRows,
  )
}
