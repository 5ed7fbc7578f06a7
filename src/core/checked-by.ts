import { alsoInto } from './also-into.ts'
import { type Bytes, sink, type Transform } from './stage.ts'

/**
 * Passes bytes on as they are, and through another stage as well, whose output nobody keeps:
 * `from(object).through(checkedBy(gunzip()))` proves that an object unpacks.
 */
export function checkedBy(check: Transform<Bytes, unknown>): Transform<Bytes, Bytes> {
  return alsoInto(
    sink(check.name, (run) => async (input) => {
      const opened = check.open(run)
      if (typeof opened !== 'function')
        throw new TypeError(`${check.name} opens to a stream: only functions can be branches`)
      for await (const _ of opened(input)) run.signal.throwIfAborted()
    }),
  )
}
