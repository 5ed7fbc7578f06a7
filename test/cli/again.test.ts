import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { age } from '../helpers/lake-state.ts'
import { leftIn } from '../helpers/left-in.ts'
import { tempDir } from '../helpers/temp-dir.ts'
import { exitOf, listen, millrace, recipeFile, startMillrace } from './spawn-millrace.ts'

const run = (root: string, ...more: readonly string[]): string[] => [
  'run',
  recipeFile('lake.js'),
  '--root',
  root,
  ...more,
]

/** What a second command does, after one that did `a` and `b` and failed at `bad`. */
const cases: readonly (readonly [more: readonly string[], code: number, says: RegExp])[] = [
  [[], 0, /1 file done \(2 skipped\)/],
  [['--force'], 0, /3 files done,/],
  [['--refill', 'a', 'c'], 0, /2 files done,/],
  [['--refill', 'a,c'], 0, /2 files done,/],
  [['--refill', 'a', 'x'], 2, /there is no unit x to refill\n {2}hint: there are 3, from a to c/],
  [
    ['--units', 'a,bad', '--retry-failed', '--retries', '0'],
    5,
    /error: bad: nobody there.*0 files done \(1 failed\)/s,
  ],
  [
    ['--units', 'bad,c', '--fail-fast', '--retries', '0', '--workers', '1'],
    5,
    /0 files done \(1 failed, 1 not finished\)/,
  ],
  [['--durability', 'fast'], 2, /--durability: fast is none of fsync, rename, none/],
  [['a'], 2, /a is one word too many/],
]
describe('what is done again', { concurrency: 2 }, () => {
  const begun = mkdtempSync(join(tmpdir(), 'millrace-test-'))
  before(async () => {
    const { code } = await millrace(
      run(begun, '--units', 'a,bad,b', '--retries', '0', '--durability', 'none'),
    )
    assert.equal(code, 9)
  })
  after(() => rmSync(begun, { recursive: true }))
  for (const [more, code, says] of cases)
    test(`millrace run ${more.join(' ')} after one that failed exits ${code}`, async (t) => {
      const root = tempDir(t)
      cpSync(begun, root, { recursive: true })
      const told = await millrace(run(root, ...more))
      assert.equal(told.code, code, told.stderr)
      assert.match(told.stderr, says)
    })
})

/** A command that has begun its last unit, and waits in the middle of it. */
async function startSlow(root: string) {
  const child = startMillrace(run(root, '--units', 'a,slow', '--workers', '1'))
  const said = listen(child.stderr)
  await said.until('waits')
  return { child, said, exit: exitOf(child) }
}

test('a second command on a lake that is written to is exit 7, and names the first', async (t) => {
  const root = tempDir(t)
  const { child, exit } = await startSlow(root)
  t.after(() => void child.kill('SIGKILL'))
  const second = await millrace(run(root))
  assert.equal(second.code, 7)
  assert.match(
    second.stderr,
    new RegExp(`another run writes to this lake, process ${child.pid} on .*\\n  hint: wait`),
  )
  assert.equal((await millrace(run(root, '--units', 'a'))).code, 0, 'nothing to do needs no lock')
  writeFileSync(join(root, 'go'), '')
  assert.equal(await exit, 0)
  assert.deepEqual(readdirSync(join(root, 't')), ['a', 'slow'])
})

const noProc =
  process.platform === 'linux' ? false : 'only Linux tells a dead process from one of another machine'

test('what a killed command left is swept by the next one, which does the rest', {
  skip: noProc,
}, async (t) => {
  const root = tempDir(t)
  const { child, exit } = await startSlow(root)
  child.kill('SIGKILL')
  await exit
  assert.ok(leftIn(root).some((path) => path.endsWith('slow.tmp')))
  writeFileSync(join(root, 'go'), '')
  const second = await millrace(run(root, '--units', 'a,slow'))
  assert.match(second.stderr, /1 file done \(1 skipped\)/)
  assert.deepEqual(leftIn(root), ['go', 't/a', 't/slow'])
})

test('a command stopped, overtaken and woken is exit 7, and nothing of it appears', {
  skip: noProc,
}, async (t) => {
  const root = tempDir(t)
  const { child, said, exit } = await startSlow(root)
  t.after(() => void child.kill('SIGKILL'))
  child.kill('SIGSTOP')
  const [lock = ''] = readdirSync(join(root, '_millrace', 'locks', 'lake'))
  age(join(root, '_millrace', 'locks', 'lake', lock))
  const second = await millrace(run(root, '--units', 'a,b'))
  assert.equal(second.code, 0, second.stderr)
  writeFileSync(join(root, 'go'), '')
  child.kill('SIGCONT')
  assert.equal(await exit, 7, said.all())
  assert.match(said.all(), /millrace: .* this run does not hold the lock any more/)
  assert.deepEqual(readdirSync(join(root, 't')), ['a', 'b'])
  assert.doesNotMatch(readFileSync(join(root, '_millrace', 'manifest.ndjson'), 'utf8'), /"slow"/)
})
