import { basename, dirname, join } from 'node:path'
import { discard, tempFolder } from './durable-file.ts'
import type { Planned } from './plan.ts'

/**
 * Removes what a unit left unfinished when its thread could not do so itself: its folder below `_millrace/tmp`, and the
 * temporary files that lie beside those its stages write, where `rawFile` puts them when there is no lake.
 */
export async function discardUnit({ slot, pipeline }: Planned, epoch: string): Promise<void> {
  if (slot) await discard({ temp: tempFolder(slot, epoch) })
  for (const path of pipeline.stages.flatMap(({ writes }) => writes ?? []))
    await discard({ temp: join(dirname(path), `.${basename(path)}.${epoch}.tmp`) })
}
