import { fileURLToPath } from 'node:url'
import { measure } from './measure.ts'

/** What two readers of equal files must agree on: texts exactly, numbers but for how a sum is rounded. */
export interface Facts {
  readonly exact: Readonly<Record<string, string>>
  readonly close: Readonly<Record<string, number>>
}

export type ReaderName = 'duckdb' | 'polars' | 'sample'

const script = fileURLToPath(new URL('./read-facts.js', import.meta.url))
const tolerance = 1e-12

/** Reads in a process of its own, so that this one stays small. What is read: a path, or a sample's options as JSON. */
export async function readFacts(reader: ReaderName, what: string): Promise<Facts> {
  return JSON.parse((await measure([script, reader, what])).stdout) as Facts
}

/** Throws at the first of the facts asked for that is not as it should be. */
export function assertAgree(who: string, found: Facts, asked: Facts): void {
  for (const [name, value] of Object.entries(asked.exact))
    if (found.exact[name] !== value)
      throw new Error(`${who}: ${name} is ${found.exact[name]}, should be ${value}`)
  for (const [name, value] of Object.entries(asked.close))
    if (!(Math.abs((found.close[name] ?? Number.NaN) - value) <= tolerance * Math.abs(value)))
      throw new Error(`${who}: ${name} is ${found.close[name]}, should be ${value}`)
}
