import { relative, resolve, sep } from 'node:path'
import type { Observer } from './ledger.ts'
import type { ManifestLine } from './manifest.ts'
import { mergeLake } from './merge-lake.ts'
import { type LakeOptions, type OpenLake, openLake } from './open-lake.ts'
import { isPending } from './pending.ts'
import type { Planned } from './plan.ts'
import type { Run } from './run.ts'
import type { Slot } from './stage.ts'
import type { Tally } from './unit-run.ts'

/** All lakes that a run writes to; most runs have one, or none. */
export interface Lakes {
  /** Their folders; without one nothing is recorded anywhere. */
  readonly roots: readonly string[]
  /** Fire, with a `WriteError`, once another run has taken one of them over. */
  readonly lost: readonly AbortSignal[]
  /** Makes a unit done whose output has its final names. @throws {WriteError} */
  commit(one: Planned, tally: Tally): Promise<void>
  /** Records that a unit failed. @throws {WriteError} */
  fail(one: Planned, error: unknown): Promise<void>
  /** Merges what waits in them, as the sinks of these units do it. @throws what `mergeLake` throws. */
  merge(
    planned: readonly Planned[],
    run: Run,
    books: Required<Pick<Observer, 'merging' | 'merged'>>,
  ): Promise<void>
  close(): Promise<void>
}

/**
 * Opens the lakes that these units write to.
 *
 * @throws what `openLake` throws; then none stays open.
 */
export async function openLakes(planned: readonly Planned[], run: Run, options: LakeOptions): Promise<Lakes> {
  const lakes = new Map<string, OpenLake>()
  const close = async (): Promise<void> => {
    await Promise.all([...lakes.values()].map((lake) => lake.close()))
  }
  const roots = new Set(planned.flatMap(({ slot }) => (slot ? [resolve(slot.root)] : [])))
  try {
    for (const root of roots) lakes.set(root, await openLake(root, run, options))
  } catch (error) {
    await close()
    throw error
  }
  const lakeOf = (slot: Slot | undefined): OpenLake | undefined => slot && lakes.get(resolve(slot.root))
  return {
    roots: [...roots],
    lost: [...lakes.values()].map(({ lost }) => lost),
    async commit(one, tally) {
      const { slot, gathers } = one
      if (!slot) return
      const line = lineOf(one, slot, tally, { run, tool: options.tool })
      if (!gathers) return lakeOf(slot)?.commit(line)
      const { files: _, span: __, tool: ___, warnings: ____, ...head } = line
      const [file] = tally.outputs.flatMap(({ files }) => files)
      const beside = gathers.beside !== undefined &&
        file && { beside: { name: gathers.beside, bytes: file.bytes, sha256: file.sha256 ?? '' } }
      await lakeOf(slot)?.wait({
        head: { ...head, about: gathers.about, ...(gathers.whole && { whole: true }), ...beside },
        parts: tally.brought ?? [],
      })
    },
    async fail({ slot }, error) {
      if (slot) await lakeOf(slot)?.fail(slot, error)
    },
    async merge(all, mergeRun, books) {
      for (const [root, lake] of lakes) {
        const gathers = all.find(
          ({ slot, gathers }) => gathers && slot && resolve(slot.root) === root,
        )?.gathers
        if (gathers && (await isPending(root)))
          books.merged(
            await mergeLake(gathers, { root, lake, tool: options.tool, begins: books.merging }, mergeRun),
          )
      }
    },
    close,
  }
}

/** What the manifest says of a unit that is done. */
function lineOf(
  { unit, shape }: Planned,
  slot: Slot,
  { counts, outputs, warnings }: Tally,
  { run, tool }: { readonly run: Run; readonly tool: string },
): ManifestLine {
  const span = outputs.find((output) => output.span)?.span
  return {
    v: 1,
    table: slot.table,
    unit: slot.unit,
    ...(unit.identity && { identity: unit.identity }),
    shape,
    counts,
    ...(span && { span }),
    files: outputs
      .flatMap(({ files }) => files)
      .map((file) => ({ ...file, path: relative(slot.root, file.path).split(sep).join('/') }))
      // A copy kept outside the lake is no part of it: only a run that asks for the copy looks for it (`writes`).
      .filter(({ path }) => !path.startsWith('..')),
    ...(warnings.length > 0 && { warnings }),
    tool,
    epoch: run.epoch,
    at: new Date(run.clock.wallMs()).toISOString(),
  }
}
