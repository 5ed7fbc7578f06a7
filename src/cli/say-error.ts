import { exitCodes, isMillraceError, type Reason, reasonOf } from '../core/errors.ts'

/** An error as JSON shows it. */
export interface ErrorFacts {
  readonly reason: Reason
  readonly exit: number
  readonly message: string
  readonly hint?: string | undefined
  readonly stage?: string | undefined
}

export function factsOf(error: unknown): ErrorFacts {
  const reason = reasonOf(error)
  const message = error instanceof Error ? error.message : String(error)
  const { hint, stage } = isMillraceError(error) ? error : {}
  return { reason, exit: exitCodes[reason], message, hint, stage }
}

/** An error as a person reads it: `start: message`, and what to do on the next line. A bug shows its stack. */
export function errorText(start: string, error: unknown): string {
  const { reason, message, hint } = factsOf(error)
  if (reason !== 'bug') return `${start}: ${message}\n${hint === undefined ? '' : `  hint: ${hint}\n`}`
  const stack = (error instanceof Error && error.stack) || message
  const told = stack.includes(message) ? stack : `${message}\n${stack}`
  return `${start}: ${told}\n  hint: nobody foresaw this; please report it with the lines above\n`
}

/** One line of JSON; what JSON has no numbers for is told in digits. */
export const jsonLine = (value: unknown): string =>
  `${JSON.stringify(value, (_key, part) => (typeof part === 'bigint' ? String(part) : part))}\n`

/** Tells why the program ends, on stderr. */
export function sayError(error: unknown, form: 'text' | 'json'): void {
  process.stderr.write(form === 'json' ? jsonLine({ error: factsOf(error) }) : errorText('millrace', error))
}
