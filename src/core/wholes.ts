import type { Planned } from './plan.ts'
import type { Unit } from './recipe.ts'

/** A unit that is over, as a part of what it is of. */
export interface Part {
  readonly unit: Unit
  /** That it brought; absent when it failed. */
  readonly rows?: number
}

/** What several units make up, as all tables of a company, once all are over that this run had to do. */
export interface Whole {
  /** `Unit.of` of its units. */
  readonly name: string
  readonly batch?: Unit['batch']
  /** In the order of the plan. */
  readonly parts: readonly Part[]
  /** The first failure of a part. */
  readonly error?: unknown
  /** None of its main parts brought a row, and none failed: an answer, too. */
  readonly noData: boolean
}

/** How a unit ended. */
export type Ending = { readonly rows: number } | { readonly error: unknown }

/**
 * Names of what units make up, with all of them, in the order of the plan. Where none makes anything up, each stands alone; a
 * list of tickers beside companies is none of them.
 */
export function wholesOf<P extends Planned>(planned: readonly P[]): ReadonlyMap<string, readonly P[]> {
  const wholes = new Map<string, P[]>()
  const parts = planned.filter(({ unit }) => unit.of !== undefined)
  for (const one of parts.length > 0 ? parts : planned) {
    const name = one.unit.of ?? one.unit.id
    const known = wholes.get(name)
    if (known) known.push(one)
    else wholes.set(name, [one])
  }
  return wholes
}

/** Follows what units make up. Those that stand alone are no wholes. */
export function followWholes(planned: readonly Planned[]) {
  const wholes = wholesOf(planned.filter(({ unit }) => unit.of !== undefined))
  const endings = new Map<Unit, Ending>()
  const left = new Map<string, number>()
  const byId = new Map<string, Unit>()
  let before = 0
  for (const [name, parts] of wholes) {
    const todo = parts.filter(({ done }) => !done)
    for (const { unit } of todo) byId.set(unit.id, unit)
    if (todo.length > 0) left.set(name, todo.length)
    else before++
  }
  return {
    all: wholes.size,
    /** Done by earlier runs. */
    before,
    /** A unit is over. Answers the whole of which it was the last one. */
    ended({ id, of = '' }: Unit, ending: Ending): Whole | undefined {
      const unit = byId.get(id)
      const open = left.get(of)
      if (unit === undefined || open === undefined) return undefined
      endings.set(unit, ending)
      left.set(of, open - 1)
      return open > 1 ? undefined : wholeOf(of, wholes.get(of) ?? [], endings)
    },
  }
}

function wholeOf(name: string, planned: readonly Planned[], endings: Map<Unit, Ending>): Whole {
  const ended = planned.flatMap(({ unit }) => {
    const ending = endings.get(unit)
    endings.delete(unit)
    return ending ? [{ unit, ending }] : []
  })
  const failed = ended.find(({ ending }) => 'error' in ending)?.ending
  const main = planned.filter(({ unit }) => unit.isMain)
  const empty = ended.filter(({ unit, ending }) => unit.isMain && 'rows' in ending && ending.rows === 0)
  const batch = planned[0]?.unit.batch
  return {
    name,
    ...(batch && { batch }),
    parts: ended.map(({ unit, ending }) => ({ unit, ...('rows' in ending && { rows: ending.rows }) })),
    ...(failed && 'error' in failed && { error: failed.error }),
    noData: main.length > 0 && empty.length === main.length,
  }
}
