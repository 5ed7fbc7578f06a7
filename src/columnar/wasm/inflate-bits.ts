// The bits of a DEFLATE stream (RFC 1951), lowest first, out of the input eight bytes at a time.

/** The next byte that is not among `bits`. */
export let inPos: usize = 0
/** Bits that were read and not used, the next one lowest; what stands above `bitCount` of them is of no account. */
export let bits: u64 = 0
export let bitCount: u32 = 0

/** Where the fast loop, which keeps them in variables of its own, has come to. */
export function setBits(at: usize, unused: u64, count: u32): void {
  inPos = at
  bits = unused
  bitCount = count
}

/** Makes it 56 bits at least. Eight bytes from `inPos` on may be read, whatever of them is used. */
// @ts-ignore: decorator
@inline
export function refill(): void {
  bits |= load<u64>(inPos) << (<u64>bitCount)
  inPos += 7 - ((bitCount >> 3) & 7)
  bitCount |= 56
}

// @ts-ignore: decorator
@inline
export function take(count: u32): u32 {
  const value = <u32>bits & ((1 << count) - 1)
  bits >>= <u64>count
  bitCount -= count
  return value
}

/** Gives back what is not used, but for the rest of the byte of which some is; the input may be moved then. */
export function giveBack(): void {
  inPos -= bitCount >> 3
  bitCount &= 7
  bits &= ((<u64>1) << (<u64>bitCount)) - 1
}

/** Skips the rest of a byte. */
export function toByte(): void {
  giveBack()
  setBits(inPos, 0, 0)
}
