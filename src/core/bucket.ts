/** Says when bytes may go: those of one rate that many share. */
export interface Bucket {
  /** 0: no limit. */
  readonly bytesPerSecond: number
  /** The most that may be asked for at once: a piece goes as a whole, so pieces are small. */
  readonly pieceBytes: number
  open(): Account
}

/** What one taker asks of a bucket. */
export interface Account {
  /** Calls `granted` when `bytes` more may go. */
  ask(bytes: number, granted: () => void): void
  /** Tells what became of bytes granted. Until then they may go at any time, and less is granted to others. */
  settle(part: Part): void
  /** Takes back what was asked and not yet granted. */
  withdraw(): void
  /** As `withdraw`; what was granted counts as gone. */
  close(): void
}

/** Of bytes granted, how many have gone, and how many never will. */
export interface Part {
  readonly gone: number
  readonly unused: number
}

/** One request to a bucket. */
export interface Waiting {
  readonly owner: object
  readonly bytes: number
  readonly granted: () => void
}

/** What a bucket does when one of its accounts did something. */
interface Told {
  asked(): void
  withdrawn(): void
  settled(part: Part): void
}

/** The bytes of `ms` at a rate, and at least one. */
export const bytesIn = (ms: number, bytesPerSecond: number): number =>
  Math.max(1, Math.floor((bytesPerSecond * ms) / 1000))

/** The largest piece that may go at once. */
export const pieceBytes = (bytesPerSecond: number): number => bytesIn(5, bytesPerSecond)

/** Grants all at once. */
export const noLimit: Bucket = {
  bytesPerSecond: 0,
  pieceBytes: Number.POSITIVE_INFINITY,
  open: () => ({ ask: (_bytes, granted) => granted(), settle() {}, withdraw() {}, close() {} }),
}

/** An account that waits in `queue`, which the bucket serves from its front. */
export function accountOf(queue: Waiting[], { asked, withdrawn, settled }: Told): Account {
  const owner = {}
  let held = 0
  const withdraw = (): void => {
    for (let i = queue.length - 1; i >= 0; i--) if (queue[i]?.owner === owner) queue.splice(i, 1)
    withdrawn()
  }
  const settle = ({ gone, unused }: Part): void => {
    held -= gone + unused
    settled({ gone, unused })
  }
  return {
    ask(bytes, then) {
      const granted = (): void => {
        held += bytes
        then()
      }
      queue.push({ owner, bytes, granted })
      asked()
    },
    settle,
    withdraw,
    close() {
      withdraw()
      if (held > 0) settle({ gone: held, unused: 0 })
    },
  }
}
