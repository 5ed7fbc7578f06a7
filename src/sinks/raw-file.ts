import { createHash } from 'node:crypto'
import { basename, dirname, join } from 'node:path'
import { tempFolder, writeTemp } from '../core/durable-file.ts'
import { refuseLinks } from '../core/links.ts'
import type { OutputFile } from '../core/output.ts'
import type { Run } from '../core/run.ts'
import { type Bytes, type Shape, type Sink, type Slot, sink } from '../core/stage.ts'

export interface RawFile {
  readonly path: string
  /** Where the manifest keeps what is done. Without it the temporary file lies beside the final one. */
  readonly slot?: Slot
  readonly shape?: Shape
  /** The source keeps all that it gives in this file, on the same file system as `path`: it only gets its final name. */
  readonly part?: string | undefined
  /** What the source holds all that it keeps against. It is noted of the file, and no SHA-256 made. */
  readonly md5?: string | undefined
  /** A folder that no link below it may lead out of; that of the lake where there is a slot. */
  readonly within?: string
}

/** Writes any bytes, as they are, into one file. */
export function rawFile({ path, slot, shape, part, md5, within = slot?.root }: RawFile): Sink<Bytes> {
  return sink(
    'raw-file',
    (run) => async (input) => {
      if (within !== undefined) await refuseLinks(within, dirname(path))
      const temp = part ?? tempOf(path, slot, run)
      const written = part === undefined ? await writeTemp(temp, input, run) : await weigh(input, md5, run)
      run.wrote({ temp, path, files: [{ path, ...written }], ...(part !== undefined && { keep: true }) })
    },
    { writes: path, ...(slot && { slot }), ...(shape && { shape }) },
  )
}

const tempOf = (path: string, slot: Slot | undefined, { epoch }: Run): string =>
  slot
    ? join(tempFolder(slot, epoch), `${basename(path)}.tmp`)
    : join(dirname(path), `.${basename(path)}.${epoch}.tmp`)

type Weighed = Omit<OutputFile, 'path'>

async function weigh(input: AsyncIterable<Bytes>, md5: string | undefined, run: Run): Promise<Weighed> {
  const hash = md5 === undefined ? createHash('sha256') : undefined
  let bytes = 0
  for await (const chunk of input) {
    hash?.update(chunk)
    bytes += chunk.length
    run.count('bytesOut', chunk.length)
  }
  return { bytes, ...(md5 !== undefined && { md5 }), ...(hash && { sha256: hash.digest('hex') }) }
}
