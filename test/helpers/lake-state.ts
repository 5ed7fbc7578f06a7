import { readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type ManifestLine, readManifest } from '../../src/core/manifest.ts'
import { noCounts } from '../../src/core/run.ts'

/** Who is meant: an epoch. */
interface Named {
  readonly epoch: string
}

/** A line of the manifest for a unit of the table `t`. */
export const lineFor = (unit: string, { epoch }: Named): ManifestLine => ({
  v: 1,
  table: 't',
  unit,
  shape: {},
  counts: noCounts(),
  files: [],
  tool: 'test',
  epoch,
  at: '2024-03-01T00:00:00.000Z',
})

/** Units whose lines hold, in their order. */
export const unitsOf = async (root: string): Promise<string[]> =>
  [...(await readManifest(root)).values()].map(({ unit }) => unit)

/** The file of a run's lock. */
export const lockOf = (root: string, { epoch }: Named): string =>
  join(root, '_millrace', 'locks', 'lake', `${epoch}.json`)

/** Lets a lock look as if its holder had not been seen for longer than locks last. */
export function age(path: string): void {
  const seen = Date.now() / 1000 - 70
  utimesSync(path, seen, seen)
}

/** As `age`, of a holder on another machine: this process is alive, and would keep its lock. */
export function fallAsleep(root: string, run: Named): void {
  const path = lockOf(root, run)
  const { machine: _, ...holder } = JSON.parse(readFileSync(path, 'utf8'))
  writeFileSync(path, `${JSON.stringify({ ...holder, host: 'far' })}\n`)
  age(path)
}
