import { isUtf8 } from 'node:buffer'
import { DataError } from '../core/errors.ts'
import type { Parent, RowReader } from './json-rows.ts'
import {
  char,
  eachMember,
  type JsonSpan,
  NotJson,
  skipSpace,
  skipValue,
  textAt,
  valueAt,
} from './json-scan.ts'

/** What a page says besides its rows. */
export interface PageFacts {
  /** The fields of its object that are neither lists nor objects. */
  readonly fields: ReadonlyMap<string, unknown>
  /** It has a list of rows, or the one row, where they should stand. */
  readonly hasRows: boolean
}

/** The page of an API that answers with a list and nothing else. */
const bareList: PageFacts = { fields: new Map(), hasRows: true }

/**
 * Reads one page: its rows go to the reader, whatever the order of its fields. The rows are never all of them JavaScript
 * objects, so that a page takes its bytes and the columns made of it.
 *
 * @param path of the list of rows, as `['results', 'events']`; an object in its place is one row.
 * @param where begins every message.
 * @throws {DataError} when it is no JSON or cut off.
 */
export function readPage(
  bytes: Buffer,
  path: readonly string[],
  reader: RowReader,
  where: string,
): PageFacts {
  try {
    if (!isUtf8(bytes))
      throw new NotJson(
        bytes,
        bytes.findIndex((c) => c > 127),
      )
    const at = skipSpace(bytes, 0)
    const isBare = bytes[at] === char.openList
    const found = isBare ? undefined : fieldsAt(bytes, at, path, reader)
    const end = skipSpace(bytes, found ? found.end : reader.read(bytes, at, new Map()))
    if (end < bytes.length) throw new NotJson(bytes, end)
    return found?.facts ?? bareList
  } catch (error) {
    if (!(error instanceof NotJson)) throw error
    throw new DataError(
      `${where}: no good JSON at byte ${error.offset} of ${bytes.length}: ${error.message}`,
      {
        hint: 'run again: what is done stays done',
        again: 'few',
      },
    )
  }
}

interface Found {
  readonly end: number
  readonly facts: PageFacts
}

function fieldsAt(bytes: Buffer, at: number, path: readonly string[], reader: RowReader): Found {
  const fields = new Map<string, unknown>()
  // Where nothing else of the page has to be known first, its rows are read in passing.
  let isRead = false
  const inPassing = (start: number): number => {
    isRead = true
    return reader.read(bytes, start, new Map())
  }
  const spans = new Map<string, JsonSpan>()
  const end = eachMember(bytes, at, (key, start) => {
    const name = textAt(bytes, key, keyEnd(bytes, key))
    if (!isRead && path.length === 1 && name === path[0] && !reader.wantsParent && isNested(bytes, start))
      return inPassing(start)
    const end = skipValue(bytes, start)
    if (isNested(bytes, start)) spans.set(name, { start, end })
    else fields.set(name, valueAt(bytes, start, end))
    if (!isNested(bytes, start) && reader.wantsParent) spans.set(name, { start, end })
    return end
  })
  return { end, facts: { fields, hasRows: isRead || readBelow(bytes, spans, path, reader) } }
}

/** Goes down the path, and reads the rows at its end. */
function readBelow(bytes: Buffer, spans: Parent, path: readonly string[], reader: RowReader): boolean {
  const [name = '', ...rest] = path
  const span = spans.get(name)
  if (span === undefined || !isNested(bytes, span.start)) return false
  if (rest.length === 0) {
    reader.read(bytes, span.start, spans)
    return true
  }
  if (bytes[span.start] !== char.openObject) return false
  const inner = new Map<string, JsonSpan>()
  eachMember(bytes, span.start, (key, start) => {
    const end = skipValue(bytes, start)
    inner.set(textAt(bytes, key, keyEnd(bytes, key)), { start, end })
    return end
  })
  return readBelow(bytes, inner, rest, reader)
}

const keyEnd = skipValue
const isNested = (bytes: Buffer, at: number): boolean =>
  bytes[at] === char.openObject || bytes[at] === char.openList
