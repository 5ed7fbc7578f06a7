// Numbers of few bits, one after the other, the lowest bit first.

/** An unsigned LEB128. @returns where it ends. */
export function writeVarint(value: u64, to: usize): usize {
  while (value >= 0x80) {
    store<u8>(to++, <u8>(value | 0x80))
    value >>= 7
  }
  store<u8>(to, <u8>value)
  return to + 1
}

/** Small negative numbers as small as small positive ones. */
export function writeZigzag(value: i64, to: usize): usize {
  return writeVarint(<u64>((value << 1) ^ (value >> 63)), to)
}

/** The bits of a number that is at most this. */
// @ts-ignore: decorator
@inline
export function bitsFor(most: u64): u32 {
  return 64 - <u32>clz(most)
}

/**
 * Packs `count` numbers of `width` bits each; up to 8 bytes after them are written, too.
 *
 * @returns where they end, the last byte being full or not.
 */
export function packBits<T>(from: usize, count: u32, width: u32, to: usize): usize {
  if (width == 0) return to
  let bits: u64 = 0
  let filled: u32 = 0
  for (let i: u32 = 0; i < count; i++) {
    const value = <u64>load<T>(from + <usize>i * sizeof<T>())
    bits |= value << filled
    filled += width
    if (filled >= 64) {
      store<u64>(to, bits)
      to += 8
      filled -= 64
      bits = filled > 0 ? value >> (width - filled) : 0
    }
  }
  store<u64>(to, bits)
  return to + ((filled + 7) >> 3)
}
