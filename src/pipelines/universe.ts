import { readFile } from 'node:fs/promises'
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
import { dayOfTime, todayOf } from './flat-dates.ts'
import { answers } from './rest-rows.ts'
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

/** Shares of companies, and receipts for shares of foreign ones. */
export const commonStocks: readonly string[] = ['CS', 'ADRC']

/** The companies of a lake, and how they have changed. */
export interface Companies {
  /** In order. */
  readonly tickers: readonly string[]
  /** Those that an earlier list had not, and since when they are in it, as ISO 8601 in UTC. */
  readonly added: Readonly<Record<string, string>>
  /** Those that an earlier list had, as of a company that has another ticker now. */
  readonly gone: Readonly<Record<string, string>>
}

interface Kept extends Companies {
  readonly v: 1
  readonly types: readonly string[]
  readonly at: string
}

/**
 * All tickers of some types, active and delisted, in order. A lake keeps the list that it was made with, so that tomorrow it
 * is the same one, batch by batch.
 *
 * @throws what `restPages` throws; {DataError} when the list that a lake keeps cannot be read.
 */
export async function universeOf(universe: Universe, run: Run): Promise<readonly string[]> {
  const kept = await readKept(pathOf(universe))
  const isFresh = !universe.newUniverse && kept && same(kept.types, universe.types)
  return (isFresh ? kept : await askAnew(universe, kept, run)).tickers
}

/**
 * The same as it is today: asked for anew once a day, of the types that it is of where none are named.
 *
 * @param begin makes a list, where the lake keeps none; without it there is none then.
 */
export async function universeToday(
  {
    out,
    api,
    types: asked,
  }: Pick<Universe, 'out' | 'api'> & { readonly types: Universe['types'] | undefined },
  run: Run,
  { begin }: { readonly begin: boolean },
): Promise<Companies | undefined> {
  const kept = await readKept(pathOf({ out }))
  const universe = { out, api, types: asked ?? kept?.types ?? commonStocks }
  if (!kept) return begin ? askAnew(universe, kept, run) : undefined
  const isFresh = same(kept.types, universe.types) && dayOfTime(kept.at) === todayOf(run)
  return isFresh ? kept : askAnew(universe, kept, run)
}

const pathOf = ({ out }: Pick<Universe, 'out'>): string => statePath(out, 'universe.json')

async function askAnew(
  universe: Omit<Universe, 'newUniverse'>,
  before: Kept | undefined,
  run: Run,
): Promise<Kept> {
  const { types, api } = universe
  const unit = tickersUnit(tickersTable, { types, active: [true, false] })
  const found = new Set<string>()
  for await (const batch of answers(tickersTable, unit, api, run)) {
    const print = cellPrinter(column(batch, 'ticker'))
    for (let row = 0; row < batch.numRows; row++) found.add(print(row) ?? '')
  }
  const tickers = [...found].filter((ticker) => ticker !== '').sort()
  const at = new Date(run.clock.wallMs()).toISOString()
  const list = { v: 1, types, at, tickers, ...changes(tickers, before, { types, at }) } as const
  if (!run.looksOnly) await keep(list, { out: universe.out, path: pathOf(universe) }, run)
  return list
}

/** What a list has come to, beside one of the same types. */
function changes(
  tickers: readonly string[],
  before: Kept | undefined,
  { types, at }: Pick<Kept, 'types' | 'at'>,
): Pick<Kept, 'added' | 'gone'> {
  if (!before || !same(before.types, types)) return { added: {}, gone: {} }
  const [now, then] = [new Set(tickers), new Set(before.tickers)]
  const stamped = (some: readonly string[]) => Object.fromEntries(some.map((ticker) => [ticker, at]))
  const still = (some: Kept['added'] | undefined, isStill: (ticker: string) => boolean) =>
    Object.fromEntries(Object.entries(some ?? {}).filter(([ticker]) => isStill(ticker)))
  return {
    added: {
      ...still(before.added, (ticker) => now.has(ticker)),
      ...stamped(tickers.filter((ticker) => !then.has(ticker))),
    },
    gone: {
      ...still(before.gone, (ticker) => !now.has(ticker)),
      ...stamped(before.tickers.filter((ticker) => !now.has(ticker))),
    },
  }
}

async function readKept(path: string): Promise<Kept | undefined> {
  const text = await readFile(path, 'utf8').catch(passIf('ENOENT', 'ENOTDIR'))
  if (text === undefined) return undefined
  const kept = parseObject<Kept>(text)
  if (kept?.v === 1 && Array.isArray(kept.tickers) && Array.isArray(kept.types))
    return { ...(kept as Kept), added: kept.added ?? {}, gone: kept.gone ?? {} }
  throw new DataError(`${path}: no list of tickers that this version can read`, {
    hint: 'remove it, or ask for a new list with --new-universe',
  })
}

async function keep(list: Kept, { out, path }: { out: string; path: string }, run: Run): Promise<void> {
  await makeStateFolder(out)
  await replaceWhole(path, `${JSON.stringify(list)}\n`, {
    temp: statePath(out, 'tmp', run.epoch, 'universe'),
    durability: run.durability,
  })
}
