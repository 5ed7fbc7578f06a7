import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { type GunzipperState, openGunzipper } from '../../src/columnar/gunzipper.ts'
import { compileInflater } from '../../src/columnar/inflater.ts'
import { dataError } from '../transforms/tallied.ts'

const module = compileInflater()
const text = 'ticker,price\nA,1.5\nB,2.25\n'
const small = gzipSync(text)

/** What comes out of pieces, each fed to a gunzipper that goes on with what `move` makes of the state of the one before. */
function inflated(
  pieces: readonly Uint8Array[],
  move = (state: GunzipperState): GunzipperState => state,
): Uint8Array[] {
  let gunzipper = openGunzipper({ module })
  const output: Uint8Array[] = []
  for (const piece of pieces) {
    output.push(...gunzipper.feed(piece))
    gunzipper = openGunzipper(move(gunzipper.save()))
  }
  return [...output, ...gunzipper.end()]
}

/** Noise, and after the first 40 000 bytes as many copies of what stands the farthest back that a reference may go. */
function farReferences(bytes: number): Buffer {
  const whole = Buffer.alloc(bytes)
  let random = 1
  for (let at = 0; at < bytes; at++) {
    random = Math.imul(random, 1_103_515_245) + 12_345
    whole[at] = at < 40_000 || random % 300 === 0 ? random >>> 16 : (whole[at - 32_768] as number)
  }
  return whole
}

const contents: readonly [title: string, content: Buffer][] = [
  ['references that reach back as far as they may', farReferences(5 << 20)],
  ['one byte, again and again', Buffer.alloc(5 << 20, 'x')],
  [
    'repetitions of each length below 40',
    Buffer.from(
      Array.from({ length: 40 }, (_, n) =>
        'abcdefghijklmnopqrstuvwxyz0123456789ABCD'.slice(0, n).repeat(70_000),
      ).join('|'),
    ),
  ],
]

for (const [title, content] of contents)
  test(`${title}: all of it comes out, 1 MiB at a time`, () => {
    const file = gzipSync(content)
    const half = file.length >> 1
    const output = inflated([file.subarray(0, half), file.subarray(half)])
    assert.ok(Buffer.concat(output).equals(content))
    assert.ok(output.every(({ length }) => length > 0 && length <= 1 << 20))
  })

test('another gunzipper goes on wherever one has left off, even if it is sent a copy of its state', () => {
  const file = Buffer.concat([small, gzipSync(''), gzipSync(text.repeat(9)), Buffer.alloc(3)])
  for (let at = 0; at <= file.length; at++) {
    const pieces = [file.subarray(0, at), file.subarray(at)]
    const moved = inflated(pieces, ({ module, ...state }) => ({ module, ...structuredClone(state) }))
    assert.equal(Buffer.concat(moved).toString(), text.repeat(10), `cut at ${at}`)
  }
})

test('what is cut near the end of a member, by more than is looked ahead, is inflated as if it were not', () => {
  // Half a byte of noise in each: nothing that would rather be stored.
  const member = gzipSync(farReferences(1500).toString('hex'))
  const file = Buffer.concat([member, member, Buffer.alloc(100)])
  const expected = Buffer.concat(inflated([file]))
  for (const end of [member.length, 2 * member.length])
    for (let at = end - 70; at <= end + 70; at++) {
      const output = inflated([file.subarray(0, at), file.subarray(at)])
      assert.ok(Buffer.concat(output).equals(expected), `cut at ${at - end} from the end`)
    }
})

test('nothing comes out of a file that is cut off but what is in it', () => {
  const content = farReferences(1500).toString('hex')
  for (const level of [0, 6]) {
    const file = gzipSync(content, { level })
    for (let end = 0; end < file.length; end += 7) {
      const output: Uint8Array[] = []
      const read = (): void => {
        const gunzipper = openGunzipper({ module })
        for (const pieces of [gunzipper.feed(file.subarray(0, end)), gunzipper.end()])
          for (const piece of pieces) output.push(piece)
      }
      assert.throws(read, dataError(/cut off|empty/))
      assert.ok(content.startsWith(Buffer.concat(output).toString('latin1')), `cut at ${end}`)
    }
  }
})

test('the length of a member is told modulo 2^32', () => {
  const longer = (by: number) => (state: GunzipperState) =>
    state.members ? { ...state, members: { ...state.members, bytes: state.members.bytes + by } } : state
  const pieces = [small.subarray(0, -9), small.subarray(-9)]
  assert.equal(Buffer.concat(inflated(pieces, longer(2 ** 32))).toString(), text)
  assert.throws(() => inflated(pieces, longer(1)), dataError(/corrupt \(another length/))
})

const header = (flags: number, ...fields: number[]): Buffer =>
  Buffer.from([0x1f, 0x8b, 8, flags, 0, 0, 0, 0, 0, 3, ...fields])
const changed = (at: number, ...bytes: number[]): Buffer => {
  const file = Buffer.from(small)
  file.set(bytes, at < 0 ? file.length + at : at)
  return file
}

const faults: readonly [title: string, file: Buffer, message: RegExp][] = [
  ['another method than deflate', changed(2, 7), /^the gzip data is corrupt \(no gzip header\), after 0 /],
  ['flags that nobody knows', header(0x20), /corrupt \(unknown flags in a gzip header\), after 0 /],
  [
    'a wrong checksum of its header',
    header(2, 1, 1),
    /corrupt \(the checksum of a gzip header is wrong\), after 0 /,
  ],
  [
    'a header of which no end is to be seen',
    Buffer.concat([header(8), Buffer.alloc(1 << 18, 'x')]),
    /without an end/,
  ],
  ['a header that ends too early', header(8, 65), /^the gzip data is cut off, after 11 compressed bytes$/],
  ['a block of type 3', changed(10, 7), /corrupt \(a block of no known type\)/],
  [
    'a stored block whose length is wrong',
    changed(10, 1, 2, 0, 0, 0),
    /corrupt \(the length of a stored block/,
  ],
  ['another checksum', changed(-8, 0), /corrupt \(another checksum than that of what came out\)/],
  ['another length', changed(-4, 0), /corrupt \(another length than that of what came out\)/],
  [
    'something after it',
    Buffer.concat([small, Buffer.from('x')]),
    new RegExp(`header\\), after ${small.length} `),
  ],
  [
    'something after padding',
    Buffer.concat([small, Buffer.from('\0\0x')]),
    new RegExp(`follows .*, after ${small.length + 2} `),
  ],
  ['half a member after it', Buffer.concat([small, small.subarray(0, 15)]), /cut off, after \d+ compressed/],
]

for (const [title, file, message] of faults)
  test(`a file with ${title} is refused, and it is said where`, () => {
    assert.throws(() => inflated([file]), dataError(message))
  })
