import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { runFlat, type Texts } from './run-flat.ts'
import { type SampleOptions, sampleGzip, sampleKey } from './sample-day.ts'

/** Writes a made-up day below `raw`, where a run looks for it. */
export async function writeRaw(raw: string, options: SampleOptions, as = options.date): Promise<void> {
  const path = join(raw, sampleKey(options.dataset, as))
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, await sampleGzip(options))
}

/** Converts days that lie below `raw` into a lake. */
export async function fillLake(root: string, raw: string, texts: Texts & { recipe: string }): Promise<void> {
  const { recipe, ...more } = texts
  const { failed } = await runFlat(
    recipe,
    { from: raw, out: root, ...more },
    { durability: 'none' },
    { workers: 1 },
  )
  const [first] = failed
  if (first) throw first.error
}

const manifestOf = (root: string): string => join(root, '_millrace', 'manifest.ndjson')

/** Replaces a text in the manifest, which must be there. */
export function editManifest(root: string, from: string | RegExp, to: string): void {
  const text = readFileSync(manifestOf(root), 'utf8')
  const edited = text.replace(from, to)
  if (edited === text) throw new Error(`the manifest has no ${from}`)
  writeFileSync(manifestOf(root), edited)
}
