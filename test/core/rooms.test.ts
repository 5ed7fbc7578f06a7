import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { openRooms } from '../../src/core/rooms.ts'

const roomBytes = 64

/** Reads so many bytes, as many as fit, or lets go of a part of what has been read, told by its place in what is left. */
const step = fc.oneof(
  fc.record({ read: fc.integer({ min: 0, max: roomBytes }) }),
  fc.record({ release: fc.nat(), part: fc.double({ min: 0, max: 1, noNaN: true }) }),
)

test('what has been read stays as it is until it is released, in any order and in parts', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const rooms = openRooms(roomBytes)
      const pieces: { bytes: Uint8Array; by: number }[] = []
      for (const [by, what] of steps.entries()) {
        if ('read' in what) {
          const room = rooms.next()
          assert.ok(room.length >= roomBytes / 4)
          assert.equal(rooms.next(), room)
          const bytes = Math.min(what.read, room.length)
          room.fill(by, 0, bytes)
          pieces.push({ bytes: rooms.cut(bytes), by })
        } else {
          const at = what.release % Math.max(pieces.length, 1)
          const [piece] = pieces.splice(at, 1)
          if (!piece) continue
          const end = Math.floor(piece.bytes.length * what.part)
          rooms.release(piece.bytes.subarray(0, end))
          pieces.push({ ...piece, bytes: piece.bytes.subarray(end) })
        }
        for (const { bytes, by } of pieces) assert.ok(bytes.every((byte) => byte === by))
      }
    }),
  )
})

test('rooms that are released are used again, the last one first; memory of others is not', () => {
  const rooms = openRooms(roomBytes)
  const fill = (): Buffer => {
    rooms.next()
    return rooms.cut(roomBytes)
  }
  const pieces = [fill(), fill(), fill()]
  const memory = (bytes: Uint8Array) => bytes.buffer
  assert.equal(new Set(pieces.map(memory)).size, 3)
  rooms.release(Buffer.alloc(roomBytes))
  for (const piece of pieces) rooms.release(piece)
  assert.deepEqual(
    [fill(), fill(), fill()].map(memory),
    [2, 1, 0].map((i) => pieces[i]?.buffer),
  )
  assert.ok(!pieces.map(memory).includes(fill().buffer))
})
