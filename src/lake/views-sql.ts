import { join, resolve, sep } from 'node:path'
import type { Kind } from '../core/schema.ts'
import { kindOfLevel } from './level-kinds.ts'
import type { LakeTable } from './parquet-tables.ts'
import { hasStatementKeys, periodSql } from './statement-keys.ts'

/** How DuckDB is to read what the name of a folder says; what is not here it guesses. */
const duckTypes: Readonly<Partial<Record<Kind, string>>> = {
  utf8: 'VARCHAR',
  bool: 'BOOLEAN',
  int8: 'TINYINT',
  int16: 'SMALLINT',
  int32: 'INTEGER',
  int64: 'BIGINT',
  date: 'DATE',
}

/** Every name, for those that SQL keeps for itself (`right`), and those with a dash or a dot. */
export const quotedName = (name: string): string => `"${name.replaceAll('"', '""')}"`
const quotedText = (text: string): string => `'${text.replaceAll("'", "''")}'`

/** A path as a pattern that means this path only. */
const literalGlob = (path: string): string => path.split(sep).join('/').replaceAll(/[*?[]/g, '[$&]')

/**
 * The text of `views.sql`: macros for time and conditions, and a view for each table, by its absolute path: DuckDB would
 * look for a relative one where it was started, and a variable would have to be set in each session that uses a view.
 */
export function viewsSql(root: string, tables: readonly LakeTable[]): string {
  const place = resolve(root)
  const parts = [
    ['-- Written by millrace, and again whenever a run adds a table: your own views go elsewhere.'],
    ['-- duckdb -init views.sql, or .read views.sql; the lake was moved: millrace views LAKE'],
    [macros],
    // Those of statements look up when they were first filed in that of the ratios.
    ...tables.filter((table) => !isOfStatements(table)).map((table) => viewOf(place, table, table.name)),
    ...tables.filter(isOfStatements).map((table) => viewsOf(place, table, hasFirstFiled(tables))),
    adjusted(tables),
  ]
  return `${parts.flat().join('\n')}\n`
}

const macros = `
-- New York time of a UTC time, zoned or not, to the nanosecond. AT TIME ZONE alone would go the wrong way.
create or replace macro ny(t) as make_timestamp_ns(epoch_ns(t) + 1000 *
  (epoch_us(make_timestamptz(epoch_us(t)) at time zone 'America/New_York') - epoch_us(t)));
-- Whether a list as 12,37 has a code: 37 does not hit 137. No list has none.
create or replace macro has_condition(c, code) as
  coalesce(contains(',' || c || ',', ',' || code::varchar || ','), false);`

const isOfStatements = ({ columns }: LakeTable): boolean => hasStatementKeys(columns)

const ratios = 'financial_ratios'
const ratioKeys = ['cik', 'timeframe', 'period_end', 'first_filed']
const hasFirstFiled = (tables: readonly LakeTable[]): boolean =>
  tables.some(({ name, columns }) => name === ratios && ratioKeys.every((key) => columns.includes(key)))

/** Of statements the newest of each period, and all that were ever seen in a view of its own. */
function viewsOf(root: string, table: LakeTable, withFirst: boolean): string[] {
  const { name } = table
  const all = `${name}_vintages`
  // What is alike in all that tells which is the newest stands in one file, in a settled order.
  const newest = `${selectOf(root, table, ', file_row_number = true')}
qualify row_number() over (
  partition by ${periodSql}
  order by observed_at desc, filing_date desc nulls last, period_end desc, file_row_number
) = 1`
  return [
    viewOf(root, table, all),
    `
-- Of each period what was seen last${withFirst ? ', and when it was first filed' : ''}; ${quotedName(all)} has all that was ever seen.
create or replace view ${quotedName(name)} as
${withFirst ? filedFirst(newest) : newest};`,
  ]
}

const filedFirst = (statements: string): string => `select s.*, f.first_filed
from (${statements}) as s
left join (
  select cik, timeframe, period_end, min(first_filed) as first_filed from "${ratios}" group by all
) as f
  on f.cik = s.cik and f.period_end = s.period_end
  and f.timeframe = case s.timeframe when 'trailing_twelve_months' then 'ttm' else s.timeframe end`

function viewOf(root: string, table: LakeTable, view: string): string {
  return `
create or replace view ${quotedName(view)} as
${selectOf(root, table)};`
}

function selectOf(root: string, { name, levels, columns }: LakeTable, options = ''): string {
  const files = literalGlob(join(root, name)) + '/*'.repeat(levels.length + 1)
  const types = levels.flatMap((level) => {
    const type = typeOfLevel(level, levels)
    return type === undefined ? [] : `${quotedName(level)}: ${type}`
  })
  const hive = levels.length > 0 ? ', hive_partitioning = true' : ''
  const typed = types.length > 0 ? `, hive_types = {${types.join(', ')}}` : ''
  // In seed's layout by ticker the column is in the file and in its name as well.
  const all = [...columns, ...levels.filter((level) => !columns.includes(level))]
  return `select ${all.map(quotedName).join(', ')}
from read_parquet(${quotedText(`${files}.parquet`)}${hive}${typed}${options})`
}

function typeOfLevel(level: string, levels: readonly string[]): string | undefined {
  const kind = kindOfLevel(level, levels)
  return kind && duckTypes[kind]
}

const splitColumns = ['ticker', 'execution_date', 'split_from', 'split_to']
const barColumns = ['ticker', 'open', 'high', 'low', 'close', 'volume']
const [bars, splits] = ['stocks_daily', 'splits']

/** Daily bars as if the shares had always been those of today; without the splits nobody can tell. */
function adjusted(tables: readonly LakeTable[]): string[] {
  const has = (name: string, columns: readonly string[]): boolean =>
    tables.some((table) => table.name === name && columns.every((column) => table.columns.includes(column)))
  if (!has(splits, splitColumns) || !has(bars, barColumns)) return []
  const prices = ['open', 'high', 'low', 'close'].map((price) => `${price} * factor as ${price}`)
  return [
    `
-- Daily bars adjusted for the splits that came into force after their day, up to today.
create or replace view "${bars}_adjusted" as
select * exclude (factor) replace (${prices.join(', ')}, volume / factor as volume)
from (
  select *, coalesce((
    select product(split_from / split_to) from "${splits}" as s
    where s.ticker = b.ticker and s.execution_date::date > b.date and s.execution_date::date <= current_date
  ), 1) as factor
  from "${bars}" as b
);`,
  ]
}
