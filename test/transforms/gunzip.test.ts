import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { constants, deflateSync, gzipSync } from 'node:zlib'
import { from, runPipeline } from '../../src/core/pipeline.ts'
import { createRun } from '../../src/core/run.ts'
import { type Bytes, source } from '../../src/core/stage.ts'
import { gunzip } from '../../src/transforms/gunzip.ts'
import { collect, keepIn } from '../helpers/collect.ts'
import { byteTransformLaws } from '../helpers/stage-laws.ts'
import { byteByByte, dataError, everyCut } from './tallied.ts'

const text = 'ticker,price\nA,1.5\nB,2.25\n'
const small = gzipSync(text)
const join = (...parts: readonly (Bytes | string)[]): Buffer =>
  Buffer.concat(parts.map((part) => Buffer.from(part as Bytes)))

byteTransformLaws(gunzip, {
  input: join(gzipSync(text.repeat(100)), gzipSync('the second member\n'), gzipSync('')),
  truncated: { from: small.subarray(0, -1), error: dataError(/the gzip data is cut off/) },
  check: (output) => assert.equal(join(...output).toString(), `${text.repeat(100)}the second member\n`),
})

const inflated = async (input: Iterable<Bytes> | AsyncIterable<Bytes>): Promise<string> =>
  join(...(await collect(input, gunzip()))).toString()

const noise = Buffer.from(
  Array.from({ length: 3 << 20 }, (_, i) => (Math.imul(i, 2_654_435_761) >>> 13) & 0xff),
)
const stored = gzipSync(noise, { level: constants.Z_NO_COMPRESSION })
const padding = Buffer.alloc(3)

/** A header of RFC 1952 with extra field, name, comment and checksum of itself. */
function withFields(): Buffer {
  const fields = join(
    Buffer.from([0x1f, 0x8b, 8, 0x1e, 0, 0, 0, 0, 0, 3]),
    Buffer.from([2, 0]),
    'xy',
    'day.csv\0',
    'note\0',
  )
  const crc = gzipSync(fields).readUInt32LE(gzipSync(fields).length - 8) & 0xffff
  return join(fields, Buffer.from([crc & 0xff, crc >> 8]), small.subarray(10))
}

const whole: readonly [title: string, file: Buffer, expected: string][] = [
  ['one member', small, text],
  ['a member of nothing', gzipSync(''), ''],
  ['two members', join(small, small), text + text],
  ['an empty member between two', join(small, gzipSync(''), small), text + text],
  ['a member with all optional header fields', withFields(), text],
  ['zero padding after the last member', join(small, small, padding), text + text],
  ['more zero padding than a chunk', join(small, Buffer.alloc(70_000)), text],
]

for (const [title, file, expected] of whole)
  test(`a file of ${title} is inflated whole, in one piece and byte by byte`, async () => {
    assert.equal(await inflated([file]), expected)
    if (file.length < 1000) assert.equal(await inflated(byteByByte(file)), expected)
  })

test('chunks that come out are at most 1 MiB, and all of them are there', async () => {
  const output = await collect([stored], gunzip())
  assert.ok(output.every(({ length }) => length > 0 && length <= 1 << 20))
  assert.ok(join(...output).equals(noise))
})

test('what is cut in two, anywhere, is inflated as if it were not', async () => {
  const file = join(small, small)
  for (const pieces of everyCut(file)) assert.equal(await inflated(pieces), text + text)
})

test('a file that ends anywhere but at its end is an error of the data', async () => {
  for (let end = 1; end < small.length; end++)
    await assert.rejects(inflated([small.subarray(0, end)]), dataError(/cut off/), `${end} bytes`)
  const two = join(small, small)
  for (let end = small.length + 1; end < two.length; end++)
    await assert.rejects(inflated([two.subarray(0, end)]), dataError(/cut off/), `${end} bytes`)
})

test('a file in which any one bit is wrong is an error, or inflates to the same', async () => {
  const harmless = new Set<number>()
  for (let bit = 0; bit < small.length * 8; bit++) {
    const wrong = Buffer.from(small)
    wrong[bit >> 3] = (wrong[bit >> 3] as number) ^ (1 << (bit & 7))
    const outcome = await inflated([wrong]).catch((error: unknown) => {
      assert.ok(dataError(/^the gzip data is (corrupt|cut off)/)(error), `bit ${bit}: ${error}`)
      return undefined
    })
    if (outcome === undefined) continue
    assert.equal(outcome, text, `bit ${bit}`)
    harmless.add(bit >> 3)
  }
  // FTEXT in the flags, the four bytes of the time, the extra flags, the operating system, and the bits that fill up
  // the last byte of the deflated data.
  assert.deepEqual([...harmless], [3, 4, 5, 6, 7, 8, 9, small.length - 9])
})

const broken: readonly [title: string, file: Buffer, message: RegExp][] = [
  ['no bytes', Buffer.alloc(0), /empty/],
  ['padding only', padding, /corrupt/],
  ['plain text', Buffer.from(text), /corrupt/],
  ['zlib, not gzip', deflateSync(text), /corrupt/],
  ['text after the last member', join(small, 'garbage'), /corrupt/],
  ['one byte after the last member', join(small, '\n'), /corrupt|cut off/],
  ['text after zero padding', join(small, padding, 'garbage'), /./],
  ['a member after zero padding', join(small, padding, small), /./],
  ['a byte at the end of long zero padding', join(small, Buffer.alloc(70_000), '\n'), /./],
]

for (const [title, file, message] of broken)
  test(`a file of ${title} is an error of the data, in one piece and byte by byte`, async () => {
    await assert.rejects(inflated(file.length ? [file] : []), dataError(message))
    if (file.length < 1000) await assert.rejects(inflated(byteByByte(file)), dataError(message))
  })

async function* slowly(pieces: Iterable<Bytes>): AsyncGenerator<Bytes> {
  for (const piece of pieces) {
    await turn()
    yield piece
  }
}

test('padding that comes late is read to its end, so that nothing which follows it is missed', async () => {
  const read: Bytes[] = []
  const pieces = source<Bytes>('slow', async function* () {
    for await (const piece of slowly([small, ...Array<Bytes>(20).fill(padding)])) {
      read.push(piece)
      yield piece
    }
  })
  const output: Bytes[] = []
  await runPipeline(from(pieces).through(gunzip()).into(keepIn(output)), createRun())
  assert.deepEqual([join(...output).toString(), read.length], [text, 21])
  for (const late of [small, Buffer.from('garbage'), Buffer.from('\0garbage')])
    await assert.rejects(inflated(slowly([small, ...Array<Bytes>(20).fill(padding), late])), dataError(/./))
})

test('an error tells how many compressed bytes came, and what to do', async () => {
  await assert.rejects(inflated([small.subarray(0, 20)]), {
    message: /after 20 compressed bytes/,
    hint: /fetch/,
  })
})
