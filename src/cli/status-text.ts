import type { Gap } from '../datasets/day-states.ts'
import type { Changed, FlatStatus, TableStatus } from '../pipelines/lake-status.ts'
import type { RestStatus } from '../pipelines/rest-status.ts'
import { heatLegend, heatLines, type Paint } from './heat-lines.ts'
import { bytesText, plural, rowsText } from './words.ts'

/** Lines of a kind beyond so many are counted. */
const most = 40
/** A year has no more holidays. */
const mostHolidays = 12

/** How the tables of a lake stand, for people. */
export function statusLines(tables: readonly TableStatus[], paint: Paint): string[] {
  if (tables.length === 0) return ['no table: no run has finished or failed at anything yet']
  const told = tables.flatMap((table, i) => [...(i > 0 ? [''] : []), ...tableLines(table, paint)])
  return tables.some(({ flat }) => flat && flat.days.length > 0) ? [...told, '', heatLegend] : told
}

function tableLines(status: TableStatus, paint: Paint): string[] {
  const { table, units, rows, bytes, flat, rest, failures } = status
  const amount = [...(rows === undefined ? [] : [rowsText(rows)]), bytesText(bytes)].join(', ')
  const failed = failures.map(
    ({ unit, reason, error, at }): Row => [unit, `failed at ${at} (${reason}): ${error}`],
  )
  if (rest) return [...restLines(status, rest, amount), ...aligned(capped(failed))]
  if (!flat) return [`${table}: ${plural(units, 'unit')}, ${amount}`, ...aligned(capped(failed))]
  const { held, days, dataset, gaps, changed } = flat
  const span = held ? `, ${spanText(held)}` : ''
  return [
    `${table} (${dataset}): ${plural(units, 'day')}${span}, ${amount}`,
    ...heatLines(days, paint),
    ...aligned([...gapRows(gaps), ...capped(failed), ...capped(changed.map(changedRow))].sort(byFirst)),
    ...lackingLines(flat),
  ]
}

function restLines(
  { table, failures }: TableStatus,
  { source, files, held, companies, windows, isMade, oldestAt, filled, waiting }: RestStatus,
  amount: string,
): string[] {
  const asked = [
    ...(companies ? [companiesText(companies)] : []),
    ...(windows === undefined || isMade ? [] : [`${plural(windows, 'window')} of all companies`]),
    ...(failures.length > 0 ? [`${failures.length} failed`] : []),
    ...(oldestAt === undefined
      ? []
      : [isMade ? `made at ${oldestAt}` : `the oldest asked for at ${oldestAt}`]),
  ]
  return [
    [`${table} (${source}): ${amount}, ${plural(files, 'file')}`, ...(held ? [spanText(held)] : [])].join(
      ', ',
    ),
    ...(asked.length > 0 ? [`  ${asked.join(', ')}`] : []),
    ...(filled ? filledLines(filled) : []),
    ...(waiting.units > 0
      ? [
          `  ${plural(waiting.units, 'unit')} of ${rowsText(waiting.rows)} wait in _millrace/pending: the next run merges them`,
        ]
      : []),
  ]
}

/** Ratios by how often they have a value; `--json` has the share of each. */
function filledLines(filled: NonNullable<RestStatus['filled']>): string[] {
  const named = Object.entries(filled)
  const least = (share: number): number => named.filter(([, one]) => one >= share).length
  const none = named.filter(([, share]) => share === 0).map(([name]) => name)
  const shown =
    none.length > mostNamed ? [...none.slice(0, mostNamed), `${none.length - mostNamed} more`] : none
  return [
    `  of ${named.length} ratios ${least(0.9)} have a value in nine rows of ten, ${least(0.5)} in half of them, ${none.length} in none`,
    ...(none.length > 0 ? [`  in none: ${shown.join(', ')}`] : []),
  ]
}

const mostNamed = 8

const companiesText = ({ withRows, without }: NonNullable<RestStatus['companies']>): string =>
  `${withRows + without} ${withRows + without === 1 ? 'company' : 'companies'}${without > 0 ? `, ${without} of them without rows` : ''}`

type Row = readonly [what: string, text: string]

/** What was left out comes last. */
const byFirst = ([a]: Row, [b]: Row): number => Number(a === more) - Number(b === more) || (a < b ? -1 : 1)
const more = '...'

const changedRow = ({ date, bytesThen, bytesNow }: Changed): Row => [
  date,
  `re-published since: ${bytesText(bytesNow)} now, ${bytesText(bytesThen)} when it was fetched`,
]

function gapRows(gaps: readonly Gap[]): Row[] {
  const holidays = gaps.filter(({ kind }) => kind === 'holiday')
  // Failures are told with their reason.
  const others = gaps.filter(({ kind }) => kind !== 'holiday' && kind !== 'failed')
  if (holidays.length <= mostHolidays) return capped(gaps.filter(({ kind }) => kind !== 'failed').map(gapRow))
  const [first, last] = [holidays[0]?.first, holidays.at(-1)?.last]
  return [
    [spanText({ first: first ?? '', last: last ?? '' }), `${holidays.length} holidays, which --json names`],
    ...capped(others.map(gapRow)),
  ]
}

const gapRow = (gap: Gap): Row => [
  spanText(gap),
  gap.days === 1 ? gap.reason : `${gap.reason} (${gap.days} days)`,
]

const spanText = ({ first, last }: { readonly first: string; readonly last: string }): string =>
  first === last ? first : `${first} to ${last}`

function capped(rows: readonly Row[]): Row[] {
  return rows.length <= most
    ? [...rows]
    : [...rows.slice(0, most), [more, `${rows.length - most} more, which --json tells`]]
}

const aligned = (rows: readonly Row[]): string[] => {
  const width = Math.max(...rows.map(([what]) => what.length))
  return rows.map(([what, text]) => `  ${what.padEnd(width)}  ${text}`)
}

function lackingLines({ lacking, dataset }: FlatStatus): string[] {
  if (lacking === 0) return []
  return [`  ${plural(lacking, 'day')} missing: millrace sync ${dataset} fetches what the bucket has`]
}
