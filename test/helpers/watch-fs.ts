import fs from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import type { TestContext } from 'node:test'

/** Something that is asked of the file system: a change, `sync` of a file or a folder, or to read a file whole. */
export interface Asked {
  readonly what: string
  readonly path: string
  /** Where a rename leads. */
  readonly to?: string
}

type AnyFunction = (...args: readonly unknown[]) => Promise<unknown>

const calls = ['mkdir', 'readFile', 'rename', 'rm', 'rmdir', 'unlink'] as const
const fileCalls = ['appendFile', 'sync', 'truncate', 'write', 'writeFile'] as const

/**
 * Tells what everyone who imports `node:fs/promises` asks of the file system, before it is done, until the test ends. What
 * `before` throws is thrown to who asked, and nothing is done.
 */
export function watchFs(t: Pick<TestContext, 'after'>, before: (asked: Asked) => void): () => void {
  const originals = Object.fromEntries([...calls, 'open' as const].map((name) => [name, fs[name]]))
  const functions = originals as Record<string, AnyFunction>
  const watched = async (asked: Asked, action: () => Promise<unknown>): Promise<unknown> => {
    before(asked)
    return action()
  }
  for (const what of calls)
    patch(fs, what, (...args) => {
      const to = what === 'rename' ? { to: String(args[1]) } : {}
      return watched(
        { what, path: String(args[0]), ...to },
        () => functions[what]?.(...args) as Promise<unknown>,
      )
    })
  patch(fs, 'open', async (...args) => {
    const path = String(args[0])
    const opens = () => functions['open']?.(...args) as Promise<fs.FileHandle>
    const handle = (await (args[1] === 'r'
      ? opens()
      : watched({ what: 'open', path }, opens))) as fs.FileHandle
    for (const what of fileCalls) {
      const call = handle[what].bind(handle) as AnyFunction
      patch(handle, what, (...inner) => watched({ what, path }, () => call(...inner)))
    }
    return handle
  })
  syncBuiltinESMExports()
  const stop = (): void => {
    Object.assign(fs, originals)
    syncBuiltinESMExports()
  }
  t.after(stop)
  return stop
}

function patch(target: object, name: string, value: AnyFunction): void {
  Object.assign(target, { [name]: value })
}

/**
 * A crash after so many steps: from then on nothing that is asked of the file system is done, neither the step nor what
 * would clean up after it.
 */
export function crashAfter(steps: number): (asked: Asked) => void {
  let left = steps
  return (asked) => {
    if (left-- <= 0) throw new Crash(`crashed before ${asked.what} ${asked.path}`)
  }
}

/** What whoever asks after a crash is told; a process that really crashed would be told nothing. */
export class Crash extends Error {}
