import { createHash } from 'node:crypto'
import { mkdir, open, readFile, rename } from 'node:fs/promises'
import { join, relative, resolve, sep } from 'node:path'
import { syncFile, syncFolder } from '../core/durability.ts'
import { discard, makeStateFolder, writeError } from '../core/durable-file.ts'
import type { Observer } from '../core/ledger.ts'
import { passIf } from '../core/pass-if.ts'
import type { Unit } from '../core/recipe.ts'
import type { Run } from '../core/run.ts'
import type { Slot } from '../core/stage.ts'
import { statePath } from '../core/state-file.ts'
import { isOfTable } from './layout.ts'
import type { LakeTable } from './parquet-tables.ts'
import { viewsSql } from './views-sql.ts'

/** Beside the tables: their readers look into their folders, and for names that end in .parquet. */
export const viewsFile = (root: string): string => join(root, 'views.sql')

type Writing = Pick<Run, 'durability'>

/** With hyparquet, which a run that has written nothing has no need of. */
const loadTables = () => import('./parquet-tables.ts')

/** More often than any number of runs would sweep what they take for left over. */
const mostTries = 100

/**
 * Writes `views.sql` anew. Who reads it meanwhile sees the old or the new one. Of several that write it at once the last
 * leaves what all of them have added: each looks again when its own is there. No lock is taken.
 *
 * @returns the tables in it.
 * @throws {UsageError} when the folder is no lake, {WriteError} when it cannot be written.
 */
export async function writeViews(root: string, run: Writing): Promise<readonly LakeTable[]> {
  const { tablesOf } = await loadTables()
  for (let tries = 1; ; tries++) {
    const tables = await tablesOf(root)
    const text = marked(root, tables)
    const there = await textThere(root)
    // A lake without tables has nothing to view; where all of them were removed an old file is corrected.
    if (there === text || (there === undefined && tables.length === 0)) return tables
    try {
      await replace(root, text, run)
    } catch (error) {
      // A run that has just begun may have swept the temporary file away.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || tries === mostTries)
        throw writeError(viewsFile(root), error)
    }
  }
}

/** Keeps `views.sql` up to date with what a run writes. */
export interface ViewsKeeper {
  readonly observer: Observer
  /**
   * Writes it, where the run has made a new table or changed the columns of one, or the lake was moved, or the run before was
   * killed when all was done but this. What is there tells, beside a footer for each table that was written to: the manifest
   * is read only to write. Where units share files, planning has read it already: each table is looked at, and what a run before has
   * made of it.
   */
  update(run: Writing): Promise<void>
}

export function keepViews(): ViewsKeeper {
  const slots = new Map<Unit, Slot>()
  const done = new Map<string, Slot>()
  const gathering = new Set<string>()
  const written = new Map<string, { readonly slot: Slot; readonly path: string }>()
  return {
    observer: {
      planned(units) {
        for (const { unit, slot, shape, gathers, done: isDone } of units) {
          if (!slot) continue
          slots.set(unit, slot)
          if (isDone && !gathers && shape['format'] === 'parquet') done.set(tableKey(slot), slot)
          // Units that share files have none of their own: their table is there once all are merged.
          if (gathers) gathering.add(slot.root)
        }
      },
      done(unit, { outputs }) {
        const slot = slots.get(unit)
        const paths = outputs.flatMap(({ files }) => files.map(({ path }) => path))
        const [path] = slot
          ? paths.map((one) => relative(slot.root, one).split(sep).join('/')).filter(isIn(slot))
          : []
        if (slot && path !== undefined) written.set(tableKey(slot), { slot, path })
      },
    },
    async update(run) {
      for (const root of gathering) await writeViews(root, run)
      for (const { slot, path } of written.values()) {
        const { tableAt } = await loadTables()
        const table = await tableAt(slot.root, slot.table, path)
        const known = await marksThere(slot.root)
        if (![placeMark(slot.root), tableMark(table)].every((mark) => known.includes(mark)))
          await writeViews(slot.root, run)
      }
      for (const { root, table } of done.values()) {
        const known = await marksThere(root)
        if (!known.some((mark) => mark.startsWith(nameMark(table)))) await writeViews(root, run)
      }
    },
  }
}

const tableKey = ({ root, table }: Slot): string => `${root}\n${table}`

const isIn =
  ({ table }: Slot) =>
  (path: string): boolean =>
    isOfTable(path, table)

const marked = (root: string, tables: readonly LakeTable[]): string =>
  [viewsSql(root, tables), '-- What this was made for:', placeMark(root), ...tables.map(tableMark), ''].join(
    '\n',
  )

const placeMark = (root: string): string => `-- lake ${JSON.stringify(resolve(root))}`

const nameMark = (name: string): string => `-- table ${JSON.stringify(name)} `

const tableMark = ({ name, levels, columns }: LakeTable): string =>
  nameMark(name) +
  createHash('sha256')
    .update(JSON.stringify([levels, columns]))
    .digest('hex')
    .slice(0, 16)

const marksThere = async (root: string): Promise<readonly string[]> =>
  (await textThere(root))?.split('\n').filter((line) => line.startsWith('-- ')) ?? []

const textThere = async (root: string): Promise<string | undefined> =>
  readFile(viewsFile(root), 'utf8').catch(passIf('ENOENT', 'ENOTDIR'))

/** As other files of a lake, and not those of its state: whoever may read the tables may read it. */
async function replace(root: string, text: string, { durability }: Writing): Promise<void> {
  const folder = statePath(root, 'tmp', `views-${crypto.randomUUID()}`)
  const temp = join(folder, 'views.sql')
  try {
    await makeStateFolder(root)
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const file = await open(temp, 'wx')
    try {
      await file.writeFile(text)
      await syncFile(file, 'bytes', durability)
    } finally {
      await file.close()
    }
    await rename(temp, viewsFile(root))
    await syncFolder(root, durability)
  } finally {
    await discard({ temp: folder })
  }
}
