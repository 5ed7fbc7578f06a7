import { createHash } from 'node:crypto'
import { join } from 'node:path'

/** Folder of one partition, as `lake/stocks_trades/date=2024-03-01`. */
export const partitionFolder = (
  root: string,
  table: string,
  partition: Readonly<Record<string, string | null>>,
): string =>
  join(root, table, ...Object.entries(partition).map(([name, value]) => `${name}=${partitionValue(value)}`))

export const partName = (part: number): string => `part-${part}.parquet`

const reserved = /^(?:CON|PRN|AUX|NUL|COM\d|LPT\d)(?:\.|$)/
const longest = 200

/**
 * A value as part of a path: percent-encoded where a file system or a reader could mistake it, lower-case letters too,
 * so that `BApA` and `BAPA` stay two folders where case does not count. Readers decode it to the very value, unless it is
 * longer than 200 bytes: then its end is a hash.
 */
export function partitionValue(value: string | null): string {
  if (value === null) return '__HIVE_DEFAULT_PARTITION__'
  const bytes = [...Buffer.from(value)]
  // `CON` is a device on Windows, and a dot at either end means something to some file system.
  const encoded = bytes
    .map((byte, at) => {
      const atFirst = at === 0 && (reserved.test(value) || value.startsWith('.'))
      const atLast = at === bytes.length - 1 && value.endsWith('.')
      return encodeByte(byte, atFirst || atLast)
    })
    .join('')
  if (encoded.length <= longest) return encoded
  return `${encoded.slice(0, 120)}~${createHash('sha256').update(value).digest('hex').slice(0, 32).toUpperCase()}`
}

function encodeByte(byte: number, always: boolean): string {
  const char = String.fromCharCode(byte)
  if (!always && /[A-Z0-9_.-]/.test(char)) return char
  return `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
}
