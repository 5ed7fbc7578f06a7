/** Why a run stopped, and the exit code that says so. Anything that is not a `MillraceError` is a bug: exit 1. */
export const exitCodes = {
  bug: 1,
  usage: 2,
  access: 3,
  missing: 4,
  network: 5,
  data: 6,
  write: 7,
  limit: 8,
  partial: 9,
} as const

export type Reason = keyof typeof exitCodes

/**
 * What may come of trying again. `soon`: the fault may pass. `slow`: the server is busy, and nobody should ask it for a
 * while. `few`: most likely the same, but a second look is cheap. `changed`: the source is no longer the one that was
 * planned for, so that only starting over, from the plan on, can succeed.
 */
export type Again = 'soon' | 'slow' | 'few' | 'changed'

export interface ErrorDetails extends ErrorOptions {
  /** What to do next, as one sentence. */
  readonly hint?: string | undefined
  /** Absent when trying again is of no use. */
  readonly again?: Again | undefined
  /** How long the server asks to be left alone. */
  readonly afterMs?: number | undefined
  /** It would be the same for every unit: the first one ends the run. */
  readonly endsRun?: true | undefined
}

/** Known to every copy of millrace: a recipe file may bring its own, whose classes are not ours. */
const mark = Symbol.for('millrace.error')

/** The base of every error thrown on purpose. Its message says where, and what is wrong, with the values. */
export abstract class MillraceError extends Error {
  readonly [mark] = true
  abstract readonly reason: Exclude<Reason, 'bug' | 'partial'>
  readonly hint: string | undefined
  readonly again: Again | undefined
  readonly afterMs: number | undefined
  readonly endsRun: true | undefined
  /** The stage that failed; the engine sets it. */
  stage: string | undefined

  constructor(message: string, { hint, again, afterMs, endsRun, ...options }: ErrorDetails = {}) {
    super(message, options)
    this.name = new.target.name
    this.hint = hint
    this.again = again
    this.afterMs = afterMs
    this.endsRun = endsRun
  }
}

/** A flag, a name or a value that means nothing here. */
export class UsageError extends MillraceError {
  readonly reason = 'usage'
}

/** No credentials, or credentials that do not open this. */
export class AccessError extends MillraceError {
  readonly reason = 'access'
}

/** What was named is not there. */
export class MissingError extends MillraceError {
  readonly reason = 'missing'
}

/** The other side could not be reached, or went away. */
export class NetworkError extends MillraceError {
  readonly reason = 'network'
}

/** Where in a CSV a value stands. */
export interface Place {
  /** Counted from 1, the header not counted. */
  readonly row: number
  /** Name of the column; absent when the whole row is meant. */
  readonly column?: string | undefined
  /** Byte offset of the row in the decompressed stream, as exactly as the parser knows it. */
  readonly offset?: number | undefined
}

/** The bytes are not what they should be. */
export class DataError extends MillraceError {
  readonly reason = 'data'
  readonly at: Place | undefined

  constructor(message: string, { at, ...details }: ErrorDetails & { readonly at?: Place } = {}) {
    super(at ? `${placeText(at)}: ${message}` : message, details)
    this.at = at
  }
}

/** The output could not be written. */
export class WriteError extends MillraceError {
  readonly reason = 'write'
}

/** The reader of our stdout closed it. Not a failure: the run ends, with exit 0. */
export class ReaderLeft extends Error {
  override readonly name = 'ReaderLeft'
}

/** Asked instead of `instanceof`, which knows the classes of one copy of millrace only. */
export const isMillraceError = (error: unknown): error is MillraceError =>
  error instanceof Error && (error as Partial<MillraceError>)[mark] === true

export const isReaderLeft = (error: unknown): boolean => error instanceof Error && error.name === 'ReaderLeft'

/** As much of a text as a message can show without hiding the rest. */
export const excerpt = (text: string): string => (text.length > 120 ? `${text.slice(0, 120)}...` : text)

/** `row 3, column price (byte 120)`: how every message names a place. */
export function placeText({ row, column, offset }: Place): string {
  return `row ${row}${column === undefined ? '' : `, column ${column}`}${offset === undefined ? '' : ` (byte ${offset})`}`
}

/** The reason of any error: `bug` for those nobody foresaw. */
export const reasonOf = (error: unknown): Reason => (isMillraceError(error) ? error.reason : 'bug')
