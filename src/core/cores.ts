import { availableParallelism } from 'node:os'

/** The processor's cores, as the threads of a run share them. */
export interface Cores {
  /** One is busy from now on, whether there is one or not. @returns what says that it no longer is. */
  use(): () => void
  /** The same, if one is idle. */
  useIdle(): (() => void) | undefined
  /** All of them. */
  readonly count: number
  /** How many are busy, for other threads of the run. */
  readonly busy: Int32Array<SharedArrayBuffer>
}

/** With nothing said those of the processor, of which none is busy; in another thread of the run with what it has here. */
export function openCores(
  count = availableParallelism(),
  busy = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)),
): Cores {
  const use = (): (() => void) => {
    Atomics.add(busy, 0, 1)
    return () => void Atomics.sub(busy, 0, 1)
  }
  return {
    use,
    // Who asks is busy itself, which may be counted nowhere.
    useIdle: () => (Math.max(Atomics.load(busy, 0), 1) < count ? use() : undefined),
    count,
    busy,
  }
}
