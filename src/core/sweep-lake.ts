import { rmdir, unlink } from 'node:fs/promises'
import { dirname, resolve, sep } from 'node:path'
import { stateFolder, writeError } from './durable-file.ts'
import { type Leaving, leftFiles, unfinished } from './leavings.ts'
import { writerOf } from './lock.ts'
import { type LakeOptions, openLake } from './open-lake.ts'
import { passIf } from './pass-if.ts'
import type { Run } from './run.ts'

export interface SweepOptions extends LakeOptions {
  /** Only tell what would go; needs no lock. */
  readonly dryRun: boolean
  /** Parts and temporary files that were touched since are left. */
  readonly olderThanMs: number
  /** Files that no line of the manifest names go, too. */
  readonly unlisted: boolean
  /** A folder of raw files beside the lake. */
  readonly keepRaw?: string | undefined
}

export interface Sweep {
  /** What has gone, or, in a dry run, would go. */
  readonly freed: readonly Leaving[]
  /** Files that no line of the manifest names, and that stay. */
  readonly unlisted: readonly Leaving[]
}

/**
 * Frees what runs have left in a lake. It holds the lake's lock meanwhile, so that nothing of a run at work goes.
 *
 * @throws {WriteError} when another run writes to the lake, or something cannot be removed; what `openLake` throws.
 */
export async function sweepLake(root: string, run: Run, options: SweepOptions): Promise<Sweep> {
  const { dryRun, keepRaw, processes } = options
  const writer = await writerOf(root, processes)
  const begun = await unfinished(root, writer?.epoch)
  if (dryRun) return sorted(begun, await gathered(root, keepRaw), run, options)
  const lake = await openLake(root, run, options)
  try {
    const left = new Set((await unfinished(root, run.epoch)).map(({ path }) => path))
    const swept = begun.filter(({ path }) => !left.has(path))
    const sweep = sorted(swept, await gathered(root, keepRaw), run, options)
    for (const { kind, path } of sweep.freed) {
      lake.lost.throwIfAborted()
      run.signal.throwIfAborted()
      if (kind !== 'unfinished') await remove(root, path)
    }
    return sweep
  } finally {
    await lake.close()
  }
}

async function gathered(root: string, keepRaw: string | undefined): Promise<Leaving[]> {
  const all: Leaving[] = []
  for await (const one of leftFiles(root, keepRaw)) all.push(one)
  return all
}

function sorted(
  swept: readonly Leaving[],
  left: readonly Leaving[],
  { clock }: Run,
  { olderThanMs, unlisted }: SweepOptions,
): Sweep {
  const isOld = ({ atMs }: Leaving): boolean => clock.wallMs() - atMs >= olderThanMs
  const goes = (one: Leaving): boolean => (one.kind === 'unlisted' ? unlisted : isOld(one))
  return {
    freed: [...swept, ...left.filter(goes)],
    unlisted: left.filter((one) => one.kind === 'unlisted' && !goes(one)),
  }
}

/** Removes a file, and the folders of a lake that it has left empty. */
async function remove(root: string, path: string): Promise<void> {
  const whole = resolve(root, path)
  try {
    await unlink(whole).catch(passIf('ENOENT'))
  } catch (error) {
    throw writeError(whole, error)
  }
  if (!whole.startsWith(resolve(root) + sep) || path.startsWith(stateFolder)) return
  let folder = dirname(whole)
  while (folder !== resolve(root) && (await isRemoved(folder))) folder = dirname(folder)
}

const isRemoved = (folder: string): Promise<boolean> =>
  rmdir(folder).then(
    () => true,
    () => false,
  )
