import { mkdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { appendManifest } from '../../src/core/manifest.ts'
import type { Span } from '../../src/core/output.ts'
import { noCounts } from '../../src/core/run.ts'
import type { Batch } from '../../src/core/schema.ts'
import { writeParquet } from './parquet-file.ts'

export interface MadeUnit {
  readonly table: string
  readonly unit: string
  /** By their paths below the table. */
  readonly files: Readonly<Record<string, readonly Batch[]>>
  readonly span?: Span
  readonly dataset?: string
  readonly rowGroupRows?: number
}

/** Adds the files of a unit to a lake, and the line of its manifest. */
export async function addUnit(
  root: string,
  { table, unit, files, span, dataset, rowGroupRows = 4 }: MadeUnit,
) {
  mkdirSync(join(root, '_millrace'), { recursive: true })
  const written = []
  for (const [name, batches] of Object.entries(files)) {
    const path = join(root, table, name)
    mkdirSync(dirname(path), { recursive: true })
    await writeParquet(path, batches, { rowGroupRows })
    const rows = batches.reduce((sum, { numRows }) => sum + numRows, 0)
    written.push({ path: `${table}/${name}`, bytes: statSync(path).size, rows })
  }
  const line = {
    ...{ v: 1 as const, table, unit, counts: noCounts(), tool: 'test', epoch: 'made', files: written },
    shape: { format: 'parquet', ...(dataset !== undefined && { dataset }) },
    ...(span && { span }),
    at: '2024-03-01T00:00:00.000Z',
  }
  await appendManifest(root, [line], 'none')
}
