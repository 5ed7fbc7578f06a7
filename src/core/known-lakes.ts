import { type Failure, readFailures } from './failures.ts'
import type { Gathering } from './gather.ts'
import { type Gathered, readGathered } from './gathered.ts'
import { isDone, type Manifest, readManifest, slotKey } from './manifest.ts'
import type { Unit } from './recipe.ts'
import type { Shape, Slot } from './stage.ts'

/** A unit and what its chain would write. */
interface Chain {
  readonly unit: Unit
  readonly slot: Slot | undefined
  readonly shape: Shape
  readonly writes: readonly string[]
  readonly gathers?: Gathering | undefined
}

/** What the lakes of a plan hold, each read once. */
export function rememberLakes() {
  const manifests = new Map<string, Manifest>()
  const gathered = new Map<string, Gathered>()
  const failures = new Map<string, ReadonlyMap<string, Failure>>()
  const read = async <T>(
    known: Map<string, T>,
    root: string,
    reads: (root: string) => Promise<T>,
  ): Promise<T> => {
    const found = known.get(root) ?? (await reads(root))
    known.set(root, found)
    return found
  }
  return {
    waitingIn: async (root: string) => (await read(gathered, root, readGathered)).waiting,
    manifestOf: (root: string) => read(manifests, root, readManifest),
    async isDone({ slot, shape, unit, writes, gathers }: Chain): Promise<boolean> {
      if (slot === undefined) return unit.done ?? false
      if (gathers) return (await read(gathered, slot.root, readGathered)).isDone(slot, { ...unit, shape })
      return isDone(slot, await read(manifests, slot.root, readManifest), { ...unit, shape, writes })
    },
    async hasFailed({ slot, gathers }: Chain): Promise<boolean> {
      if (slot === undefined) return false
      const failure = (await read(failures, slot.root, readFailures)).get(slotKey(slot))
      const at = gathers
        ? (await read(gathered, slot.root, readGathered)).doneAt(slot)
        : (await read(manifests, slot.root, readManifest)).get(slotKey(slot))?.at
      return failure !== undefined && (at === undefined || failure.at >= at)
    },
  }
}
