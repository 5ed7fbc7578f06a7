import { setFlagsFromString } from 'node:v8'
import type { Observer } from '../core/ledger.ts'

/**
 * Lets V8's heap grow to three times what lives in it, and not to five times as `millrace.cts` has it, for units that share files: their
 * rows come as thousands of small columns, each an object of the heap, and what is over of them would lie there by the hundred MB.
 * No run of them has worker threads, whose heaps would have the same limit.
 */
export const spareHeap = (setFlags: (flags: string) => void = setFlagsFromString): Observer => ({
  planned(units) {
    if (units.some(({ gathers }) => gathers)) setFlags('--heap-growing-percent=200')
  },
})
