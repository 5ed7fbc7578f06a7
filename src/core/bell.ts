/** For those who wait for something that somebody else brings about. */
export interface Bell {
  /** Something may have changed. */
  ring(): void
  /** Resolves once `isSo`, which is asked at once and whenever it rings. */
  until(isSo: () => boolean): Promise<void>
}

export function openBell(): Bell {
  let waiting: (() => void)[] = []
  return {
    ring() {
      const before = waiting
      waiting = []
      for (const wake of before) wake()
    },
    async until(isSo) {
      while (!isSo()) await new Promise<void>((resolve) => waiting.push(resolve))
    },
  }
}
