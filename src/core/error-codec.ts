import {
  AccessError,
  DataError,
  isMillraceError,
  isReaderLeft,
  MillraceError,
  MissingError,
  NetworkError,
  ReaderLeft,
  UsageError,
  WriteError,
} from './errors.ts'

type Kind = MillraceError['reason']

interface Common {
  readonly name: string
  readonly message: string
  readonly stack: string | undefined
  /** Absent when it has none; `undefined` may be one. */
  readonly cause?: EncodedError
}

/**
 * Any thrown value in a form that a port can carry. Of errors that are not ours only what is named here: that of an SDK
 * may hold its request, keys and all.
 */
export type EncodedError =
  | (Common & {
      readonly is: 'ours'
      readonly kind: Kind
      /** All else that it says: hint, stage, place and whatever errors of ours come to hold. */
      readonly facts: Readonly<Record<string, unknown>>
    })
  | (Common & { readonly is: 'reader-left' })
  | (Common & { readonly is: 'foreign'; readonly code: string | number | undefined })
  /** Something thrown that is no error. */
  | { readonly is: 'value'; readonly value: unknown }

/** Where a chain of causes is cut off: one may lead back to its beginning. */
const mostCauses = 8

/** Takes an error apart. */
export function encodeError(error: unknown, causesLeft = mostCauses): EncodedError {
  if (!(error instanceof Error)) return { is: 'value', value: cloneable(error) }
  const common: Common = {
    name: String(error.name),
    message: String(error.message),
    stack: error.stack,
    ...(error.cause !== undefined && causesLeft > 0 && { cause: encodeError(error.cause, causesLeft - 1) }),
  }
  if (isReaderLeft(error)) return { is: 'reader-left', ...common }
  if (isMillraceError(error)) {
    const facts = Object.entries(error).map(([key, value]) => [key, cloneable(value)] as const)
    return { is: 'ours', ...common, kind: error.reason, facts: Object.fromEntries(facts) }
  }
  const { code } = error as { readonly code?: unknown }
  const known = typeof code === 'string' || typeof code === 'number'
  return { is: 'foreign', ...common, code: known ? code : undefined }
}

function cloneable(value: unknown): unknown {
  try {
    return structuredClone(value)
  } catch {
    // A function, or something that holds one: what it says of itself is all that can be told of it.
    return String(value)
  }
}

/** Puts an error together again: of the same class, if it is one of ours, else an `Error` that goes by its name. */
export function decodeError(encoded: EncodedError): unknown {
  if (encoded.is === 'value') return encoded.value
  const { stack, cause } = encoded
  return define(bare(encoded, cause && { cause: decodeError(cause) }), 'stack', stack)
}

function bare(encoded: Exclude<EncodedError, { is: 'value' }>, details: ErrorOptions | undefined): Error {
  const { name, message } = encoded
  if (encoded.is === 'reader-left') return new ReaderLeft(message, details)
  if (encoded.is === 'foreign') {
    const { code } = encoded
    return Object.assign(define(new Error(message, details), 'name', name), code !== undefined && { code })
  }
  // Afterwards: given a place, the constructor would put it into the message once more.
  return Object.assign(ours(encoded.kind, message, details), encoded.facts)
}

/** As it is on errors that were thrown here: there, and not among what is listed. */
const define = (error: Error, key: 'name' | 'stack', value: string | undefined): Error =>
  Object.defineProperty(error, key, { value, writable: true, configurable: true })

const classes: Readonly<
  Partial<Record<Kind, new (message: string, details?: ErrorOptions) => MillraceError>>
> = {
  usage: UsageError,
  access: AccessError,
  missing: MissingError,
  network: NetworkError,
  data: DataError,
  write: WriteError,
}

function ours(kind: Kind, message: string, details: ErrorOptions | undefined): MillraceError {
  const Known = classes[kind]
  if (Known) return new Known(message, details)
  // A recipe file may bring another copy of millrace, which knows a reason that has no class here.
  return new (class extends MillraceError {
    override readonly reason = kind
  })(message, details)
}
