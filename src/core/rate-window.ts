/** Bytes let through in the last `spanMs`, counted by the millisecond and never more than `limit`. */
export interface RateWindow {
  /** How long until `count` more bytes fit; 0 when they fit now. */
  waitMs(count: number, now: number): number
  add(count: number, now: number): void
}

/** A sliding window over a ring of one slot a millisecond; memory does not depend on the rate. */
export function createWindow(spanMs: number, limit: number): RateWindow {
  // One slot more than the span: the oldest millisecond counts whole, so that a window can begin anywhere in it.
  const slots = new Float64Array(spanMs + 1)
  let newest = 0
  let sum = 0

  const slotOf = (ms: number): number => ms % slots.length
  const slide = (now: number): void => {
    const ms = Math.floor(now)
    const steps = Math.min(ms - newest, slots.length)
    for (let back = steps - 1; back >= 0; back--) {
      sum -= slots[slotOf(ms - back)] as number
      slots[slotOf(ms - back)] = 0
    }
    newest = Math.max(newest, ms)
  }

  return {
    waitMs(count, now) {
      slide(now)
      // A piece larger than the whole limit would never fit: it goes when the window is empty.
      const room = Math.max(0, limit - count)
      let left = sum
      for (let ms = Math.max(0, newest - spanMs); ms <= newest && left > room; ms++) {
        left -= slots[slotOf(ms)] as number
        if (left <= room) return ms + slots.length - now
      }
      return 0
    },
    add(count, now) {
      slide(now)
      const at = slotOf(newest)
      slots[at] = (slots[at] as number) + count
      sum += count
    },
  }
}
