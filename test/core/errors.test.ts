import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  AccessError,
  DataError,
  exitCodes,
  isMillraceError,
  isReaderLeft,
  MissingError,
  NetworkError,
  type Place,
  placeText,
  ReaderLeft,
  reasonOf,
  UsageError,
  WriteError,
} from '../../src/core/errors.ts'

const kinds = [
  [new RangeError('x'), 'bug', 1],
  ['not even an error', 'bug', 1],
  [undefined, 'bug', 1],
  [new ReaderLeft(), 'bug', 1],
  [new UsageError('x'), 'usage', 2],
  [new AccessError('x'), 'access', 3],
  [new MissingError('x'), 'missing', 4],
  [new NetworkError('x'), 'network', 5],
  [new DataError('x'), 'data', 6],
  [new WriteError('x'), 'write', 7],
] as const

for (const [error, reason, code] of kinds) {
  test(`${error instanceof Error ? error.name : error} has the reason ${reason} and the exit code ${code}`, () => {
    assert.equal(reasonOf(error), reason)
    assert.equal(exitCodes[reasonOf(error)], code)
  })
}

test('a limit and a partial run have exit codes of their own, and no two reasons share one', () => {
  assert.deepEqual([exitCodes.limit, exitCodes.partial], [8, 9])
  const codes = Object.values(exitCodes)
  assert.equal(new Set(codes).size, codes.length)
})

test('an error keeps its hint and its cause, and is named as its class', () => {
  const cause = new Error('ENOSPC')
  const error = new WriteError('lake: full', { cause, hint: 'free some space' })
  assert.deepEqual(
    [error.name, error.message, error.hint, error.cause, error.stage],
    ['WriteError', 'lake: full', 'free some space', cause, undefined],
  )
})

const places: readonly (readonly [Place, string])[] = [
  [{ row: 3 }, 'row 3'],
  [{ row: 3, column: 'price' }, 'row 3, column price'],
  [{ row: 3, offset: 0 }, 'row 3 (byte 0)'],
  [{ row: 3, column: 'price', offset: 120 }, 'row 3, column price (byte 120)'],
]

for (const [at, text] of places) {
  test(`an error of the data begins with its place: ${text}`, () => {
    assert.equal(placeText(at), text)
    const error = new DataError('"x" is no number', { at })
    assert.equal(error.message, `${text}: "x" is no number`)
    assert.equal(error.at, at)
  })
}

test('an error of the data without a place says only what is wrong', () => {
  const error = new DataError('truncated')
  assert.deepEqual([error.message, error.at], ['truncated', undefined])
})

test('an error of another copy of millrace is known as one', () => {
  const foreign = Object.assign(new Error('no such key'), {
    [Symbol.for('millrace.error')]: true,
    reason: 'missing',
  })
  assert.deepEqual([isMillraceError(foreign), reasonOf(foreign)], [true, 'missing'])
  const left = Object.assign(new Error('gone'), { name: 'ReaderLeft' })
  assert.deepEqual([isReaderLeft(left), isReaderLeft(new ReaderLeft())], [true, true])
})

for (const other of [
  new Error('missing'),
  { reason: 'missing' },
  null,
  'missing',
  Object.assign({}, new UsageError('x')),
]) {
  test(`${other} is no error of ours`, () => {
    assert.deepEqual([isMillraceError(other), isReaderLeft(other), reasonOf(other)], [false, false, 'bug'])
  })
}
