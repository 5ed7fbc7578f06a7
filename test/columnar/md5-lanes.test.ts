import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { md5Lanes } from '../../src/columnar/md5-lanes.ts'

const md5 = (pieces: readonly Uint8Array[]): string =>
  createHash('md5').update(Buffer.concat(pieces)).digest('hex')

/** How many texts are open at a time, and whose turn it is: indices of those that are open. */
const order = fc.record({ atATime: fc.integer({ min: 1, max: 6 }), turns: fc.infiniteStream(fc.nat()) })
const texts = fc.array(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 8 }), { maxLength: 9 })

test('texts that come at the same time, in any pieces and any order, have the MD5 that Node tells', () => {
  fc.assert(
    fc.property(texts, order, fc.constantFrom(128, 192, 512), (all, { atATime, turns }, roomBytes) => {
      const lanes = md5Lanes(roomBytes)
      const waiting = [...all]
      const open: { pieces: Uint8Array[]; left: Uint8Array[]; hash: ReturnType<typeof lanes.open> }[] = []
      while (waiting.length + open.length > 0) {
        const next = open.length < atATime ? waiting.shift() : undefined
        if (next) open.push({ pieces: next, left: [...next], hash: lanes.open() })
        const turn = (turns.next().value as number) % open.length
        const { pieces, left, hash } = open[turn] as (typeof open)[0]
        const piece = left.shift()
        if (piece) hash.update(piece)
        else {
          assert.equal(hash.hex(), md5(pieces))
          hash.close()
          open.splice(turn, 1)
        }
      }
    }),
    { numRuns: 500 },
  )
})

for (const bytes of [0, 1, 55, 56, 63, 64, 65, 119, 120, 127, 128, 129])
  test(`a text of ${bytes} bytes has the MD5 that Node tells, alone and beside another`, () => {
    const text = Buffer.alloc(bytes, 'text')
    for (const others of [0, 1]) {
      const lanes = md5Lanes(128)
      for (let i = 0; i < others; i++) lanes.open().update(Buffer.alloc(100))
      const hash = lanes.open()
      hash.update(text)
      assert.equal(hash.hex(), md5([text]))
    }
  })

test('a text that is closed before its end leaves its place to another', () => {
  const lanes = md5Lanes(128)
  const rest = [1, 2, 3].map(() => lanes.open())
  for (let i = 0; i < 10; i++) {
    const left = lanes.open()
    left.update(Buffer.alloc(1000, i))
    left.close()
    left.close()
  }
  for (const [i, hash] of rest.entries()) {
    const text = Buffer.alloc(1000, `${i}`)
    hash.update(text)
    assert.equal(hash.hex(), md5([text]))
  }
})
