import { type Written, writeTemp } from '../core/durable-file.ts'
import type { Run } from '../core/run.ts'
import type { Bytes } from '../core/stage.ts'

/** Writes temporary files one after the other, small ones several at a time: a disk takes long to say that it has one. */
export interface FileWriter {
  /** Reads all chunks. A small file may then still be on its way to the disk; `done` is called when it is there. */
  write(path: string, chunks: AsyncIterable<Bytes>, done: (written: Written) => void): Promise<void>
  /** Waits for the last of them. @throws the first error of any. */
  end(): Promise<void>
}

/** Files on their way, and what each holds in memory at most. */
const [mostFiles, smallBytes] = [8, 1 << 20]

export function createFileWriter(run: Run): FileWriter {
  const underWay = new Set<Promise<void>>()
  let failure: { readonly error: unknown } | undefined
  const send = (path: string, chunks: AsyncIterable<Bytes>, done: (written: Written) => void): void => {
    const sent = writeTemp(path, chunks, run)
      .then(done, (error: unknown) => {
        failure ??= { error }
      })
      .finally(() => underWay.delete(sent))
    underWay.add(sent)
  }
  const check = (): void => {
    if (failure) throw failure.error
  }
  return {
    async write(path, chunks, done) {
      if (underWay.size === mostFiles) await Promise.race(underWay)
      check()
      const reader = chunks[Symbol.asyncIterator]()
      const first: Bytes[] = []
      let bytes = 0
      let next = await reader.next()
      for (; !next.done && bytes < smallBytes; next = await reader.next()) {
        first.push(next.value)
        bytes += next.value.length
      }
      if (next.done) send(path, passed(first), done)
      else done(await writeTemp(path, passed([...first, next.value], reader), run))
    },
    async end() {
      await Promise.all(underWay)
      check()
    },
  }
}

async function* passed(first: readonly Bytes[], rest?: AsyncIterator<Bytes>): AsyncGenerator<Bytes> {
  yield* first
  if (rest) yield* { [Symbol.asyncIterator]: () => rest }
}
