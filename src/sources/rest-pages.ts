import { column } from '../columnar/column.ts'
import { readPage } from '../columnar/json-page.ts'
import { createRowReader, emptyBatch, type JsonColumns, type Taken } from '../columnar/json-rows.ts'
import { DataError, excerpt } from '../core/errors.ts'
import type { Run } from '../core/run.ts'
import type { Batch } from '../core/schema.ts'
import { type Source, source } from '../core/stage.ts'
import { type Api, sharedApi } from '../remote/api.ts'
import { type ApiAsked, type ApiPlace, apiError, askedText, nextPath, wordsOf } from '../remote/api-errors.ts'
import { startAsking } from '../remote/asking.ts'

/** Of whom every row must be: the API ignores parameters that it does not know, and answers with everybody's rows. */
export interface RowIdentity {
  /** A column of text; one that holds a list with commas must contain `is`. */
  readonly column: string
  readonly is: string
}

export interface RestPagesOptions {
  readonly place: ApiPlace
  /** As `/stocks/v1/dividends`. */
  readonly path: string
  readonly query?: Readonly<Record<string, string | number>>
  readonly columns: JsonColumns
  /** Where in a page its rows stand, with points: `results` when it is not given. An object there is one row. */
  readonly rowsPath?: string
  /** `empty`: that the API does not know what is asked for (404) is an answer of no rows. */
  readonly missing?: 'empty' | 'error'
  readonly identity?: RowIdentity
  /** Fields that no column knows of are left out: with a warning, or because the columns are but some of those there are. */
  readonly others?: 'warn' | 'ignore'
  /** With more, it is taken to go on for ever. */
  readonly mostPages?: number
  /** Of one page, inflated. */
  readonly mostPageBytes?: number
}

const mostPagesDefault = 100_000
const mostPageBytesDefault = 1 << 29

/**
 * The rows of an endpoint of the REST API, page after page, in the columns asked for: within the budget of requests and at
 * the rate of the run, with the key that it lends under `rest`. A page is asked for again as a whole, and nothing of it is
 * emitted before all of it has come and been read.
 *
 * @throws {AccessError} when the key or the plan does not open it, {MissingError} when it is not there, {NetworkError} when
 * retries have not helped, {DataError} when pages are no JSON, repeat themselves or hold rows of others.
 */
export function restPages(options: RestPagesOptions): Source<Batch> {
  return source('rest-pages', (run) => read(options, run))
}

async function* read(options: RestPagesOptions, run: Run): AsyncGenerator<Batch> {
  const { columns, identity, mostPages = mostPagesDefault } = options
  const api = sharedApi(options.place, run)
  const asking = startAsking(run, run.signal)
  const ask = pageReader(options, api, run)
  const notAgain = createTrail(mostPages)
  let path: string | undefined = `${options.path}${queryText(options.query)}`
  for (let page = 1; path !== undefined; page++) {
    const at: string = path
    notAgain(api.asked(at), page)
    const { next, wireBytes, ...taken } = await run.until(asking.answer(() => ask(at, page)))
    asking.renew()
    if (identity) for (const batch of taken.batches) checkIdentity(batch, identity, api.asked(at))
    run.count('bytesIn', wireBytes)
    tell(options.others === 'ignore' ? { ...taken, extra: [] } : taken, options.path, run)
    if (page === 1 && taken.batches.length === 0) yield emptyBatch(columns)
    yield* taken.batches
    path = next
  }
}

/** What is to be said of a page besides its good rows. */
function tell({ rows, rejected, extra, rounded }: Taken, path: string, run: Run): void {
  run.count('rowsIn', rows)
  for (const row of rejected) run.reject(row)
  for (const name of extra) run.warn(`${path}: a field that no column knows of was left out: ${name}`)
  for (const { name, text } of rounded)
    run.warn(
      `${path}: ${name} ${excerpt(text)} is a whole number that no double holds: the nearest was taken`,
    )
}

