import { type Fault, strikesOf } from './s3-faults.ts'

/** What goes wrong with a request to the REST server: a record that JSON can hold. What it names happens together. */
export interface RestFault
  extends Pick<
    Fault,
    'after' | 'times' | 'noAnswer' | 'resetAfter' | 'endAfter' | 'stallAfter' | 'trickle' | 'contentLength'
  > {
  /** What path and query contain. The first fault of the table that fits and is not used up strikes. */
  readonly path?: string
  /** Answers with this, and with `says` as its text or its fields. */
  readonly status?: number
  readonly says?: string | Readonly<Record<string, unknown>>
  /** In seconds, or a date of HTTP. */
  readonly retryAfter?: number | string
  /** A redirect to there, with `status`. */
  readonly location?: string
  /** The next page is said to be there; `same`: where this one is. */
  readonly nextUrl?: string
  /** These fields of the page are left out. */
  readonly without?: readonly string[]
  /** The first row has these fields instead, as one of another company would. */
  readonly row?: Readonly<Record<string, unknown>>
  /** The text of the page ends after so many characters, and the headers agree with it. */
  readonly cutAt?: number
}

/** Answers which fault strikes a request, and counts it. */
export function restFaultTable(faults: readonly RestFault[]): (url: string) => RestFault | undefined {
  const rows = faults.map((fault) => ({ fault, strikes: strikesOf(fault) }))
  return (url) => rows.find(({ fault, strikes }) => url.includes(fault.path ?? '') && strikes())?.fault
}

/** The text of a page with what the fault does to it. */
export function spoiled(
  text: string,
  { nextUrl, without = [], row, cutAt, says }: RestFault,
  url: string,
): string {
  if (says !== undefined) return typeof says === 'string' ? says : JSON.stringify(says)
  const page = JSON.parse(text) as Record<string, unknown>
  if (nextUrl !== undefined) page['next_url'] = nextUrl === 'same' ? url : nextUrl
  const rows = page['results']
  if (row && Array.isArray(rows)) rows[0] = { ...rows[0], ...row }
  for (const name of without) delete page[name]
  return JSON.stringify(page).slice(0, cutAt)
}
