import { crc32 } from 'node:zlib'

/** Bits of the flags: which fields come after the first ten bytes. */
const flags = { checksum: 2, extra: 4, name: 8, comment: 16, reserved: 0xe0 } as const
const beginning = [0x1f, 0x8b, 8]
const fixedBytes = 10
/** The fields of a header that is longer are none. */
const longest = 1 << 17

/** How long the header of a gzip member is (RFC 1952), what is wrong with it, or `undefined` as long as it is not all there. */
export function gzipHeader(bytes: Uint8Array): number | { readonly fault: string } | undefined {
  if (!beginning.every((byte, at) => at >= bytes.length || bytes[at] === byte))
    return { fault: 'no gzip header' }
  const flag = bytes[3] ?? 0
  if (flag & flags.reserved) return { fault: 'unknown flags in a gzip header' }
  const checked = endOfFields(bytes, flag)
  const end = flag & flags.checksum ? checked + 2 : checked
  if (end > bytes.length)
    return bytes.length < longest ? undefined : { fault: 'a gzip header without an end' }
  const isRight = end === checked || (crc32(bytes.subarray(0, checked)) & 0xffff) === uint16(bytes, checked)
  return isRight ? end : { fault: 'the checksum of a gzip header is wrong' }
}

const uint16 = (bytes: Uint8Array, at: number): number => (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8)

/** Where extra field, name and comment end; infinite if that is not to be seen yet. */
function endOfFields(bytes: Uint8Array, flag: number): number {
  let end = fixedBytes
  if (flag & flags.extra) end += 2 + uint16(bytes, end)
  for (const text of [flags.name, flags.comment])
    if (flag & text) end = bytes.indexOf(0, end) + 1 || Number.POSITIVE_INFINITY
  return end
}
