import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startAlike } from '../../src/cli/alike.ts'
import { DataError, MissingError } from '../../src/core/errors.ts'

const tickers = ['A', 'B', 'BRK.B', 'C', 'D', 'E', 'F', 'G']
const unitOf = (of: string) => ({ id: `${of} splits`, of })

test('failures that differ in the unit and in numbers are alike: five are told, the others counted', () => {
  const alike = startAlike()
  const told = tickers.map((of, i) =>
    alike.isTold(
      unitOf(of),
      new MissingError(`/splits?ticker=${of}&limit=5000 at host:${i}: the thing is gone`),
    ),
  )
  assert.deepEqual(told, [true, true, true, true, true, false, false, false])
  assert.deepEqual(alike.others(), ['error: D splits: 3 more failed like it'])
})

const others: Readonly<Record<string, (of: string, i: number) => Error>> = {
  'of another kind': (_, i) => (i % 2 === 0 ? new DataError('gone') : new MissingError('gone')),
  'with other words': (_, i) => new DataError(i % 2 === 0 ? 'gone' : 'broken'),
}
for (const [what, errorOf] of Object.entries(others))
  test(`failures ${what} are told by themselves`, () => {
    const alike = startAlike()
    assert.ok(tickers.every((of, i) => alike.isTold(unitOf(of), errorOf(of, i))))
    assert.deepEqual(alike.others(), [])
  })
