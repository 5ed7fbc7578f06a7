/** Exit codes of the signals that end a run. */
const codes = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const

export interface Interrupts {
  /** Fires with the first signal that comes while the run works. */
  readonly signal: AbortSignal
  /** Exit code of the signal that came, if one did. */
  readonly code: () => number | undefined
  /** From now on the first signal asks the run to stop, and is told; the second leaves at once. */
  working(told: (name: string) => void): void
  /** From now on each signal leaves at once. */
  over(): void
}

/**
 * Takes what ends a run, from now to the end of the process: the default action would end it without an exit code. A
 * signal leaves at once, but for the first while the run works.
 */
export function listenForSignals(): Interrupts {
  const stop = new AbortController()
  let code: number | undefined
  let tell: ((name: string) => void) | undefined
  const onSignal = (name: NodeJS.Signals): void => {
    const first = code === undefined
    code ??= codes[name as keyof typeof codes]
    if (!first || !tell) process.exit(code)
    tell(name)
    stop.abort(new Error(`stopped by ${name}`))
  }
  for (const name of Object.keys(codes)) process.on(name, onSignal)
  return {
    signal: stop.signal,
    code: () => code,
    working(told) {
      tell = told
    },
    over() {
      tell = undefined
    },
  }
}
