import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { DataError, WriteError } from '../../src/core/errors.ts'
import type { Holder } from '../../src/core/holder.ts'
import { takeLock } from '../../src/core/lock.ts'
import { createRun } from '../../src/core/run.ts'
import { createFakeClock } from '../../src/testing/fake-clock.ts'
import { filesUnder } from '../helpers/sink-laws.ts'
import { tempDir } from '../helpers/temp-dir.ts'
import { watchFs } from '../helpers/watch-fs.ts'

const newRun = () => createRun({ clock: createFakeClock() })
const lockFiles = (root: string): string[] => readdirSync(join(root, '_millrace', 'locks', 'lake'))

/** Leaves the lock of another run in a lake, seen so long ago. */
function leaveLock(root: string, ageS: number, more: Partial<Holder> = {}): string {
  const holder: Holder = { v: 1, epoch: 'old', host: 'far', pid: 7, at: '2024-03-01T00:00:00.000Z', ...more }
  const folder = join(root, '_millrace', 'locks', 'lake')
  mkdirSync(folder, { recursive: true })
  const path = join(folder, `${holder.epoch}.json`)
  writeFileSync(path, `${JSON.stringify(holder)}\n`)
  const seen = Date.now() / 1000 - ageS
  utimesSync(path, seen, seen)
  return path
}

test('a lock is taken, held against others, and given back', async (t) => {
  const root = join(tempDir(t), 'lake')
  const [run, other] = [newRun(), newRun()]
  const lock = await takeLock(root, run)
  assert.deepEqual(filesUnder(root), [`_millrace/locks/lake/${run.epoch}.json`])
  await lock.check()
  await assert.rejects(takeLock(root, other), (error) => {
    assert.ok(error instanceof WriteError)
    assert.ok(
      error.message.includes(`process ${process.pid} on ${hostname()}, since 2024-03-01T00:00:00.000Z`),
    )
    assert.match(error.hint ?? '', /end that process/)
    return true
  })
  assert.deepEqual(filesUnder(root), [`_millrace/locks/lake/${run.epoch}.json`], 'the loser leaves nothing')
  await lock.release()
  assert.deepEqual(filesUnder(root), [])
  await (await takeLock(root, other)).release()
})

test('a lock is readable by its owner only', async (t) => {
  const root = tempDir(t)
  const run = newRun()
  const lock = await takeLock(root, run)
  const modes = ['', 'locks/lake', `locks/lake/${run.epoch}.json`].map(
    (name) => statSync(join(root, '_millrace', name)).mode,
  )
  assert.deepEqual(
    modes.map((mode) => mode & 0o777),
    [0o700, 0o700, 0o600],
  )
  await lock.release()
})

const others: readonly (readonly [
  what: string,
  ageS: number,
  more: Partial<Holder>,
  shutOut: boolean | undefined,
])[] = [
  ['on another host, seen 50 s ago', 50, {}, undefined],
  ['on another host, not seen for 70 s', 70, {}, true],
  [
    'of another boot of this machine, not seen for 70 s',
    70,
    { host: hostname(), machine: 'b pid:[1]' },
    true,
  ],
  ['whose process is dead, seen just now', 0, { pid: 2 ** 30, startTicks: '1' }, false],
]
for (const [what, ageS, more, shutOut] of others)
  test(`a holder ${what}, ${shutOut === undefined ? 'keeps' : 'loses'} its lock${shutOut ? ', and is shut out' : ''}`, async (t) => {
    const root = tempDir(t)
    const run = newRun()
    const lock = await takeLock(root, run)
    const self = JSON.parse(
      readFileSync(join(root, '_millrace', 'locks', 'lake', `${run.epoch}.json`), 'utf8'),
    ) as Holder
    await lock.release()
    if (more.startTicks && self.machine === undefined) return t.skip('only Linux has /proc')
    const machine = more.startTicks && self.machine ? { machine: self.machine } : {}
    leaveLock(root, ageS, { ...machine, ...more })
    mkdirSync(join(root, '_millrace', 'tmp', 'old', 't@day'), { recursive: true })
    if (shutOut === undefined) {
      await assert.rejects(takeLock(root, newRun()), /process 7 on far/)
      return assert.deepEqual(lockFiles(root), ['old.json'])
    }
    await (await takeLock(root, newRun())).release()
    const left = readdirSync(join(root, '_millrace', 'tmp'), { withFileTypes: true })
    assert.equal(left.find(({ name }) => name === 'old')?.isFile(), shutOut)
    // Whether it makes its folder anew or renames what is in it: it fails.
    if (shutOut)
      assert.throws(() => mkdirSync(join(root, '_millrace', 'tmp', 'old', 't@next'), { recursive: true }))
  })

