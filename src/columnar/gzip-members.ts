import { crc32 } from 'node:zlib'
import { gzipHeader } from './gzip-header.ts'
import type { Inflater } from './inflater.ts'

/** What is read: the members of a gzip file (RFC 1952), one after the other, and zeros that may follow the last one. */
type Part = 'header' | 'data' | 'trailer' | 'padding'

export interface MemberProgress {
  readonly part: Part
  /** Members that were read whole. */
  readonly members: number
  /** Of the one that is being read: how many bytes came out, and their checksum. */
  readonly bytes: number
  readonly crc: number
}

export interface GzipMembers {
  /**
   * Goes on with what was put into the inflater.
   *
   * @returns why it stopped, or what is wrong with the file.
   */
  read(): 'hungry' | 'full' | { readonly fault: string }
  /** What came out, which is the caller's. */
  take(): Uint8Array<ArrayBuffer>
  readonly progress: MemberProgress
}

const trailerBytes = 8

/** Reads the gzip file whose bytes are put into `inflater`, from its beginning or from where another has left off. */
export function readMembers(
  inflater: Inflater,
  { part, members, bytes, crc }: MemberProgress = { part: 'header', members: 0, bytes: 0, crc: 0 },
): GzipMembers {
  /** How much of the inflater's output is in `bytes` and `crc`. */
  let checked = 0
  const check = (): void => {
    const output = inflater.output.subarray(checked)
    crc = crc32(output, crc)
    bytes += output.length
    checked += output.length
  }
  /** Each reads its part. What it answers is the next one, or why there is none yet. */
  const read: Record<Part, () => Part | 'hungry' | 'full' | { readonly fault: string }> = {
    header() {
      const { rest } = inflater
      if (rest.length === 0) return 'hungry'
      if (members > 0 && rest[0] === 0) return 'padding'
      const length = gzipHeader(rest) ?? 'hungry'
      if (typeof length !== 'number') return length
      inflater.skip(length)
      inflater.begin()
      ;[bytes, crc] = [0, 0]
      return 'data'
    },
    data() {
      const outcome = inflater.inflate()
      if (outcome !== 'done') return outcome
      check()
      return 'trailer'
    },
    trailer() {
      const { rest } = inflater
      if (rest.length < trailerBytes) return 'hungry'
      const fault = trailerFault(rest, crc, bytes)
      if (fault !== undefined) return { fault }
      inflater.skip(trailerBytes)
      members++
      return 'header'
    },
    padding() {
      const { rest } = inflater
      const other = rest.findIndex((byte) => byte !== 0)
      inflater.skip(other < 0 ? rest.length : other)
      return other < 0 ? 'hungry' : { fault: 'something that is no gzip follows the gzip data' }
    },
  }
  return {
    read() {
      for (;;) {
        const next = read[part]()
        if (next === 'hungry' || next === 'full' || typeof next === 'object') return next
        part = next
      }
    },
    take() {
      check()
      checked = 0
      return inflater.take()
    },
    get progress() {
      return { part, members, bytes, crc }
    },
  }
}

function trailerFault(trailer: Uint8Array, crc: number, bytes: number): string | undefined {
  const view = new DataView(trailer.buffer, trailer.byteOffset)
  if (view.getUint32(0, true) !== crc) return 'another checksum than that of what came out'
  return view.getUint32(4, true) === bytes % 2 ** 32 ? undefined : 'another length than that of what came out'
}
