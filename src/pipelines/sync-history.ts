import type { Gathered, GatheredUnit } from '../core/gathered.ts'
import type { Manifest } from '../core/manifest.ts'
import type { Identity } from '../core/recipe.ts'
import type { Shape } from '../core/stage.ts'
import type { Layout, MergeRule } from '../lake/merge-rule.ts'
import type { Compression, ParquetOptions } from '../lake/parquet-options.ts'
import { syncedOf } from './rest-units.ts'
import { isWindow } from './rest-windows.ts'

/** A unit that was asked for whole. */
export interface Asked {
  readonly at: string
  readonly identity: Identity | undefined
  /** How many rows it brought. */
  readonly rows: number
}

/** What has been asked for a table of a lake. */
export interface TableHistory {
  /** By ticker. */
  readonly companies: ReadonlyMap<string, Asked>
  /** By the name of the window; `all` of a table that has none. */
  readonly windows: ReadonlyMap<string, Asked>
  /** When it was last asked what is new, by ticker, or `all`. */
  readonly synced: ReadonlyMap<string, Synced>
  /** No file of it has been lost: what was done still counts. */
  readonly isWhole: boolean
  /** How its rows lie; absent of a table that is new. */
  readonly layout?: Layout
  readonly compression?: Compression
  readonly keepRestatements?: 'yes' | 'no'
}

interface Synced {
  /** Of what is in the files: the next one goes on from there. */
  readonly mergedAt?: string
  /** Of that, or of what waits. What waits gives way to a newer answer of the same name, which therefore begins no later. */
  readonly at: string
}

interface Lake {
  readonly gathered: Gathered
  readonly manifest: Manifest
}

/** What a lake knows of the units of a table. */
export async function historyOf({ gathered, manifest }: Lake, table: string): Promise<TableHistory> {
  const companies = new Map<string, Asked>()
  const windows = new Map<string, Asked>()
  const synced = new Map<string, Synced>()
  for (const unit of gathered.unitsOf(table)) {
    const whose = syncedOf(unit.unit)
    if (whose !== undefined) synced.set(whose, syncedBy(unit, synced.get(whose)))
    else (isWindow(unit.unit) ? windows : companies).set(unit.unit, askedBy(unit))
  }
  const isWhole = await gathered.isWhole(table)
  return { companies, windows, synced, isWhole, ...formOf(shapeIn({ gathered, manifest }, table)) }
}

const askedBy = ({ at, identity, rows }: GatheredUnit): Asked => ({ at, identity, rows })

const syncedBy = ({ at, waits }: GatheredUnit, before: Synced | undefined): Synced => ({
  ...before,
  at,
  ...(!waits && { mergedAt: at }),
})

function shapeIn({ gathered, manifest }: Lake, table: string): Shape | undefined {
  for (const line of manifest.values())
    if (line.table === table && line.files.length > 0 && line.shape['merge']) return line.shape
  return gathered.waiting.find((head) => head.table === table)?.shape
}

function formOf(shape: Shape | undefined): Pick<TableHistory, 'layout' | 'compression' | 'keepRestatements'> {
  if (!shape) return {}
  const { layout, keeps } = shape['merge'] as MergeRule
  const { compression } = (shape['parquet'] ?? {}) as Partial<ParquetOptions>
  const keepRestatements = keeps === 'newest' ? 'no' : 'yes'
  return { layout, keepRestatements, ...(compression && { compression }) }
}
