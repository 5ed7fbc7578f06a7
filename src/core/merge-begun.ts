import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { parseObject } from './json.ts'
import type { OutputFile } from './output.ts'
import { passIf } from './pass-if.ts'
import type { Run } from './run.ts'
import { replaceWhole, statePath } from './state-file.ts'

interface Begun {
  readonly files: readonly OutputFile[]
}

const pathOf = (root: string): string => statePath(root, 'pending', 'begun.json')

/**
 * Records which files a merge is about to put in place, all of which lie ready. If it is ended on the way, some have their
 * names and the books do not know it: what lies there then is told from a file that somebody has changed.
 */
export const recordBegun = (root: string, files: readonly OutputFile[], run: Run): Promise<void> =>
  replaceWhole(pathOf(root), `${JSON.stringify({ files } satisfies Begun)}\n`, {
    temp: statePath(root, 'tmp', run.epoch, 'begun'),
    durability: run.durability,
  })

/** The files of a merge that did not come to its end, by their paths in the lake; of others it says nothing. */
export async function begunMerge(root: string): Promise<ReadonlyMap<string, OutputFile>> {
  const text = await readFile(pathOf(root), 'utf8').catch(passIf('ENOENT', 'ENOTDIR'))
  const { files = [] } = parseObject<Begun>(text ?? '') ?? {}
  return new Map(files.map((file) => [file.path, file]))
}

/** Whether a file is the one that a merge has put in place. */
export async function isAsBegun(path: string, { bytes, sha256 }: OutputFile): Promise<boolean> {
  const found = await stat(path).catch(passIf('ENOENT', 'ENOTDIR'))
  if (found?.size !== bytes) return false
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk)
  return hash.digest('hex') === sha256
}
