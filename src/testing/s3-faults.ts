import type { Refusal } from './s3-answers.ts'

/**
 * What goes wrong with a request: a record that JSON can hold. What it names happens together: a body without length that
 * ends early is `{ "op": "get", "contentLength": "absent", "endAfter": 10 }`.
 */
export interface Fault extends Partial<Refusal> {
  /** The first one in the table that fits an admitted request and is not used up strikes it, and no other one does. */
  readonly op: 'get' | 'list' | 'head'
  /** How the key ends; of a listing, how its prefix ends. */
  readonly key?: string
  /** Strikes only requests for a part, as after a drop, or only those for the whole. */
  readonly asks?: 'part' | 'whole'
  /** So many requests that it fits are let pass first. */
  readonly after?: number
  /** How many requests it strikes then; without it, all of them. */
  readonly times?: number

  /** The server does all that was asked, and then the connection is cut, or says nothing, before the answer begins. */
  readonly noAnswer?: 'reset' | 'stall'
  /**
   * After so many bytes of this answer's body: a reset, a clean end, or nothing more until the client leaves. A reset may
   * take the last bytes along when the client is slow or in another process; an end does not.
   */
  readonly resetAfter?: number
  readonly endAfter?: number
  readonly stallAfter?: number
  /** The body comes in pieces of so many bytes, with a pause before each. */
  readonly trickle?: { readonly bytes: number; readonly everyMs: number }
  /** The header alone is wrong; the connection ends after the body. */
  readonly contentLength?: number | 'absent'
  /** The header alone is wrong. */
  readonly contentRange?: string | 'absent'
  /** The request is answered as if it did not have these headers. */
  readonly ignores?: readonly ('if-match' | 'range')[]
  /** One byte, at an offset in the object (of a listing: in its text). */
  readonly corrupt?: { readonly at: number; readonly xor: number }
  /** From this request on, for every key that ends with `key`; strikes once, as it lasts. */
  readonly etag?: string
}

/** A request, as far as faults choose by it. */
interface Struck {
  readonly op: Fault['op']
  readonly key: string
  readonly range: string | undefined
}

/** Answers which fault strikes a request, and counts it. */
export function faultTable(faults: readonly Fault[]): (request: Struck) => Fault | undefined {
  const rows = faults.map((fault) => ({ fault, strikes: strikesOf(fault) }))
  return (request) => rows.find(({ fault, strikes }) => fits(fault, request) && strikes())?.fault
}

function fits({ op, key = '', asks }: Fault, request: Struck): boolean {
  if (asks !== undefined && (asks === 'part') !== (request.range !== undefined)) return false
  return op === request.op && request.key.endsWith(key)
}

/** Whether a fault strikes the next of the requests that it fits. */
export function strikesOf({
  after = 0,
  times,
  etag,
}: Pick<Fault, 'after' | 'times' | 'etag'>): () => boolean {
  const last = after + (times ?? (etag === undefined ? Number.POSITIVE_INFINITY : 1))
  let met = 0
  return () => {
    // Not counted on: what is used up leaves the request to the faults after it.
    if (met < last) met++
    else return false
    return met > after
  }
}
