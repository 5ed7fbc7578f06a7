import { mkdir, open, readdir, readFile, rename, rmdir, stat, unlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { discard, makeStateFolder, writeError } from './durable-file.ts'
import { DataError, excerpt, WriteError } from './errors.ts'
import { describeSelf, type Holder, type Processes, stateOf } from './holder.ts'
import { parseObject } from './json.ts'
import { shutOut } from './orphans.ts'
import { passIf } from './pass-if.ts'
import type { Run } from './run.ts'
import { statePath, unreadable } from './state-file.ts'

/** The right to write to a lake, until it is given back, or another run takes the lake over. */
export interface Lock {
  /** Fires, with a `WriteError`, once it is known that another run has taken the lake over. */
  readonly lost: AbortSignal
  /** @throws {WriteError} when another run has taken the lake over. */
  check(): Promise<void>
  release(): Promise<void>
}

const beatMs = 5000
/** A holder that has not been seen for so long, and is not known to be alive, has lost its lock. */
const staleMs = 60_000

/**
 * Takes the lock of a lake. It is a folder with one file, which bears the epoch of its holder: a whole folder comes by one
 * rename, which fails where another one is not empty, and a file of one epoch can be taken away by its name without ever
 * hitting that of another. So of any number of runs that begin, or find a dead holder, at the same instant, one wins.
 *
 * A holder that is dead is replaced. One that is not seen any more, as it is asleep or on a machine that is gone, is shut
 * out first. Its heartbeat is the time of its file, compared with that of a file made just now: both are of one clock, that
 * of the file system.
 *
 * @throws {WriteError} when a live run holds it, naming host and process; {DataError} when the lock cannot be understood.
 */
export async function takeLock(
  root: string,
  run: Pick<Run, 'clock' | 'epoch'>,
  processes?: Processes,
): Promise<Lock> {
  const at = new Date(run.clock.wallMs()).toISOString()
  const holder: Holder = { v: 1, epoch: run.epoch, ...(await describeSelf(processes)), at }
  try {
    await acquire(root, holder, processes)
  } catch (error) {
    await discard({ temp: statePath(root, 'tmp', run.epoch) })
    throw writeError(folderOf(root), error)
  }
  return keep(root, holder, run)
}

const folderOf = (root: string): string => statePath(root, 'locks', 'lake')
const fileOf = (folder: string, { epoch }: Pick<Holder, 'epoch'>): string => join(folder, `${epoch}.json`)

/** Each try ends because something has changed; so many in a row do not happen. */
const mostTries = 1000

async function acquire(root: string, holder: Holder, processes: Processes | undefined): Promise<void> {
  await makeStateFolder(root)
  await mkdir(dirname(folderOf(root)), { recursive: true, mode: 0o700 })
  const folder = statePath(root, 'tmp', holder.epoch, 'lock')
  const mine = fileOf(folder, holder)
  for (let tries = 1; ; tries++) {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    // Whoever has just won may sweep it away.
    await writeFile(mine, `${JSON.stringify(holder)}\n`, { mode: 0o600 }).catch(passIf('ENOENT'))
    const refusal = await rename(folder, folderOf(root)).then(() => undefined, refusalOf)
    if (refusal === undefined) return
    if (tries === mostTries) throw refusal
    const other = await readHolder(root)
    if (other) await takeOver(root, other, { mine, processes })
    // Windows renames no folder over another one, be it empty.
    else await rmdir(folderOf(root)).catch(passIf('ENOENT', 'ENOTEMPTY', 'EEXIST'))
  }
}

/** Another run has the lock, or, with ENOENT, has just won it and swept what it found. Windows says EPERM. */
function refusalOf(error: NodeJS.ErrnoException): NodeJS.ErrnoException {
  if (['ENOTEMPTY', 'EEXIST', 'ENOENT', 'EPERM'].includes(error.code ?? '')) return error
  throw error
}

interface Candidate {
  /** A file made just now. */
  readonly mine: string
  readonly processes: Processes | undefined
}

/** Takes the lock away from a holder that is not at work any more. @throws {WriteError} when it is. */
async function takeOver(root: string, other: Holder, { mine, processes }: Candidate): Promise<void> {
  const file = fileOf(folderOf(root), other)
  const state = await stateOf(other, processes)
  const [now, seen] = await Promise.all([mine, file].map((path) => stat(path).catch(passIf('ENOENT'))))
  // One of them is gone: the lock has changed hands meanwhile.
  if (!now || !seen) return
  const ageMs = now.mtimeMs - seen.mtimeMs
  if (state === 'alive' || (state === 'unknown' && ageMs < staleMs)) throw held(root, other, state, ageMs)
  if (state !== 'dead') await shutOut(root, other.epoch)
  await unlink(file).catch(passIf('ENOENT'))
}

const nameOf = ({ host, pid }: Holder): string => `process ${pid ?? 'unknown'} on ${host}`

function held(root: string, other: Holder, state: 'alive' | 'unknown', ageMs: number): WriteError {
  const left = Math.ceil((staleMs - ageMs) / 1000)
  return new WriteError(`${root}: another run writes to this lake, ${nameOf(other)}, since ${other.at}`, {
    hint:
      state === 'alive'
        ? 'wait until it has ended, or end that process'
        : `wait until it has ended; if it is gone, its lock goes ${left} s from now`,
  })
}

/**
 * Who writes to a lake now, as far as its lock tells: one that is dead does not, one that is only silent may.
 *
 * @returns nothing when nobody does.
 * @throws {DataError} when the lock cannot be understood, {WriteError} when it may not be read.
 */
export async function writerOf(
  root: string,
  processes?: Processes,
): Promise<{ readonly epoch: string; readonly text: string } | undefined> {
  const holder = await readHolder(root)
  if (!holder || (await stateOf(holder, processes)) === 'dead') return undefined
  return { epoch: holder.epoch, text: `${nameOf(holder)}, since ${holder.at}` }
}

/** @returns nothing when nobody holds the lock. */
async function readHolder(root: string): Promise<Holder | undefined> {
  const folder = folderOf(root)
  try {
    const names = (await readdir(folder).catch(passIf('ENOENT', 'ENOTDIR'))) ?? []
    const name = names.find((one) => one.endsWith('.json'))
    if (name !== undefined) {
      const text = await readFile(join(folder, name), 'utf8').catch(passIf('ENOENT'))
      return text === undefined ? undefined : parseHolder(text, join(folder, name))
    }
    if (names.length === 0) return undefined
    throw new WriteError(`${join(folder, String(names[0]))} is in the way of a lock`, { hint: 'remove it' })
  } catch (error) {
    throw isDenied(error) ? unreadable(folder, error) : error
  }
}

const isDenied = (error: unknown): error is NodeJS.ErrnoException =>
  ['EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')

function parseHolder(text: string, path: string): Holder {
  const holder = parseObject<Holder>(text)
  const { v, epoch, host, at } = holder ?? {}
  if (v === 1 && epoch !== undefined && host !== undefined && at !== undefined) return holder as Holder
  throw new DataError(`${path}: no lock that this version can read: ${excerpt(text)}`, {
    hint: 'use the version that made it; if no run is at work on this lake, remove that file',
  })
}

/** Holds what was taken: shows that it is alive, and learns when it is not its holder any more. */
function keep(root: string, holder: Holder, { clock }: Pick<Run, 'clock'>): Lock {
  const file = fileOf(folderOf(root), holder)
  const lost = new AbortController()
  let cancel = (): void => {}
  let beating: Promise<void> = Promise.resolve()

  const lose = async (): Promise<WriteError> => {
    // Who it was is only told; that it cannot be read changes nothing.
    const other = await readHolder(root).catch(() => undefined)
    const who = other
      ? `${nameOf(other)} took it over at ${other.at}`
      : 'another run took it over, or it was removed'
    const error = new WriteError(`${root}: this run does not hold the lock any more: ${who}`, {
      hint: 'what is done stays done; run again when no other run is at work',
    })
    lost.abort(error)
    return error
  }
  const check = async (): Promise<void> => {
    if (lost.signal.aborted) throw lost.signal.reason
    const there = await stat(file).catch(passIf('ENOENT'))
    if (!there) throw await lose()
  }
  const beat = async (): Promise<void> => {
    try {
      await touch(file)
    } catch (error) {
      // Any other failure is no loss yet: if it lasts, the next commit finds out.
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') await lose()
    }
  }
  const schedule = (): void => {
    cancel = clock.after(beatMs, () => {
      beating = beat().then(() => {
        if (!lost.signal.aborted) schedule()
      })
    })
  }
  schedule()
  return {
    lost: lost.signal,
    check,
    async release() {
      cancel()
      await beating
      cancel()
      await unlink(file).catch(passIf('ENOENT'))
      await rmdir(folderOf(root)).catch(passIf('ENOENT', 'ENOTEMPTY', 'EEXIST'))
    },
  }
}

/** Writes the last byte, a line's end, once more: the file system sets the time, and no reader sees a change. */
async function touch(path: string): Promise<void> {
  const file = await open(path, 'r+')
  try {
    const { size } = await file.stat()
    await file.write('\n', size - 1)
  } finally {
    await file.close()
  }
}
