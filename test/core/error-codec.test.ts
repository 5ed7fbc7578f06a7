import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeError, encodeError } from '../../src/core/error-codec.ts'
import * as errors from '../../src/core/errors.ts'
import {
  AccessError,
  DataError,
  isMillraceError,
  isReaderLeft,
  MillraceError,
  MissingError,
  NetworkError,
  ReaderLeft,
  reasonOf,
  UsageError,
  WriteError,
} from '../../src/core/errors.ts'

/** As it comes out at the other end of a port. */
const across = (error: unknown): unknown => decodeError(structuredClone(encodeError(error)))

type Class = new (message: string, details?: errors.ErrorDetails) => errors.MillraceError

/** Every class of ours: one that the codec does not know would arrive as something less. */
const classes = (Object.values(errors) as readonly unknown[]).filter(
  (one): one is Class => typeof one === 'function' && one.prototype instanceof errors.MillraceError,
)

for (const Class of classes)
  test(`a ${Class.name} arrives whole`, () => {
    const error = new Class('no good', { hint: 'try another', cause: new TypeError('deep down') })
    error.stage = 'gunzip'
    const arrived = across(error)
    assert.ok(arrived instanceof Class && isMillraceError(arrived))
    assert.deepEqual(
      [arrived.reason, arrived.name, arrived.message, arrived.hint, arrived.stage, arrived.stack],
      [error.reason, Class.name, 'no good', 'try another', 'gunzip', error.stack],
    )
    assert.deepEqual(Object.keys(arrived).sort(), Object.keys(error).sort())
  })

test('the place of an error of the data arrives, and is not told twice', () => {
  const at = { row: 3, column: 'price', offset: 120 }
  const arrived = across(new DataError('"x" is no number', { at }))
  assert.ok(arrived instanceof DataError)
  assert.deepEqual(arrived.at, at)
  assert.equal(arrived.message, 'row 3, column price (byte 120): "x" is no number')
})

test('what else an error of ours has come to hold arrives, too', () => {
  const arrived = across(new NetworkError('busy', { again: 'slow', afterMs: 2000 }))
  assert.ok(arrived instanceof NetworkError)
  assert.deepEqual([arrived.again, arrived.afterMs], ['slow', 2000])
  const odd = across(Object.assign(new UsageError('odd'), { retry: () => 3 }))
  assert.deepEqual((odd as { retry?: unknown }).retry, '() => 3')
})

test('the whole chain of causes arrives, and one that leads back to its beginning has an end', () => {
  const root = Object.assign(new Error('disk'), { code: 'ENOSPC' })
  const arrived = across(new WriteError('full', { cause: new RangeError('middle', { cause: root }) }))
  const middle = (arrived as Error).cause as Error
  assert.deepEqual([middle.name, middle.message], ['RangeError', 'middle'])
  assert.deepEqual((middle.cause as NodeJS.ErrnoException).code, 'ENOSPC')

  const round = new Error('round')
  round.cause = round
  assert.equal((across(round) as Error).message, 'round')
  assert.equal('cause' in (across(new Error('alone')) as Error), false)
})

test('a foreign error keeps name, message, code and stack, and nothing else', () => {
  const error = Object.assign(new TypeError('no such thing'), {
    code: 'ERR_NOPE',
    $response: { headers: { authorization: 'key' } },
  })
  const arrived = across(error)
  assert.ok(arrived instanceof Error && !isMillraceError(arrived))
  const { name, message, code, stack } = arrived as NodeJS.ErrnoException
  assert.deepEqual([name, message, code, stack], ['TypeError', 'no such thing', 'ERR_NOPE', error.stack])
  assert.deepEqual(Object.keys(arrived), ['code'])
  assert.equal(reasonOf(arrived), 'bug')
  assert.doesNotMatch(JSON.stringify(encodeError(error)), /authorization/)
})

test('a reader who left is still one', () => {
  const arrived = across(new ReaderLeft('gone'))
  assert.ok(arrived instanceof ReaderLeft && isReaderLeft(arrived))
  assert.equal(arrived.message, 'gone')
})

test('an error of another copy of millrace gets its class here, and keeps a reason that has none', () => {
  const mark = Symbol.for('millrace.error')
  const other = (reason: string): Error =>
    Object.assign(new Error('theirs'), { [mark]: true, reason, hint: 'so' })
  const missing = across(other('missing'))
  assert.ok(missing instanceof MissingError)
  assert.equal(missing.hint, 'so')
  const strange = across(other('limit'))
  assert.ok(strange instanceof MillraceError)
  assert.deepEqual([reasonOf(strange), strange.message], ['limit', 'theirs'])
})

test('a class made from one of ours keeps its name', () => {
  class PlanError extends AccessError {}
  const arrived = across(new PlanError('not in your plan'))
  assert.ok(arrived instanceof AccessError)
  assert.equal(arrived.name, 'PlanError')
})

for (const thrown of [undefined, null, 'a text', 0, { odd: [1] }])
  test(`${JSON.stringify(thrown)}, thrown, arrives as it is`, () => {
    assert.deepEqual(across(thrown), thrown)
  })

test('what cannot be sent arrives as what it says of itself', () => {
  assert.equal(across(Symbol('mine')), 'Symbol(mine)')
})
