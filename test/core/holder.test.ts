import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { test } from 'node:test'
import { describeSelf, type Holder, stateOf } from '../../src/core/holder.ts'
import { watchFs } from '../helpers/watch-fs.ts'

const at = '2024-03-01T00:00:00.000Z'
const noProc = process.platform === 'linux' ? false : 'only Linux has /proc'
const holderOf = async (more: Partial<Holder> = {}): Promise<Holder> => ({
  v: 1,
  epoch: 'e',
  at,
  ...(await describeSelf()),
  ...more,
})

test('a process names its host, its pid, and when it began', { skip: noProc }, async () => {
  const { host, pid, machine, startTicks } = await describeSelf()
  assert.deepEqual([host, pid], [hostname(), process.pid])
  assert.match(machine ?? '', /^[0-9a-f-]{36} pid:\[\d+\]$/)
  assert.ok(readFileSync('/proc/self/stat', 'utf8').includes(` ${startTicks} `))
  assert.match(startTicks ?? '', /^\d+$/)
})

/** What is written in the lock, and what this process makes of it. */
const cases: readonly (readonly [what: string, more: Partial<Holder>, state: string])[] = [
  ['this process', {}, 'alive'],
  ['one whose pid was given to another since', { startTicks: '1' }, 'dead'],
  ['one whose pid nobody has', { pid: 2 ** 30 }, 'dead'],
  ['one of another boot or container', { machine: 'other pid:[1]', pid: 2 ** 30 }, 'unknown'],
  ['one of another host', { host: 'other', machine: 'other pid:[1]' }, 'unknown'],
]
for (const [what, more, state] of cases)
  test(`${what} is ${state}`, { skip: noProc }, async () => {
    assert.equal(await stateOf(await holderOf(more)), state)
  })

test('a child is alive, unknown while it is stopped, and dead once it has ended', {
  skip: noProc,
}, async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
  const { pid = 0 } = child
  const stat = () => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  const holder = await holderOf({ pid, startTicks: stat()[19] ?? '' })
  try {
    assert.equal(await stateOf(holder), 'alive')
    child.kill('SIGSTOP')
    while (stat()[0] !== 'T') await new Promise(setImmediate)
    assert.equal(await stateOf(holder), 'unknown')
  } finally {
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  assert.equal(await stateOf(holder), 'dead')
})

/** Where there is no `/proc`. */
const elsewhere: readonly (readonly [what: string, more: Partial<Holder>, alive: boolean, state: string])[] =
  [
    ['a pid that somebody has', {}, true, 'unknown'],
    ['a pid that nobody has', {}, false, 'gone'],
    ['a pid of another host', { host: 'other' }, false, 'unknown'],
  ]
for (const [what, more, alive, state] of elsewhere)
  test(`where the system tells nothing but pids, ${what} is ${state}`, async (t) => {
    watchFs(t, ({ path }) => {
      if (path.startsWith('/proc/')) throw Object.assign(new Error('ENOENT'), { code: 'ENOENT' })
    })
    const processes = { pid: 7, isAlive: () => alive }
    const self = await describeSelf(processes)
    assert.deepEqual(self, { host: hostname(), pid: 7 })
    assert.equal(await stateOf({ v: 1, epoch: 'e', at, ...self, ...more }, processes), state)
    assert.equal(await stateOf({ v: 1, epoch: 'e', at, host: hostname() }), 'unknown')
  })

test('a process that cannot be looked at is not taken for dead', { skip: noProc }, async (t) => {
  const holder = await holderOf({ pid: 1 })
  const refused = Object.assign(new Error('EMFILE: too many open files'), { code: 'EMFILE' })
  watchFs(t, ({ path }) => {
    if (path === '/proc/1/stat') throw refused
  })
  await assert.rejects(stateOf(holder), refused)
})