/** Fails when a page was there before, or there are too many. */
function createTrail(mostPages: number) {
  const visited = new Set<string>()
  return (asked: ApiAsked, page: number): void => {
    const names = [asked.path, cursorOf(asked.path)].filter((name) => name !== undefined)
    if (names.some((name) => visited.has(name)))
      throw endless(asked, `page ${page} is one that has come before: next_url goes in a circle`)
    if (page > mostPages) throw endless(asked, `there is a page after the ${mostPages} that are allowed`)
    for (const name of names) visited.add(name)
  }
}

interface Page extends Taken {
  readonly next: string | undefined
  readonly wireBytes: number
}

/** Asks for a page, reads it, and holds it against what a page must be. */
function pageReader(options: RestPagesOptions, api: Api, { signal }: Run) {
  const { columns, missing, rowsPath = 'results', mostPageBytes = mostPageBytesDefault } = options
  let reader = createRowReader(columns)
  return async (path: string, page: number): Promise<Page> => {
    const { body, wireBytes } = await api.get(path, {
      signal,
      mostBytes: mostPageBytes,
      missing: page === 1 ? missing : 'error',
    })
    const asked = api.asked(path)
    if (!/^\s*[[{]/.test(body.toString('latin1', 0, 64))) throw apiError({ codes: ['NOT_JSON'] }, asked)
    try {
      const { fields, hasRows } = readPage(body, rowsPath.split('.'), reader, askedText(asked))
      checkStatus(fields, hasRows, asked)
      const nextUrl = fields.get('next_url')
      const next = typeof nextUrl === 'string' && nextUrl !== '' ? nextPath(nextUrl, asked) : undefined
      return { ...reader.take(), next, wireBytes }
    } catch (error) {
      // It holds rows of a page that will be asked for once more.
      reader = createRowReader(columns, reader.numbered)
      throw error
    }
  }
}

/** An error may come with status 200 as well. */
function checkStatus(fields: ReadonlyMap<string, unknown>, hasRows: boolean, asked: ApiAsked): void {
  const status = fields.get('status') ?? 'OK'
  const isGood = status === 'OK' || status === 'DELAYED'
  if (isGood && (hasRows || fields.get('count') === 0)) return
  const says = wordsOf({
    status,
    error: fields.get('error'),
    message: fields.get('message'),
  })
  const word = isGood ? [] : [String(status).slice(0, 40)]
  throw apiError({ codes: [...word, 'NO_RESULTS'], says }, asked)
}

const decoder = new TextDecoder()

function checkIdentity(batch: Batch, { column: name, is }: RowIdentity, asked: ApiAsked): void {
  const { values, offsets, isValid, length } = column<Record<string, 'utf8'>, string>(
    batch as Batch<Record<string, 'utf8'>>,
    name,
  )
  for (let row = 0; row < length; row++) {
    const text = isValid(row) ? decoder.decode(values.subarray(offsets[row], offsets[row + 1])) : ''
    if (text === is || text.split(',').includes(is)) continue
    const found = text === '' ? 'nobody' : excerpt(text)
    throw new DataError(`${askedText(asked)}: a row of ${found} where ${is} was asked for`, {
      hint: `the API ignored the parameter, as it does those that it does not know: look whether it is still called so`,
    })
  }
}

function endless(asked: ApiAsked, what: string): DataError {
  return new DataError(`${askedText(asked)}: ${what}`, {
    hint: 'what had come of it was dropped; run again, and tell the vendor if it stays so',
  })
}

function queryText(query: RestPagesOptions['query']): string {
  const text = new URLSearchParams(
    Object.entries(query ?? {}).map(([name, value]): [string, string] => [name, String(value)]),
  ).toString()
  return text === '' ? '' : `?${text}`
}

const cursorOf = (path: string): string | undefined =>
  new URLSearchParams(path.split('?')[1]).get('cursor') ?? undefined
