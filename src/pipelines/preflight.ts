import { roomIn } from '../core/disk-room.ts'
import { isMillraceError, type Reason } from '../core/errors.ts'
import { writerOf } from '../core/lock.ts'
import type { Run } from '../core/run.ts'
import { tryRename } from '../core/try-rename.ts'
import type { Dataset } from '../datasets/dataset.ts'
import type { BucketPlace } from '../remote/bucket.ts'
import { type Probe, probeServer } from '../remote/probe.ts'
import { endpointUrl } from '../remote/s3-errors.ts'
import { reachOf } from './plan-reach.ts'

/** What one look has told. */
export interface Check {
  readonly name: string
  readonly state: 'ok' | 'warn' | 'bad'
  readonly what: string
  /** What to do next, unless all is well. */
  readonly next?: string | undefined
  /** Of what is bad. */
  readonly reason?: Reason
}

export interface BucketPreflight {
  readonly place: BucketPlace
  readonly dataset: Dataset
  /** Where the keys were found. */
  findKeys(): Promise<string>
}

/**
 * Looks at all that a run of flat files needs of its bucket, before it: keys, server, clock, what the keys open. What one look
 * depends on, and is bad, is not looked at further. Errors that nobody foresaw come out as they are.
 */
export async function* bucketPreflight(
  { place, dataset, findKeys }: BucketPreflight,
  run: Run,
): AsyncGenerator<Check> {
  const keys = await look('keys', async () => ({ state: 'ok', what: await findKeys() }))
  yield keys
  let probe: Probe | undefined
  const server = await look('server', async () => {
    probe = await probeServer(place, run)
    return { state: 'ok', what: `${endpointUrl(place.endpoint).host} answers in ${Math.round(probe.ms)} ms` }
  })
  yield server
  if (probe) yield clockCheck(probe)
  if (probe && keys.state === 'ok') yield await look(dataset.name, () => datasetCheck(dataset, place, run))
}

/** Looks at the folder `out` that a lake is in, or is to be in. */
export async function* lakePreflight(out: string): AsyncGenerator<Check> {
  yield await look('disk', () => diskCheck(out))
  yield await look('rename', async () => {
    await tryRename(out)
    return { state: 'ok', what: 'output can appear by one rename there' }
  })
  const lock = await look('lake', () => lockCheck(out))
  if (lock.state !== 'ok') yield lock
}

type Told = Omit<Check, 'name'>

/** What a look has told, or why it could not. */
export async function look(name: string, action: () => Promise<Told>): Promise<Check> {
  try {
    return { name, ...(await action()) }
  } catch (error) {
    if (!isMillraceError(error)) throw error
    return { name, state: 'bad', what: error.message, next: error.hint, reason: error.reason }
  }
}

/** S3 refuses what is signed by a clock that is further off. */
const mostSkewMs = 15 * 60_000
const muchSkewMs = 60_000

function clockCheck({ serverMs, hereMs }: Probe): Check {
  const name = 'clock'
  if (serverMs === undefined) return { name, state: 'warn', what: 'the server does not tell its time' }
  // It tells whole seconds.
  const seconds = Math.round((hereMs - serverMs - 500) / 1000)
  const off = Math.abs(seconds) * 1000
  const what =
    off <= 2000
      ? 'agrees with that of the server'
      : `${Math.abs(seconds)} s ${seconds > 0 ? 'ahead of' : 'behind'} that of the server`
  if (off <= muchSkewMs) return { name, state: 'ok', what }
  const next = 'set the clock of this machine'
  if (off < mostSkewMs) return { name, state: 'warn', what, next }
  return {
    name,
    state: 'bad',
    what: `${what}, which refuses signatures that are 15 minutes off`,
    next,
    reason: 'access',
  }
}

async function datasetCheck(dataset: Dataset, place: BucketPlace, run: Run): Promise<Told> {
  const { first, last, openFrom, refusal } = await reachOf(dataset, place, run)
  const listed = `files from ${first} to ${last}`
  if (openFrom === undefined)
    return {
      state: 'bad',
      what: `${listed}, and the newest does not open: ${refusal?.message}`,
      next: refusal?.hint,
      reason: 'access',
    }
  if (!refusal) return { state: 'ok', what: `${listed}; the first and the last of them open` }
  return {
    state: 'warn',
    what: `${listed}, of which those from ${openFrom} on open`,
    next: `ask for no day before ${openFrom}, or for a plan with a longer history`,
  }
}

/** A day of stocks trades makes some 2 GB. */
const littleRoom = { bytes: 10e9, inodes: 10_000 }
const noRoom = { bytes: 100e6, inodes: 100 }

async function diskCheck(out: string): Promise<Told> {
  const { bytes, inodes = Number.POSITIVE_INFINITY } = await roomIn(out)
  const files = inodes === Number.POSITIVE_INFINITY ? '' : ` and ${inodes} inodes`
  const what = `${(bytes / 1e9).toFixed(1)} GB${files} free for ${out}`
  const next = 'free some space, or choose another --out; millrace plan RECIPE tells how much a run needs'
  if (bytes < noRoom.bytes || inodes < noRoom.inodes) return { state: 'bad', what, next, reason: 'write' }
  if (bytes < littleRoom.bytes || inodes < littleRoom.inodes) return { state: 'warn', what, next }
  return { state: 'ok', what }
}

async function lockCheck(out: string): Promise<Told> {
  const writer = await writerOf(out)
  if (!writer) return { state: 'ok', what: 'no run writes to it' }
  return {
    state: 'warn',
    what: `a run writes to ${out}: ${writer.text}`,
    next: 'wait until it has ended, or choose another --out',
  }
}
