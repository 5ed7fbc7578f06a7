import { mkdir, readFile } from 'node:fs/promises'
import { column } from '../columnar/column.ts'
import { cellPrinter } from '../columnar/print.ts'
import { makeStateFolder } from '../core/durable-file.ts'
import { DataError } from '../core/errors.ts'
import { parseObject } from '../core/json.ts'
import { same } from '../core/manifest.ts'
import { passIf } from '../core/pass-if.ts'
import type { Run } from '../core/run.ts'
import { replaceWhole, statePath } from '../core/state-file.ts'
import { tickers as tickersTable } from '../datasets/rest-reference.ts'
import { restRows } from './rest-rows.ts'
import { tickersUnit } from './rest-units.ts'

/** Which companies are meant where nobody names them. */
export interface Universe {
  /** As the vendor has them: CS, ADRC. */
  readonly types: readonly string[]
  /** Folder of the lake, which keeps the list. */
  readonly out: string
  /** Base URL of the API. */
  readonly api: string
  /** Asks for the list anew. */
  readonly newUniverse: boolean
}

interface Kept {
  readonly v: 1
  readonly types: readonly string[]
  readonly at: string
  readonly tickers: readonly string[]
}

/**
 * All tickers of some types, active and delisted, in order. A lake keeps the list that it was made with, so that tomorrow it
 * is the same one, batch by batch.
 *
 * @throws what `restPages` throws; {DataError} when the list that a lake keeps cannot be read.
 */
export async function universeOf(universe: Universe, run: Run): Promise<readonly string[]> {
  const { types, out, api, newUniverse } = universe
  const path = statePath(out, 'universe.json')
  const kept = newUniverse ? undefined : await readKept(path)
  if (kept && same(kept.types, types)) return kept.tickers
  const unit = tickersUnit(tickersTable, { types, active: [true, false] })
  const found = new Set<string>()
  for await (const batch of restRows(tickersTable, unit, api).open(run) as AsyncIterable<never>) {
    const print = cellPrinter(column(batch, 'ticker'))
    for (let row = 0; row < (batch as { numRows: number }).numRows; row++) found.add(print(row) ?? '')
  }
  const tickers = [...found].filter((ticker) => ticker !== '').sort()
  await keep({ v: 1, types, at: new Date(run.clock.wallMs()).toISOString(), tickers }, { out, path }, run)
  return tickers
}

async function readKept(path: string): Promise<Kept | undefined> {
  const text = await readFile(path, 'utf8').catch(passIf('ENOENT', 'ENOTDIR'))
  if (text === undefined) return undefined
  const kept = parseObject<Kept>(text)
  if (kept?.v === 1 && Array.isArray(kept.tickers) && Array.isArray(kept.types)) return kept as Kept
  throw new DataError(`${path}: no list of tickers that this version can read`, {
    hint: 'remove it, or ask for a new list with --new-universe',
  })
}

async function keep(list: Kept, { out, path }: { out: string; path: string }, run: Run): Promise<void> {
  await makeStateFolder(out)
  await mkdir(statePath(out, 'tmp'), { recursive: true, mode: 0o700 })
  await replaceWhole(path, `${JSON.stringify(list)}\n`, {
    temp: statePath(out, 'tmp', run.epoch, 'universe'),
    durability: run.durability,
  })
}
