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

/** `busy` is that of another thread, or nothing for a run that begins. */
export function openCores(
  busy = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)),
  count = availableParallelism(),
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
