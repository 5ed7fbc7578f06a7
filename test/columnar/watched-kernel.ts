import type { KernelExports } from '../../src/columnar/kernel.ts'

/** From a first byte to behind a last one. */
export type Range = readonly [from: number, to: number]

/** A column as the kernel has it in its memory. */
export interface PlacedColumn {
  readonly kind: number
  readonly values: number
  readonly validity: number
  readonly offsets: number
  readonly heap: number
  readonly heapUsed: number
}

/** Where things lie in a kernel's memory, as far as it has been told. */
export interface Places {
  /** Below it are the kernel's own tables. */
  readonly heapBase: number
  readonly positions: number
  readonly rowStarts: number
  readonly goodRows: number
  readonly badFields: number
  readonly scratch: number
  /** Where the last scan began and ended. */
  readonly input: Range
  readonly columns: readonly PlacedColumn[]
  /** Where the words of the columns lie. */
  readonly columnWords: Range
}

export type Step = 'scan' | 'sift' | 'readColumns' | 'findText'

/** What is done about a call of the kernel: it must be made by `proceed`, once. */
export type Watcher = (
  step: Step,
  args: readonly number[],
  memory: Uint8Array,
  places: () => Places,
  proceed: () => number,
) => number

const steps: readonly Step[] = ['scan', 'sift', 'readColumns', 'findText']
const words = 8

/** The one global that kernels are made with. */
const wasm = globalThis as unknown as {
  WebAssembly: { Instance: new (module: object, imports: object) => { readonly exports: KernelExports } }
}

/** While `body` runs, kernels are opened that a watcher looks after; answers what `body` does. */
export function watched<T>(watcher: Watcher, body: (memories: KernelExports['memory'][]) => T): T {
  const { Instance } = wasm.WebAssembly
  const memories: KernelExports['memory'][] = []
  wasm.WebAssembly.Instance = function watchedInstance(module: object, imports: object) {
    const { exports } = new Instance(module, imports)
    memories.push(exports.memory)
    return { exports: watchedExports(exports, watcher) }
  } as unknown as typeof Instance
  try {
    return body(memories)
  } finally {
    wasm.WebAssembly.Instance = Instance
  }
}

function watchedExports(exports: KernelExports, watcher: Watcher): KernelExports {
  let laidOut: readonly number[] = []
  let input: Range = [0, 0]
  let columnWords: Range = [0, 0]
  const memory = (): Uint8Array => new Uint8Array(exports.memory.buffer)
  const places = (): Places => {
    const [positions = 0, rowStarts = 0, goodRows = 0, badFields = 0, scratch = 0] = laidOut
    const [from, to] = columnWords
    const all = new Uint32Array(exports.memory.buffer, from, (to - from) / 4)
    const columns = Array.from({ length: all.length / words }, (_, i) => {
      const [, kind = 0, values = 0, validity = 0, offsets = 0, heap = 0, heapUsed = 0] = all.subarray(
        i * words,
      )
      return { kind, values, validity, offsets, heap, heapUsed }
    })
    const heapBase = exports.heapBase()
    return { heapBase, positions, rowStarts, goodRows, badFields, scratch, input, columns, columnWords }
  }
  const note = (step: Step, args: readonly number[]): void => {
    const [first = 0, second = 0] = args
    if (step === 'scan') input = [first, second]
    if (step === 'readColumns') columnWords = [first, first + second * words * 4]
  }
  const seen = Object.fromEntries(
    steps.map((step) => {
      const call = exports[step] as (...args: number[]) => number
      const watch = (...args: number[]): number => {
        note(step, args)
        return watcher(step, args, memory(), places, () => call(...args))
      }
      return [step, watch]
    }),
  )
  const layOut = (...args: Parameters<KernelExports['layOut']>): void => {
    laidOut = args
    exports.layOut(...args)
  }
  return { ...exports, ...seen, layOut }
}
