import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { buffer, text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

/** Root of the project. */
export const root = fileURLToPath(new URL('../../../', import.meta.url))
/** The real command, as `package.json` names it. */
export const command = fileURLToPath(new URL('../../src/cli/millrace.cjs', import.meta.url))

/** Path of a recipe file, as a user at the root would write it. */
export const recipeFile = (name: string): string => `./test/fixtures/recipes/${name}`

type Env = Readonly<Record<string, string>>

/** Starts the real command, without terminal and without the caller's credentials. */
export function startMillrace(args: readonly string[], env: Env = {}, cwd = root) {
  const { PATH = '' } = process.env
  return spawn(process.execPath, [command, ...args], {
    cwd,
    env: { PATH, HOME: '/nonexistent', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

/** Runs the real command to its end. */
export async function millrace(args: readonly string[], env: Env = {}) {
  const { bytes, stderr, code } = await millraceBytes(args, env)
  return { stdout: String(bytes), stderr, code }
}

/** The same, with stdout as it came. */
export async function millraceBytes(args: readonly string[], env: Env = {}, cwd = root) {
  const child = startMillrace(args, env, cwd)
  const [bytes, stderr, code] = await Promise.all([buffer(child.stdout), text(child.stderr), exitOf(child)])
  return { bytes, stderr, code }
}

/** The exit code, or the name of the signal that killed it. */
export async function exitOf(child: ChildProcess): Promise<number | string> {
  const [code, signal] = await once(child, 'close')
  return code ?? signal
}

/** Gathers what a stream says; `until(word)` waits for a word in it. */
export function listen(stream: Readable) {
  let heard = ''
  stream.setEncoding('utf8').on('data', (chunk: string) => {
    heard += chunk
  })
  return {
    all: () => heard,
    async until(word: string): Promise<void> {
      while (!heard.includes(word)) await Promise.race([once(stream, 'data'), ended(stream, word)])
    },
  }
}

async function ended(stream: Readable, word: string): Promise<never> {
  await once(stream, 'end')
  throw new Error(`the stream ended without ${word}`)
}
