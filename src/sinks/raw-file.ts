import { basename, dirname, join } from 'node:path'
import { tempFolder, writeTemp } from '../core/durable-file.ts'
import { type Bytes, type Shape, type Sink, type Slot, sink } from '../core/stage.ts'

export interface RawFile {
  readonly path: string
  /** Where the manifest keeps what is done. Without it the temporary file lies beside the final one. */
  readonly slot?: Slot
  readonly shape?: Shape
}

/** Writes any bytes, as they are, into one file. */
export function rawFile({ path, slot, shape }: RawFile): Sink<Bytes> {
  return sink(
    'raw-file',
    (run) => async (input) => {
      const temp = slot
        ? join(tempFolder(slot, run.epoch), `${basename(path)}.tmp`)
        : join(dirname(path), `.${basename(path)}.${run.epoch}.tmp`)
      const bytes = await writeTemp(temp, input, run)
      run.wrote({ temp, path, files: [{ path, bytes }] })
    },
    { writes: path, ...(slot && { slot }), ...(shape && { shape }) },
  )
}
