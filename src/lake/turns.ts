/** So many things at a time, begun one after the other. */
export interface Turns {
  /** Begins when fewer than that are under way, and resolves then. @throws the first error of those before. */
  take(action: () => Promise<void>): Promise<void>
  /** Waits for all. @throws the first error of any. */
  end(): Promise<void>
}

export function openTurns(most: number): Turns {
  const underWay = new Set<Promise<void>>()
  let failure: { readonly error: unknown } | undefined
  const check = (): void => {
    if (failure) throw failure.error
  }
  return {
    async take(action) {
      if (underWay.size === most) await Promise.race(underWay)
      check()
      const turn = action()
        .catch((error: unknown) => {
          failure ??= { error }
        })
        .finally(() => underWay.delete(turn))
      underWay.add(turn)
    },
    async end() {
      await Promise.all(underWay)
      check()
    },
  }
}
