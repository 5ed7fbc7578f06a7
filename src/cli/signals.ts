/** Exit codes of the signals that end a run. */
const codes = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const

export interface Interrupts {
  /** Fires with the first signal. */
  readonly signal: AbortSignal
  /** Exit code of the signal that came, if one did. */
  readonly code: () => number | undefined
  /** Gives the signals their usual meaning back. */
  close(): void
}

/** Listens for what ends a run: the first signal asks it to stop, the second leaves at once. */
export function listenForSignals(told: (name: string) => void): Interrupts {
  const stop = new AbortController()
  let code: number | undefined
  const onSignal = (name: NodeJS.Signals): void => {
    if (code !== undefined) process.exit(code)
    code = codes[name as keyof typeof codes]
    told(name)
    stop.abort(new Error(`stopped by ${name}`))
  }
  const names = Object.keys(codes) as NodeJS.Signals[]
  for (const name of names) process.on(name, onSignal)
  return {
    signal: stop.signal,
    code: () => code,
    close() {
      for (const name of names) process.off(name, onSignal)
    },
  }
}
