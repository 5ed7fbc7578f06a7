import { mkdir, open, readFile, rename } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type Durability, syncFile, syncFolder } from './durability.ts'
import { makeStateFolder, stateFolder, writeError } from './durable-file.ts'
import { DataError, excerpt, WriteError } from './errors.ts'
import { parseObject } from './json.ts'
import { passIf } from './pass-if.ts'

/** Readable by its owner only. */
const mode = 0o600

/** Path of a file of a lake's state. */
export const statePath = (root: string, ...names: readonly string[]): string =>
  join(root, stateFolder, ...names)

/** A line of a state file. */
export interface Line<T> {
  readonly text: string
  readonly value: T
}

/**
 * The lines of a state file, each an object that begins with `v` and `table`; none when there is no file. A line that a
 * crash has cut off is passed over, be it the last or closed by the next writer.
 *
 * @throws {DataError} when another line is none of ours, or of a newer version, {WriteError} when the file may not be
 * read: nothing is guessed about what it holds.
 */
export async function readRecords<T>(
  root: string,
  name: string,
  isOurs: (value: Partial<T>) => boolean,
): Promise<{ readonly lines: readonly Line<T>[]; readonly torn: number }> {
  const path = statePath(root, name)
  const lines: Line<T>[] = []
  let torn = 0
  for (const [i, text] of (await readLines(path)).entries()) {
    const line = recordOf(text, `${path}, line ${i + 1}`, isOurs)
    if (line) lines.push(line)
    else torn++
  }
  return { lines, torn }
}

/**
 * The same for readers who keep little of each line: one after the other, while the file may be added to or replaced.
 *
 * @throws as `readRecords`.
 */
export async function* eachRecord<T>(
  root: string,
  name: string,
  isOurs: (value: Partial<T>) => boolean,
): AsyncGenerator<T> {
  const path = statePath(root, name)
  let number = 0
  for await (const text of eachLine(path)) {
    const line = recordOf(text, `${path}, line ${++number}`, isOurs)
    if (line) yield line.value
  }
}

/** A line that is ours, or nothing for one that was cut off. */
function recordOf<T>(
  text: string,
  where: string,
  isOurs: (value: Partial<T>) => boolean,
): Line<T> | undefined {
  const value = parseObject<T & { v: number }>(text)
  if (value?.v === 1 && isOurs(value)) return { text, value: value as T }
  if (isTorn(text)) return undefined
  throw foreign(where, text, value?.v)
}

/** It begins as ours do, and is no JSON. */
function isTorn(text: string): boolean {
  const start = '{"v":1,"table":'
  // Some file systems leave zeros where bytes were to come when the power went.
  const written = text.replaceAll('\0', '')
  return (
    written === '' ||
    (written.startsWith(start.slice(0, written.length)) && parseObject(written) === undefined)
  )
}

function foreign(where: string, text: string, version: number | undefined): DataError {
  if (version !== undefined && version > 1)
    return new DataError(`${where}: written by a newer version, which says v ${version}`, {
      hint: 'use that version, or another --out',
    })
  return new DataError(`${where}: no line that millrace writes there: ${excerpt(text)}`, {
    hint: 'nothing was changed; mend or remove that line, or choose another --out',
  })
}

async function readLines(path: string): Promise<string[]> {
  const text = await readFile(path, 'utf8')
    .catch(passIf('ENOENT', 'ENOTDIR'))
    .catch((error: NodeJS.ErrnoException) => {
      throw unreadable(path, error)
    })
  return (text ?? '').split('\n').slice(0, -1)
}

/** What stands behind the last line end is being written, or was cut off. */
async function* eachLine(path: string): AsyncGenerator<string> {
  let rest = ''
  try {
    const file = await open(path, 'r').catch(passIf('ENOENT', 'ENOTDIR'))
    for await (const chunk of file?.createReadStream({ encoding: 'utf8' }) ?? []) {
      const lines = `${rest}${chunk}`.split('\n')
      rest = lines.pop() ?? ''
      yield* lines
    }
  } catch (error) {
    throw unreadable(path, error as NodeJS.ErrnoException)
  }
}

/** Tells as exit 7 that a state file may not be read, as one that another user has made. */
export function unreadable(path: string, error: NodeJS.ErrnoException): WriteError {
  return new WriteError(`${path}: cannot be read (${error.message})`, {
    cause: error,
    hint: 'its owner can run this, or give you the right to read and write it',
  })
}

/**
 * Adds lines to a state file of a lake, after closing one that a crash has cut off. When this returns, they are on the
 * disk, if the durability says so.
 */
export async function appendLines(
  root: string,
  name: string,
  values: readonly object[],
  durability: Durability,
): Promise<void> {
  const path = statePath(root, name)
  try {
    await makeStateFolder(root)
    const file = await open(path, 'a+', mode)
    try {
      const { size } = await file.stat()
      const last = Buffer.alloc(1)
      if (size > 0) await file.read(last, 0, 1, size - 1)
      const torn = size > 0 && last.toString() !== '\n'
      // Not `write`, which may write a part of it and be content.
      await file.appendFile(
        `${torn ? '\n' : ''}${values.map((value) => `${JSON.stringify(value)}\n`).join('')}`,
      )
      await syncFile(file, 'state', durability)
      if (size === 0) await syncFolder(dirname(path), durability)
    } finally {
      await file.close()
    }
  } catch (error) {
    throw writeError(path, error)
  }
}

/** Puts `text` in place of a whole state file by one rename; `temp` is on the same file system. */
export async function replaceWhole(
  path: string,
  text: string,
  { temp, durability }: { readonly temp: string; readonly durability: Durability },
): Promise<void> {
  try {
    await mkdir(dirname(temp), { recursive: true })
    const file = await open(temp, 'w', mode)
    try {
      await file.writeFile(text)
      await syncFile(file, 'state', durability)
    } finally {
      await file.close()
    }
    await rename(temp, path)
    await syncFolder(dirname(path), durability)
  } catch (error) {
    throw writeError(path, error)
  }
}
