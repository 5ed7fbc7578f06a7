import { reasonOf } from '../core/errors.ts'
import type { Unit } from '../core/recipe.ts'

/** So many failures are told that are alike. */
const mostTold = 5

/** Tells failures that are the same but for the name of the unit and for numbers: the first of them, and how many came after. */
export function startAlike() {
  const kinds = new Map<string, { readonly told: string; readonly times: number }>()
  return {
    /** Whether it is one of the first of its kind. */
    isTold(unit: Unit, error: unknown): boolean {
      const key = kindOf(unit, error)
      const { told, times } = kinds.get(key) ?? { told: '', times: 0 }
      const isTold = times < mostTold
      kinds.set(key, { told: isTold ? unit.id : told, times: times + 1 })
      return isTold
    },
    /** What was not told, a line a kind. */
    others: (): string[] =>
      [...kinds.values()]
        .filter(({ times }) => times > mostTold)
        .map(({ told, times }) => `error: ${told}: ${times - mostTold} more failed like it`),
  }
}

function kindOf({ id, of = id }: Unit, error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  const names = [id, of, encodeURIComponent(of)].map(literal).join('|')
  const anyName = message.replace(new RegExp(`(?<![A-Za-z0-9])(?:${names})(?![A-Za-z0-9])`, 'g'), '*')
  return `${reasonOf(error)} ${anyName.replace(/\d+/g, '0')}`
}

const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
