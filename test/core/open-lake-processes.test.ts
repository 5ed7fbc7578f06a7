import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { WriteError } from '../../src/core/errors.ts'
import { openLake } from '../../src/core/open-lake.ts'
import { createRun, type Run } from '../../src/core/run.ts'
import { exitOf, listen } from '../cli/spawn-millrace.ts'
import { age, lineFor, lockOf, unitsOf } from '../helpers/lake-state.ts'
import { filesUnder } from '../helpers/sink-laws.ts'
import { tempDir } from '../helpers/temp-dir.ts'

const open = (root: string, run: Run) => openLake(root, run, { tool: 'test' })

const child = fileURLToPath(new URL('../helpers/hold-lake.js', import.meta.url))

/** A process of its own that opens a lake. */
function hold(root: string) {
  const started = spawn(process.execPath, [child, root], { stdio: ['pipe', 'pipe', 'inherit'] })
  const said = listen(started.stdout)
  return { process: started, said, tell: (word: string) => void started.stdin.write(`${word}\n`) }
}

const noProc = process.platform === 'linux' ? false : 'only Linux tells a stopped process from one at work'

test('of processes that start at the same instant exactly one gets the lake', async (t) => {
  const root = tempDir(t)
  const all = Array.from({ length: 4 }, () => hold(root))
  t.after(() => all.forEach((one) => void one.process.kill('SIGKILL')))
  await Promise.all(all.map(({ said }) => said.until('\n')))
  const words = all.map(({ said }) => said.all().split(' ')[0])
  assert.deepEqual(words.toSorted(), ['refused', 'refused', 'refused', 'took'])
  for (const { said } of all)
    if (said.all().startsWith('refused'))
      assert.match(said.all(), /^refused write .*: another run writes to this lake, process \d+ on /)
  const winner = all[words.indexOf('took')]
  winner?.tell('d1')
  winner?.tell('close')
  await winner?.said.until('closed')
  assert.deepEqual(await unitsOf(root), ['d1'])
})

test('the lock of a process that was killed is free at once', { skip: noProc }, async (t) => {
  const root = tempDir(t)
  const one = hold(root)
  await one.said.until('took')
  one.tell('d1')
  await one.said.until('committed d1')
  one.process.kill('SIGKILL')
  await exitOf(one.process)
  const run = createRun()
  const lake = await open(root, run)
  await lake.commit(lineFor('d2', run))
  await lake.close()
  assert.deepEqual(await unitsOf(root), ['d1', 'd2'])
  assert.deepEqual(filesUnder(root), ['_millrace/manifest.ndjson'], 'a dead process needs no shutting out')
})

test('a process stopped, overtaken and woken commits nothing any more, and no line is lost', {
  skip: noProc,
}, async (t) => {
  const root = tempDir(t)
  const one = hold(root)
  t.after(() => void one.process.kill('SIGKILL'))
  await one.said.until('took')
  one.tell('d1')
  await one.said.until('committed d1')
  one.process.kill('SIGSTOP')
  const epoch = one.said.all().split(/\s/)[1] ?? ''
  await assert.rejects(open(root, createRun()), WriteError, 'it was seen a moment ago')
  age(lockOf(root, { epoch }))
  const run = createRun()
  const lake = await open(root, run)
  await lake.commit(lineFor('d2', run))
  one.process.kill('SIGCONT')
  one.tell('d3')
  await one.said.until('refused')
  assert.match(one.said.all(), /refused write .*does not hold the lock any more/)
  await lake.commit(lineFor('d4', run))
  await lake.close()
  one.tell('close')
  await one.said.until('closed')
  assert.deepEqual(await unitsOf(root), ['d1', 'd2', 'd4'])
})
