import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseObject } from '../../src/core/json.ts'

const cases: readonly (readonly [text: string, value: unknown])[] = [
  ['{"v":1}', { v: 1 }],
  ['null', {}],
  ['3', {}],
  ['"v"', {}],
  ['{"v":1', undefined],
  ['', undefined],
]
for (const [text, value] of cases)
  test(`${JSON.stringify(text)} is ${JSON.stringify(value)}`, () => {
    assert.deepEqual(parseObject(text), value)
  })
