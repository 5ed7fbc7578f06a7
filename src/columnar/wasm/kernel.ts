// What the reader calls. Bytes are put into the memory by the reader, and columns are copied out of it.

export { readColumns } from './columns'
export { fieldEnd, fieldStart, findText, layOut, setAddedBreak, setDialect, setWidth } from './memory'
export { fault, faultAt, openQuote, scan } from './scan'
export { longest, ragged, sift } from './sift'

/** Where the memory begins that is free. */
export function heapBase(): usize {
  return __heap_base
}
