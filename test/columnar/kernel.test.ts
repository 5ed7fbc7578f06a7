import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { compileKernel, openKernel } from '../../src/columnar/kernel.ts'

const room = 4096
const [delimiter, quote, cr, lf] = [0x2c, 0x22, 0x0d, 0x0a]

/** What a scan finds, as offsets from its start. */
interface Scanned {
  /** Of fields, up to the end of the last row. */
  readonly ends: readonly number[]
  /** The line breaks among them. */
  readonly rows: readonly number[]
  readonly fault: 'none' | Fault
  readonly faultAt: number | undefined
  readonly openQuote: boolean | undefined
}

type Fault = 'opens inside' | 'closes inside'
type State = 'start' | 'plain' | 'quoted' | 'closed' | 'closed, CR'
const faults = ['none', 'opens inside', 'closes inside'] as const

/** RFC 4180 a byte at a time: which state each kind of byte leads to. */
const next: Readonly<Record<State, (byte: number) => State | Fault>> = {
  start: (byte) => (byte === quote ? 'quoted' : (afterField(byte) ?? 'plain')),
  plain: (byte) => (byte === quote ? 'opens inside' : (afterField(byte) ?? 'plain')),
  quoted: (byte) => (byte === quote ? 'closed' : 'quoted'),
  closed: (byte) =>
    byte === quote ? 'quoted' : byte === cr ? 'closed, CR' : (afterField(byte) ?? 'closes inside'),
  'closed, CR': (byte) => (byte === lf ? 'start' : 'closes inside'),
}
const afterField = (byte: number): State | undefined =>
  byte === delimiter || byte === lf ? 'start' : undefined

const isFault = (state: State | Fault): state is Fault => state.endsWith(' inside')

function scannedSlowly(bytes: Uint8Array, addedBreak: number): Scanned {
  const ends: number[] = []
  let state: State = 'start'
  const found = (fault: 'none' | Fault, faultAt?: number): Scanned => {
    const rows = ends.filter((at) => bytes[at] === lf)
    const known = ends.slice(0, ends.lastIndexOf(rows.at(-1) ?? -1) + 1)
    return { ends: known, rows, fault, faultAt, openQuote: fault === 'none' ? state === 'quoted' : undefined }
  }
  for (const [at, byte] of bytes.entries()) {
    // A break that was added is not the second half of one.
    const after: State | Fault =
      state === 'closed, CR' && at === addedBreak ? 'closes inside' : next[state](byte)
    if (isFault(after)) return found(after, at)
    if (after === 'start') ends.push(at)
    state = after
  }
  return found('none')
}

const kernel = openKernel(compileKernel(), () => true)
const input = kernel.take(room + 256) + 64
const [positions, rowStarts, rest] = [
  kernel.take((room + 16) * 4),
  kernel.take((room + 16) * 4),
  kernel.take(room),
]
kernel.exports.layOut(positions, rowStarts, rest, rest, rest)
kernel.exports.setDialect(delimiter, quote)

/** The same by the kernel, from a start at any place, with something that means something all around. */
function scanned(bytes: Uint8Array, addedBreak: number, shift: number): Scanned {
  const { exports } = kernel
  const memory = kernel.bytes()
  const start = input + shift
  memory.fill([quote, lf, cr, delimiter][shift % 4] ?? 0, input - 64, input + room + 128)
  memory.set(bytes, start)
  exports.setAddedBreak(addedBreak < 0 ? 0 : start + addedBreak)
  const count = exports.scan(start, start + bytes.length)
  const word = (at: number, i: number): number => memory.readUInt32LE(at + i * 4)
  const ends = Array.from({ length: word(rowStarts, count) - 1 }, (_, i) => word(positions, i + 1) - start)
  const rows = Array.from({ length: count }, (_, i) => word(positions, word(rowStarts, i + 1) - 1) - start)
  const fault = faults[exports.fault.value] ?? 'none'
  const told = fault === 'none' ? undefined : exports.faultAt.value - start
  return {
    ends,
    rows,
    fault,
    faultAt: told,
    openQuote: told === undefined ? exports.openQuote.value !== 0 : undefined,
  }
}

const agree = (bytes: Uint8Array, addedBreak: number, shift: number): void =>
  assert.deepEqual(
    scanned(bytes, addedBreak, shift),
    scannedSlowly(bytes, addedBreak),
    JSON.stringify(Buffer.from(bytes).toString()),
  )

const letters = ['"', '"', ',', '\n', '\r', 'x', '""', '"\r\n', 'x'.repeat(61), ',x', '",', ',"']
const anyText = fc.array(fc.constantFrom(...letters), { maxLength: 40 }).map((parts) => parts.join(''))
/** Mostly what is right, so that scans get far. */
const fields = ['x', '', '""', '"x"', '"a""b"', '"\n"', '"\r\n,"', 'x'.repeat(30), `"${'y'.repeat(50)}"`]
const between = [',', ',', ',', '\n', '\n', '\r\n', '\r\n', '\r\n', '"', '\r']
const rightText = fc
  .array(fc.tuple(fc.constantFrom(...fields), fc.constantFrom(...between)), { maxLength: 40 })
  .map((parts) => parts.flat().join(''))

test('a scan finds what a parser finds that takes one byte at a time', () => {
  const finds = fc.property(
    fc.oneof(anyText, rightText),
    fc.nat(63),
    fc.boolean(),
    (text, shift, isAdded) => {
      const bytes = Buffer.from(text).subarray(0, room - 64)
      agree(bytes, isAdded && bytes.at(-1) === lf ? bytes.length - 1 : -1, shift)
    },
  )
  fc.assert(finds, { numRuns: 10_000 })
})

const wrong = [
  'x"',
  'x"y",',
  '"y"x',
  '"y" ',
  '"y"\r,',
  '"y"\r\r',
  '"y"\r"',
  '"y"\r\n"',
  '"y""z"z',
  '""x',
  '"""',
  '"',
]
const right = ['"y""z",\n', '""\r\n', '"y"\r\n"z"\n', 'y\r,\n', '\r\r\n', '"\r"\n']

test('each byte in or out of place is seen at every place of the 64 that are looked at together', () => {
  for (const text of [...wrong, ...right])
    for (const before of ['', 'x', 'x,', '\n', '"",', ',"\n"\r\n'])
      for (let pad = 0; pad < 130; pad++) {
        // The pad ends a row, or its last field goes on.
        agree(Buffer.from(`${'x'.repeat(pad)}${before}${text}`), -1, 0)
        agree(Buffer.from(`${'x'.repeat(pad)}\n${before}${text}\n`), pad + before.length + text.length + 1, 0)
      }
})
