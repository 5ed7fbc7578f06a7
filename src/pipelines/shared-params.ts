import { readFileSync } from 'node:fs'
import { UsageError } from '../core/errors.ts'
import { text } from '../core/params.ts'
import type { Param } from '../core/recipe.ts'
import { isFolderName } from '../lake/layout.ts'

/** Another folder for a table than its own. */
export function tableParam({ table }: { readonly table: string }): Param<string> {
  const word = text(`folder in the lake, ${table} by default`, { value: 'NAME' })
  return {
    ...word,
    parse(given) {
      if (!isFolderName(given))
        throw new UsageError(`${given} cannot name a folder`, {
          hint: 'use letters, digits, _, - and ., no . at the end, and no name that Windows keeps for itself',
        })
      return given
    },
  }
}

/** Names with commas between them, or those that `@FILE` or `-` holds, one a line or with spaces between them. */
export function namesIn(given: string): readonly string[] {
  const words = given === '-' || given.startsWith('@') ? textIn(given).split(/[\s,]+/) : given.split(',')
  return [...new Set(words.map((word) => word.trim()).filter((word) => word !== ''))]
}

/** What `@FILE` or `-`, which is stdin, holds. @throws {UsageError} when it cannot be read. */
export function textIn(given: string): string {
  try {
    return readFileSync(given === '-' ? 0 : given.slice(1), 'utf8')
  } catch (error) {
    throw new UsageError(
      `${given === '-' ? 'stdin' : given.slice(1)} cannot be read (${(error as Error).message})`,
      {
        cause: error,
      },
    )
  }
}
