import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Ask, DatasetName } from './ask.ts'
import { measure } from './measure.ts'

/** What two readers of equal files must agree on: texts exactly, numbers but for how a sum is rounded. */
export interface Facts {
  readonly exact: Readonly<Record<string, string>>
  readonly close: Readonly<Record<string, number>>
}

/** A Parquet file and what it must hold. */
export interface Written {
  readonly path: string
  readonly dataset: DatasetName
  readonly ask: Ask
}

export type ReaderName = 'duckdb' | 'polars'
export type ReadFacts = (reader: ReaderName, written: Written) => Promise<Facts>

const script = fileURLToPath(new URL('./read-facts.js', import.meta.url))
const tolerance = 1e-12

/** Reads in a process of its own, so that this one stays small. */
export const readFacts: ReadFacts = async (reader, written) =>
  JSON.parse((await measure([script, reader, JSON.stringify(written)])).stdout) as Facts

/** Reads a file once, and not again one with the very same bytes. */
export function factsByBytes(read: ReadFacts): ReadFacts {
  const known = new Map<string, Facts>()
  return async (reader, written) => {
    const key = `${reader} ${await hashOf(written.path)}`
    const facts = known.get(key) ?? (await read(reader, written))
    known.set(key, facts)
    return facts
  }
}

/** Through one buffer: the chunks of a stream would add up to 70 MB before they are collected. */
async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  const buffer = Buffer.allocUnsafe(1 << 20)
  const file = await open(path)
  try {
    for (let bytes = 1; bytes > 0; ) {
      bytes = (await file.read(buffer)).bytesRead
      hash.update(buffer.subarray(0, bytes))
    }
  } finally {
    await file.close()
  }
  return hash.digest('hex')
}

/** The facts that remain of a whole file's when not all of it is wanted. */
export function factsOf(totals: Facts, { columns, ticker }: Ask): Facts {
  const rows = totals.exact[ticker === undefined ? 'rows' : `rows of ${ticker}`] ?? 'not known'
  if (ticker !== undefined) return { exact: { rows }, close: {} }
  const isAsked = ([fact]: [string, unknown]): boolean => {
    const [what, column = ''] = fact.split(' of ')
    return what !== 'rows' && (!columns || columns.includes(column))
  }
  const some = <T>(facts: Readonly<Record<string, T>>): Record<string, T> =>
    Object.fromEntries(Object.entries(facts).filter(isAsked))
  return { exact: { rows, ...some(totals.exact) }, close: some(totals.close) }
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
