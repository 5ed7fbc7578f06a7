import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { UsageError } from './errors.ts'
import { parseObject } from './json.ts'
import type { Lakes } from './lakes.ts'
import { md5Of } from './md5.ts'
import type { OutputFile } from './output.ts'
import { passIf } from './pass-if.ts'
import type { Planned } from './plan.ts'
import { noCounts, type Run } from './run.ts'

/** Says, by the key of its source, whether a file that lies there may be taken for done. */
export type MayAdopt = (key: string) => boolean

/**
 * Reads a checkpoint of the seed's download script: an object of lists of the keys that it has fetched, by dataset.
 *
 * @throws {UsageError} when the file is none.
 */
export async function readCheckpoint(path: string): Promise<MayAdopt> {
  const text = await readFile(path, 'utf8').catch((error: Error) => {
    throw new UsageError(`${path}: cannot be read (${error.message})`, { cause: error })
  })
  const lists = Object.values(parseObject<Record<string, unknown>>(text) ?? {})
  const keys = lists
    .filter(Array.isArray)
    .flat()
    .filter((key) => typeof key === 'string')
  if (keys.length === 0)
    throw new UsageError(`${path}: no checkpoint: there is no list of keys in it`, {
      hint: 'it looks like {"stocks_trades": ["us_stocks_sip/trades_v1/2024/03/2024-03-01.csv.gz"]}',
    })
  const known = new Set(keys)
  return (key) => known.has(key)
}

/**
 * Takes files that lie where units would write them for done, without fetching them. Only where that can be proven: a file
 * that is its source byte for byte, of the listed size, and, where the ETag is an MD5, of that. A file of another form could
 * come from anything; it is converted anew.
 *
 * @returns how many.
 */
export async function adoptFiles(
  planned: readonly Planned[],
  mayAdopt: MayAdopt,
  { run, lakes }: { readonly run: Run; readonly lakes: Lakes },
): Promise<number> {
  let adopted = 0
  for (const one of planned) {
    run.signal.throwIfAborted()
    const { done, unit, pipeline } = one
    const key = unit.identity?.['key']
    const [source, sink, more] = pipeline.stages
    if (done || !source || !sink?.writes || more || typeof key !== 'string' || !mayAdopt(key)) continue
    const file = await provenFile(sink.writes, one, run)
    if (file === undefined) continue
    const outputs = [{ temp: file.path, path: file.path, files: [file] }]
    const warnings = ['adopted as it lay there']
    await lakes.commit(one, {
      counts: noCounts(),
      rejects: [],
      outputs,
      spent: [],
      warnings,
      counted: new Set(),
    })
    adopted++
  }
  return adopted
}

async function provenFile(path: string, { unit }: Planned, run: Run): Promise<OutputFile | undefined> {
  const found = await stat(path).catch(passIf('ENOENT', 'ENOTDIR'))
  if (!found?.isFile()) return undefined
  if (found.size !== unit.bytes) {
    run.warn(`${path}: not adopted: it has ${found.size} bytes, its source ${unit.bytes}`)
    return undefined
  }
  const [sha256, md5] = [createHash('sha256'), createHash('md5')]
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20, signal: run.signal })) {
    sha256.update(chunk)
    md5.update(chunk)
  }
  const expected = md5Of(String(unit.identity?.['etag']))
  const digest = md5.digest('hex')
  if (expected === undefined || expected === digest)
    return { path, bytes: found.size, sha256: sha256.digest('hex') }
  run.warn(`${path}: not adopted: its MD5 is ${digest}, that of its source ${expected}`)
  return undefined
}
