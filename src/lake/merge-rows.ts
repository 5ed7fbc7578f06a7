import { rowsPerBatch } from '../columnar/row-reader.ts'
import { bytesOf, joinRanges, type Range, rowsOf, wholeOf } from './join-rows.ts'
import type { Numbered } from './partition-rows.ts'

/** Rows of one partition that follow each other. */
export interface Stretch extends Range {
  readonly number: number
}

/** How large a batch may be; one long row may be more. */
interface BatchLimits {
  readonly rows: number
  readonly bytes: number
}

/** Of a batch that is set aside: one of each file is held while they are merged. */
export const spillBatch: BatchLimits = { rows: 4096, bytes: 1 << 19 }
/** Of a batch that is handed on. */
export const fullBatch: BatchLimits = { rows: rowsPerBatch, bytes: 1 << 22 }

/** Cuts a sorted block into batches that are small, however long their rows are. */
export async function* inPieces({ batch, numbers }: Numbered, most: BatchLimits): AsyncGenerator<Numbered> {
  for (let from = 0, to = 0; from < batch.numRows; from = to) {
    to = Math.min(from + most.rows, batch.numRows)
    while (to - from > 1 && bytesOf({ batch, from, to }) > most.bytes) to = from + ((to - from) >> 1)
    yield { batch: joinRanges([{ batch, from, to }]), numbers: numbers.subarray(from, to) }
  }
}

/** Stretches of sorted rows, one after the other, and which is next. */
interface Cursor {
  /** Nothing at the end. */
  readonly next: Stretch | undefined
  advance(): Promise<void>
}

async function openCursor(rows: AsyncIterator<Numbered>): Promise<Cursor> {
  let stretches: Iterator<Stretch> = [].values()
  let next: Stretch | undefined
  const advance = async (): Promise<void> => {
    for (;;) {
      const found = stretches.next()
      if (!found.done) {
        next = found.value
        return
      }
      const more = await rows.next()
      next = undefined
      if (more.done) return
      stretches = stretchesOf(more.value)
    }
  }
  await advance()
  return {
    get next() {
      return next
    },
    advance,
  }
}

/** The rows of a batch as stretches, in their order. */
export function* stretchesOf({ batch, numbers }: Numbered): Generator<Stretch> {
  for (let from = 0, to = 0; from < numbers.length; from = to) {
    const number = numbers[from] as number
    while (to < numbers.length && numbers[to] === number) to++
    yield { number, batch, from, to }
  }
}

/** Stretches of several sorted inputs, sorted; of equal ones, those of an earlier input first. */
export async function* merge(inputs: readonly AsyncGenerator<Numbered>[]): AsyncGenerator<Stretch> {
  try {
    const cursors = await Promise.all(inputs.map(openCursor))
    for (;;) {
      const least = cursors.reduce(
        (least, { next }) => Math.min(least, next?.number ?? Number.POSITIVE_INFINITY),
        Number.POSITIVE_INFINITY,
      )
      if (least === Number.POSITIVE_INFINITY) return
      for (const cursor of cursors)
        for (; cursor.next?.number === least; await cursor.advance()) yield cursor.next
    }
  } finally {
    for (const input of inputs) await input.return(undefined)
  }
}

/** Copies short stretches of the same partition together. */
export async function* joined(stretches: AsyncIterable<Stretch>): AsyncGenerator<Stretch> {
  for await (const some of bundles(stretches, fullBatch, (a, b) => a.number === b.number)) {
    const [{ number }] = some as [Stretch]
    yield { number, ...wholeOf(joinRanges(some)) }
  }
}

/** Copies stretches together to batches of many partitions. */
export async function* packed(
  stretches: AsyncIterable<Stretch>,
  most: BatchLimits = spillBatch,
): AsyncGenerator<Numbered> {
  for await (const some of bundles(stretches, most, () => true)) {
    const numbers = new Uint32Array(rowsOf(some))
    let at = 0
    for (const { number, from, to } of some) {
      numbers.fill(number, at, at + to - from)
      at += to - from
    }
    yield { batch: joinRanges(some), numbers }
  }
}

async function* bundles(
  stretches: AsyncIterable<Stretch>,
  most: BatchLimits,
  goTogether: (one: Stretch, next: Stretch) => boolean,
): AsyncGenerator<Stretch[]> {
  let bundle: Stretch[] = []
  let held = { rows: 0, bytes: 0 }
  for await (const stretch of stretches) {
    const [first] = bundle
    const [rows, bytes] = [stretch.to - stretch.from, bytesOf(stretch)]
    const fits = held.rows + rows <= most.rows && held.bytes + bytes <= most.bytes
    if (first && !(fits && goTogether(first, stretch))) {
      yield bundle
      bundle = []
      held = { rows: 0, bytes: 0 }
    }
    bundle.push(stretch)
    held = { rows: held.rows + rows, bytes: held.bytes + bytes }
  }
  if (bundle.length > 0) yield bundle
}
