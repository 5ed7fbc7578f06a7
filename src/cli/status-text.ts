import type { Gap } from '../datasets/day-states.ts'
import type { Changed, FlatStatus, TableStatus } from '../pipelines/lake-status.ts'
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
  const { table, units, rows, bytes, flat, failures } = status
  const amount = [...(rows === undefined ? [] : [rowsText(rows)]), bytesText(bytes)].join(', ')
  const failed = failures.map(
    ({ unit, reason, error, at }): Row => [unit, `failed at ${at} (${reason}): ${error}`],
  )
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
