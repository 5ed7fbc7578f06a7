import { readFile } from 'node:fs/promises'
import { UsageError } from '../core/errors.ts'
import { didYouMean } from '../core/nearest.ts'
import { flagOf } from '../core/params.ts'
import type { Given } from './flags.ts'

/**
 * Adds what a config file says to what the command line says, which wins. The file holds one JSON object; its keys are
 * flags, as `keep-raw` or `keepRaw`.
 *
 * @throws {UsageError} for a file that cannot be read, a key that is no flag, a value that is no text, number, boolean
 * or list of texts. Values are never shown: one may be a secret.
 */
export async function withConfig(given: Given, known: readonly string[]): Promise<Given> {
  const path = given.get('config')
  return path === undefined ? given : new Map([...(await readConfig(path, known)), ...given])
}

async function readConfig(path: string, known: readonly string[]): Promise<Given> {
  const config = new Map<string, string>()
  for (const [key, value] of Object.entries(await readObject(path))) {
    const flag = flagOf(key)
    if (!known.includes(flag))
      throw new UsageError(`${path}: unknown key ${key}`, { hint: didYouMean(flag, known) })
    if (config.has(flag)) throw new UsageError(`${path}: ${flag} is given twice`, { hint: 'give it once' })
    config.set(flag, textOf(value, `${path}: ${key}`))
  }
  return config
}

async function readObject(path: string): Promise<object> {
  const text = await readFile(path, 'utf8').catch((error: Error) => {
    throw new UsageError(`--config: ${path} cannot be read (${error.message})`, { cause: error })
  })
  const value = parseJson(text, path)
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  throw new UsageError(`${path}: not a JSON object`, { hint: 'write {"out": "./lake", "workers": 2}' })
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    // The parser's message quotes the text, which may hold a secret: only the position is shown.
    const [position = 'somewhere'] = /position \d+/.exec((error as Error).message) ?? []
    throw new UsageError(`${path}: not JSON (at ${position})`)
  }
}

function textOf(value: unknown, where: string): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (Array.isArray(value) && value.every((word) => typeof word === 'string')) return value.join(',')
  throw new UsageError(`${where} must be a text, a number, true, false or a list of texts`)
}
