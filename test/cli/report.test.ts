import assert from 'node:assert/strict'
import { test } from 'node:test'
import { factsOf, jsonLine } from '../../src/cli/say-error.ts'
import { DataError } from '../../src/core/errors.ts'
import { millrace, recipeFile } from './spawn-millrace.ts'

const lastLine =
  /^2 files done, 2\.0 kB in, 20 rows, 2\.0 kB out, [\d.]+ m?s at [\d.]+ k?M?B\/s, peak memory [\d.]+ [MG]B$/

test('without a terminal every finished file is a line, and the last line is the report', async () => {
  const { stdout, stderr } = await millrace(['run', recipeFile('pieces.js'), '--workers', '1'])
  const [first = '', second = '', last = '', ...more] = stderr.split('\n')
  assert.match(first, /^1 {2}10 rows {2}1\.0 kB -> 1\.0 kB/)
  assert.match(second, /^2 {2}10 rows {2}1\.0 kB -> 1\.0 kB/)
  assert.match(last, lastLine)
  assert.deepEqual(more, [''])
  assert.equal(stdout, '')
})

test('a warning is told once, and counted at the end', async () => {
  const args = [
    '--why',
    'bug',
    '--good',
    '3',
    '--bad',
    '1',
    '--limit',
    '3',
    '--warning',
    'a strange day',
    '--workers',
    '1',
  ]
  const { code, stderr } = await millrace(['run', recipeFile('failing.js'), ...args])
  assert.equal(code, 0)
  assert.deepEqual(stderr.match(/^warning: .*$/gm), [
    'warning: 1: a strange day',
    'warning: a strange day (3 files)',
  ])
})

test('what happened to one file is not told twice', async () => {
  const args = ['--why', 'data', '--warning', 'a strange day']
  const { stderr } = await millrace(['run', recipeFile('failing.js'), ...args])
  assert.equal(stderr.match(/strange/g)?.length, 1)
  assert.equal(stderr.match(/bad bytes/g)?.length, 1)
  assert.doesNotMatch(stderr, /^failed:/m)
})

test('--quiet says nothing when nothing is wrong', async () => {
  assert.deepEqual(await millrace(['run', recipeFile('pieces.js'), '--quiet']), {
    stdout: '',
    stderr: '',
    code: 0,
  })
})

test('--json prints the report as one line on stdout', async () => {
  const { stdout, stderr } = await millrace(['run', recipeFile('pieces.js'), '--json'])
  assert.equal(stderr, '')
  assert.equal(stdout.indexOf('\n'), stdout.length - 1)
  const { seconds, peakBytes, counts, ...report } = JSON.parse(stdout)
  assert.ok(seconds > 0 && peakBytes > 1e6)
  assert.equal(counts.rowsOut, 20)
  const empty = { failed: [], files: [], warnings: [] }
  assert.deepEqual(report, { recipe: 'small', done: 2, skipped: 0, notStarted: 0, ...empty, exit: 0 })
})

test('--json leaves stdout to the data, when data goes there', async () => {
  const { stdout, stderr } = await millrace(['run', recipeFile('to-stdout.js'), '--json'])
  assert.equal(stdout, '\0'.repeat(2000))
  assert.equal(JSON.parse(stderr).done, 2)
})

test('--json tells errors as JSON on stderr', async () => {
  const failing = ['run', recipeFile('failing.js'), '--json', '--why']
  const within = await millrace([...failing, 'data'])
  const facts = { reason: 'data', exit: 6, message: 'row 3, column price: bad bytes' }
  assert.deepEqual(JSON.parse(within.stderr), { error: { unit: '1', ...facts, stage: 'fails' } })
  assert.deepEqual(JSON.parse(within.stdout).failed, [{ unit: '1', ...facts, stage: 'fails' }])

  const before = await millrace([...failing, 'access', '--planning'])
  const refusal = { reason: 'access', exit: 3, message: 'no key', hint: 'bring one' }
  assert.deepEqual(JSON.parse(before.stderr), { error: refusal })
  assert.equal(before.stdout, '')

  const unread = await millrace(['run', '--json', 'nothing'])
  assert.equal(JSON.parse(unread.stderr).error.exit, 2)
})

test('JSON has digits for what it has no numbers for', () => {
  assert.equal(jsonLine({ ns: 1709303400000000001n }), '{"ns":"1709303400000000001"}\n')
  assert.equal(factsOf('thrown').message, 'thrown')
  assert.equal(factsOf(new DataError('bad', { at: { row: 2 } })).exit, 6)
})
