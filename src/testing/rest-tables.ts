/** One row as the API sends it: what a company does not report is absent, not null. */
export type RestRow = Readonly<Record<string, unknown>>

/** An endpoint with pages. */
export interface RestTable {
  readonly rows: readonly RestRow[]
  /** Rows of a page where the request does not say, and at most. */
  readonly limit: number
  readonly most: number
  /** Parameters that filter, each a field; all others are silently ignored, as the API does. */
  readonly filters: readonly string[]
  /** `v1` sorts by `field.asc,other.desc`; `v3` by `sort` and `order`. */
  readonly style: 'v1' | 'v3'
  /** What a parameter is when it is not given. */
  readonly defaults?: Readonly<Record<string, string>>
}

/** An endpoint without: all of its answer but `status` and `request_id`, or a list and nothing else. */
export interface RestAnswer {
  readonly body: RestRow | readonly unknown[]
}

/** What is at a path; nothing is a 404. */
export type RestRoutes = (path: string) => RestTable | RestAnswer | undefined

/** One page of a table. */
export interface RestPage {
  /** The rows as JSON. */
  readonly texts: readonly string[]
  /** Where the next page begins; absent on the last one. */
  readonly next: number | undefined
}

type Test = (value: unknown) => boolean
const asText = (value: unknown): string => String(value)

function compare(a: unknown, b: unknown): number {
  const [x, y] = [a, b].map((value) => (value === undefined ? '' : value)) as [string, string]
  const both = Number(x) - Number(y)
  if (!Number.isNaN(both)) return both
  return x < y ? -1 : x > y ? 1 : 0
}

const operators: Readonly<Record<string, (given: string) => Test>> = {
  '': (given) => (value) => (Array.isArray(value) ? value.includes(given) : asText(value) === given),
  gt: (given) => (value) => value !== undefined && compare(value, given) > 0,
  gte: (given) => (value) => value !== undefined && compare(value, given) >= 0,
  lt: (given) => (value) => value !== undefined && compare(value, given) < 0,
  lte: (given) => (value) => value !== undefined && compare(value, given) <= 0,
  any_of: (given) => {
    const wanted = new Set(given.split(','))
    return (value) => (Array.isArray(value) ? value : [value]).some((one) => wanted.has(asText(one)))
  },
  all_of: (given) => (value) => Array.isArray(value) && given.split(',').every((one) => value.includes(one)),
}

/** Rows by the value of a field, so that one company of a thousand is found at once. */
const indexes = new WeakMap<RestTable, Map<string, Map<string, RestRow[]>>>()

function rowsWith(table: RestTable, field: string, given: string): readonly RestRow[] {
  const byField = indexes.get(table) ?? new Map<string, Map<string, RestRow[]>>()
  indexes.set(table, byField)
  const index = byField.get(field) ?? indexOf(table.rows, field)
  byField.set(field, index)
  return index.get(given) ?? []
}

function indexOf(rows: readonly RestRow[], field: string): Map<string, RestRow[]> {
  const index = new Map<string, RestRow[]>()
  for (const row of rows)
    for (const one of [row[field]].flat()) {
      const some = index.get(asText(one)) ?? []
      some.push(row)
      index.set(asText(one), some)
    }
  return index
}

const rowTexts = new WeakMap<RestRow, string>()

function textOf(row: RestRow): string {
  const text = rowTexts.get(row) ?? JSON.stringify(row)
  rowTexts.set(row, text)
  return text
}

/** What the API answers to a query, from row `from` of the answer on. */
export function pageOf(table: RestTable, query: URLSearchParams, from: number): RestPage {
  const { limit, most, defaults = {} } = table
  const given = new Map([...Object.entries(defaults), ...query])
  const tests: (readonly [field: string, test: Test])[] = []
  let rows = table.rows
  for (const [name, value] of given) {
    const [field = '', operator = ''] = name.split('.')
    const make = operators[operator]
    if (make === undefined || !table.filters.includes(field)) continue
    if (operator === '' && rows === table.rows) rows = rowsWith(table, field, value)
    else tests.push([field, make(value)])
  }
  if (tests.length > 0) rows = rows.filter((row) => tests.every(([field, test]) => test(row[field])))
  const size = Math.min(most, Math.max(1, Number(query.get('limit') ?? limit) || limit))
  const page = sorted(rows, table, query).slice(from, from + size)
  return { texts: page.map(textOf), next: from + size < rows.length ? from + size : undefined }
}

function sorted(rows: readonly RestRow[], { style }: RestTable, query: URLSearchParams): readonly RestRow[] {
  const sort = query.get('sort')
  if (sort === null) return rows
  const keys = sort.split(',').map((key) => {
    const [field = '', way = query.get('order') ?? 'asc'] = key.split('.')
    return { field, sign: (style === 'v1' ? key.endsWith('.desc') : way === 'desc') ? -1 : 1 }
  })
  return [...rows].sort((a, b) => {
    for (const { field, sign } of keys) {
      const order = compare(a[field], b[field])
      if (order !== 0) return order * sign
    }
    return 0
  })
}
