import { basename, dirname, join } from 'node:path'
import { stateFolder } from '../core/durable-file.ts'
import { md5Of } from '../core/md5.ts'
import { partPath } from '../core/part-file.ts'
import type { Bytes, Source } from '../core/stage.ts'
import { file } from '../sources/file.ts'
import { s3Object } from '../sources/s3-object.ts'
import { stdin } from '../sources/stdin.ts'
import { targetOf } from './flat-output.ts'
import type { FlatParams } from './flat-params.ts'
import type { FlatUnit } from './flat-unit.ts'

/** Where the bytes of a unit come from. What has come of an object is kept in `part` while the rest is missing. */
export function flatSource(unit: FlatUnit, params: FlatParams, part: string | undefined): Source<Bytes> {
  const { origin } = unit
  if (origin.kind === 'file') return file(origin)
  if (origin.kind === 'stdin') return stdin()
  const { endpoint, region, bucket, readAhead } = params
  return s3Object({
    lends: params.format === 'raw',
    endpoint,
    region,
    bucket,
    ...origin,
    md5: flatMd5(unit, params),
    readAhead,
    ...(part !== undefined && { part }),
  })
}

/** What the MD5 of an object must be, where it is looked at: what is inflated proves itself by its CRC32. */
export function flatMd5({ origin }: FlatUnit, { format, keepRaw }: FlatParams): string | undefined {
  const isKept = format === 'raw' || keepRaw !== undefined
  return isKept && origin.kind === 'object' ? md5Of(origin.etag) : undefined
}

/** The file that keeps what has come of an object, for the next run to go on from; only a version that is known has one. */
export function flatPart({ origin }: FlatUnit, params: FlatParams): string | undefined {
  if (origin.kind !== 'object' || origin.etag === undefined || origin.size === undefined) return undefined
  const folder = partFolder(params)
  if (folder === undefined) return undefined
  const { endpoint, bucket } = params
  return partPath(folder.path, folder.prefix + origin.key, [
    endpoint,
    bucket,
    origin.key,
    origin.etag,
    origin.size,
  ])
}

/** A raw file grows where it is to lie in the end; for others there is `--spool`. */
function partFolder(params: FlatParams): { readonly path: string; readonly prefix: string } | undefined {
  const { out, format, spool } = params
  if (format !== 'raw') return spool === undefined ? undefined : { path: spool, prefix: '' }
  const target = targetOf(params)
  if (target === 'folder') return { path: join(out, stateFolder, 'parts'), prefix: '' }
  return target === 'file' ? { path: dirname(out), prefix: `.${basename(out)}.` } : undefined
}
