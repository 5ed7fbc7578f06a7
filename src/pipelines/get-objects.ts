import { basename, dirname, posix } from 'node:path'
import { checkedBy } from '../core/checked-by.ts'
import { isMillraceError, UsageError } from '../core/errors.ts'
import { inOrder } from '../core/in-order.ts'
import { md5Of } from '../core/md5.ts'
import { list, optional, text, toggle } from '../core/params.ts'
import { partPath } from '../core/part-file.ts'
import { from, type Pipeline } from '../core/pipeline.ts'
import { type Param, recipe, type Unit } from '../core/recipe.ts'
import type { Run } from '../core/run.ts'
import { findObject } from '../remote/find-object.ts'
import { rawFile } from '../sinks/raw-file.ts'
import { stdout } from '../sinks/stdout.ts'
import { s3Object } from '../sources/s3-object.ts'
import { gunzip } from '../transforms/gunzip.ts'
import { bucketParams, isPlain } from './bucket-params.ts'
import { isThere } from './file-there.ts'

/** One object that is fetched. */
export interface ObjectUnit extends Unit {
  readonly key: string
  /** Where it goes; absent when that is stdout. */
  readonly path?: string
  /** As listed; absent where the bucket does not tell. */
  readonly etag?: string
  readonly size?: number
}

/** The flags of `get`. */
export const getParams = {
  out: optional(
    text(
      'the file, or - for stdout; -o for short. By default each object gets its base name, in this folder. While a file is not complete, what has come of it lies beside it as .FILE.KEY@VERSION.part, and the same command goes on from there',
      { value: 'PATH' },
    ),
  ),
  gunzip: toggle('inflate, and leave a .gz off the base name; such a file is always fetched anew'),
  verify: toggle(
    'inflate what is kept as it is, too, only to check the CRC32 and length of each gzip member',
  ),
  ...bucketParams,
}

type ParamsOf<T> = { readonly [K in keyof T]: T[K] extends Param<infer V> ? V : never }
export type GetParams = ParamsOf<typeof getParams> & { readonly keys: readonly string[] }

/** So many objects are looked up at a time. */
const lookups = 8

async function unitsOf(params: GetParams, run: Run): Promise<ObjectUnit[]> {
  const paths = pathsOf(params)
  return inOrder(params.keys, lookups, async (key) => {
    const path = paths.get(key)
    const known = await lookUp(key, params, run)
    const unit = { id: key, key, ...known, ...(path !== undefined && { path }) }
    if (path === undefined) return unit
    const wanted = params.gunzip ? undefined : known
    return { ...unit, done: await run.until(isThere(path, wanted, run.signal)) }
  })
}

/** What cannot be told of an object is left to the fetching of it: that fails for it alone, and says why. */
async function lookUp(key: string, params: GetParams, run: Run) {
  try {
    const found = await findObject(params, key, run)
    return found && { etag: found.etag, size: found.size, bytes: found.size }
  } catch (error) {
    if (isMillraceError(error) && (error.reason === 'access' || error.reason === 'missing')) return undefined
    throw error
  }
}

/** Where each key goes; nowhere when all goes to stdout. */
function pathsOf({ keys, out, gunzip, verify }: GetParams): ReadonlyMap<string, string> {
  if (gunzip && verify) throw new UsageError('--verify means nothing with --gunzip, which checks the same')
  if (out !== undefined && keys.length > 1)
    throw new UsageError(`--out ${out} takes one object, and there are ${keys.length}`, {
      hint: 'without --out each gets its base name, in this folder',
    })
  if (out === '-') return new Map()
  const paths = new Map(keys.map((key) => [key, out ?? baseName(key, gunzip)]))
  const taken = new Map<string, string>()
  for (const key of keys) {
    const path = paths.get(key) as string
    const other = taken.get(path)
    if (other !== undefined)
      throw new UsageError(`${other} and ${key} would both become ${path}`, {
        hint: 'fetch them one by one, with --out',
      })
    taken.set(path, key)
  }
  return paths
}

function baseName(key: string, gunzip: boolean): string {
  const name = gunzip ? posix.basename(key).replace(/\.gz$/, '') : posix.basename(key)
  if (key.endsWith('/') || name === '' || name === '.' || name === '..' || /[\\\0]/.test(name))
    throw new UsageError(`${key} ends in nothing that can name a file`, { hint: 'name one with --out' })
  return name
}

/** What is checked of an object before its file gets its final name, in words. */
export function checksOf({ etag }: ObjectUnit, params: Pick<GetParams, 'gunzip' | 'verify'>): string[] {
  return [
    'length',
    ...(md5Of(etag) === undefined ? [] : ['MD5']),
    ...(params.gunzip || params.verify ? ['CRC32', 'ISIZE'] : []),
  ]
}

function build(unit: ObjectUnit, params: GetParams): Pipeline {
  const { endpoint, region, bucket, verify } = params
  const { key, etag, size, path } = unit
  const part = partOf(unit, params)
  const md5 = md5Of(etag)
  const object = { endpoint, region, bucket, key, etag, size, md5 }
  const bytes = from(
    s3Object({ ...object, ...(part !== undefined && { part, lends: !params.gunzip && !verify }) }),
  )
  if (params.gunzip) return bytes.through(gunzip()).into(path === undefined ? stdout() : rawFile({ path }))
  const checked = verify ? bytes.through(checkedBy(gunzip())) : bytes
  return checked.into(path === undefined ? stdout() : rawFile({ path, part, md5 }))
}

/** Beside the file, so that a rename makes the one of the other; only a version that is known has one. */
function partOf({ key, etag, size, path }: ObjectUnit, params: GetParams): string | undefined {
  if (path === undefined || etag === undefined || size === undefined) return undefined
  const { endpoint, bucket } = params
  return partPath(dirname(path), `.${basename(path)}.${key}`, [endpoint, bucket, key, etag, size])
}

/**
 * Fetches objects by their keys, as they are or inflated: each whole or not at all under its final name, and from run to run
 * going on where it stopped.
 */
export const getObjects = recipe<GetParams, ObjectUnit>({
  name: 'get-objects',
  summary: 'Fetches objects of the bucket by their keys',
  params: { ...getParams, keys: list('keys of the objects') },
  module: import.meta.url,
  carries: ({ endpoint, gunzip, verify }) => isPlain(endpoint) && !gunzip && !verify,
  async *units(params, run) {
    yield* await unitsOf(params, run)
  },
  build,
})