test('the heartbeat is the time of the file, which it keeps up to date', async (t) => {
  const root = tempDir(t)
  const clock = createFakeClock()
  const run = createRun({ clock })
  const lock = await takeLock(root, run)
  const path = join(root, '_millrace', 'locks', 'lake', `${run.epoch}.json`)
  const text = readFileSync(path, 'utf8')
  utimesSync(path, 1, 1)
  clock.advance(4999)
  assert.equal(statSync(path).mtimeMs, 1000)
  clock.advance(1)
  while (statSync(path).mtimeMs === 1000) await new Promise(setImmediate)
  assert.ok(Math.abs(statSync(path).mtimeMs - Date.now()) < 10_000)
  assert.equal(readFileSync(path, 'utf8'), text)
  while (clock.pending === 0) await new Promise(setImmediate)
  await lock.release()
  assert.equal(clock.pending, 0)
})

test('a run learns by its heartbeat that it was overtaken, and by whom', async (t) => {
  const root = tempDir(t)
  const clock = createFakeClock()
  const run = createRun({ clock })
  const lock = await takeLock(root, run)
  rmSync(join(root, '_millrace', 'locks', 'lake', `${run.epoch}.json`))
  leaveLock(root, 0, { epoch: 'new' })
  assert.equal(lock.lost.aborted, false)
  clock.advance(5000)
  while (!lock.lost.aborted) await new Promise(setImmediate)
  assert.match(String(lock.lost.reason), /process 7 on far took it over at 2024-03-01/)
  await assert.rejects(lock.check(), lock.lost.reason as Error)
  await lock.release()
  assert.deepEqual(lockFiles(root), ['new.json'], 'the lock of the other is its own')
})

test('a run learns at once, when it checks, that its lock is gone', async (t) => {
  const root = tempDir(t)
  const run = newRun()
  const lock = await takeLock(root, run)
  rmSync(join(root, '_millrace', 'locks', 'lake'), { recursive: true })
  await assert.rejects(lock.check(), (error) => error instanceof WriteError && lock.lost.reason === error)
  await lock.release()
})

test('of many who ask at the same instant one wins, also over a dead holder', async (t) => {
  for (let round = 0; round < 10; round++) {
    const root = tempDir(t)
    if (round % 2 === 1) leaveLock(root, 70)
    const taken = await Promise.allSettled(Array.from({ length: 8 }, () => takeLock(root, newRun())))
    const won = taken.filter((one) => one.status === 'fulfilled')
    assert.equal(won.length, 1)
    for (const one of taken)
      if (one.status === 'rejected')
        assert.match(String(one.reason), /WriteError: .*another run writes to this lake/)
    assert.equal(lockFiles(root).length, 1)
    await won[0]?.value.release()
  }
})

test('a lake that cannot be made is exit 7', async (t) => {
  const root = join(tempDir(t), 'file', 'lake')
  writeFileSync(join(root, '..'), '')
  await assert.rejects(
    takeLock(root, newRun()),
    (error) => error instanceof WriteError && /ENOTDIR/.test(error.message),
  )
})

test('a lock that another has taken over meanwhile is never taken from that one', async (t) => {
  const root = tempDir(t)
  const stale = leaveLock(root, 70)
  let overtaken = false
  watchFs(t, ({ what, path }) => {
    if (overtaken || !path.startsWith(join(root, '_millrace', 'locks', 'lake')) || !/^(unlink|rm)/.test(what))
      return
    overtaken = true
    rmSync(stale)
    leaveLock(root, 0, { epoch: 'faster' })
  })
  await assert.rejects(takeLock(root, newRun()), /another run writes to this lake, process 7 on far/)
  assert.deepEqual(lockFiles(root), ['faster.json'])
})

const bad: readonly (readonly [string, string, RegExp])[] = [
  ['garbage', 'hello', /no lock that this version can read: hello/],
  ['one of a newer version', '{"v":2,"epoch":"old"}', /no lock that this version can read: \{"v":2/],
]
for (const [what, text, message] of bad)
  test(`${what} in the place of a lock is an error, and stays`, async (t) => {
    const root = tempDir(t)
    const path = leaveLock(root, 70)
    writeFileSync(path, text)
    await assert.rejects(
      takeLock(root, newRun()),
      (error) => error instanceof DataError && message.test(error.message),
    )
    assert.deepEqual(filesUnder(root), ['_millrace/locks/lake/old.json'])
  })

test('a lock that may not be read, as that of another user, is exit 7 with what to do', async (t) => {
  const root = tempDir(t)
  const path = leaveLock(root, 70)
  watchFs(t, ({ path: asked }) => {
    if (asked === path) throw Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' })
  })
  await assert.rejects(takeLock(root, newRun()), (error) => {
    assert.ok(error instanceof WriteError)
    assert.match(error.message, /cannot be read \(EACCES/)
    assert.match(error.hint ?? '', /owner/)
    return true
  })
})
