import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { command, exitOf, listen, millrace, recipeFile, root, startMillrace } from './spawn-millrace.ts'

test('a reader that leaves ends the run with exit 0', async () => {
  const child = startMillrace(['run', `${recipeFile('endless.js')}#talker`])
  const [data, words] = [listen(child.stdout), listen(child.stderr)]
  await data.until('line 0\n')
  child.stdout.destroy()
  assert.equal(await exitOf(child), 0)
  assert.match(words.all(), /^(warning: 1: three pieces are out\n)?0 files done \(2 not finished\).*\n$/)
})

test('a reader of the report that leaves is no failure either', async () => {
  const child = startMillrace(['recipes'])
  child.stdout.destroy()
  assert.equal(await exitOf(child), 0)
})

test('a stdout that cannot be written is exit 7, told once', { skip: !existsSync('/dev/full') }, async () => {
  for (const args of ['recipes', `run ${recipeFile('endless.js')}#talker --limit 1`]) {
    const shell = spawn('sh', ['-c', `exec "$0" "$1" ${args} > /dev/full`, process.execPath, command], {
      cwd: root,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    const words = listen(shell.stderr)
    assert.equal(await exitOf(shell), 7)
    assert.equal(words.all().match(/ENOSPC/g)?.length, 1)
  }
})

test('secrets reach the stage that asks, and nothing else', async () => {
  const [key, secret] = ['KEYKEYKEY', 'SECRETSECRET']
  const args = ['run', recipeFile('secret.js'), '--access-key', key, '--secret-key', secret]
  for (const more of [[], ['--json'], ['--workers', 'x'], ['--secret-key', secret]]) {
    const { stdout, stderr } = await millrace([...args, ...more])
    assert.doesNotMatch(stdout + stderr, new RegExp(`${key}|${secret}`))
  }
  assert.match((await millrace(args)).stderr, /warning: params \{\}\nwarning: 1: lengths 9 12\n/)
})

test('the list of processes shows no flags', { skip: process.platform !== 'linux' }, async () => {
  const child = startMillrace(['run', `${recipeFile('endless.js')}#endless`, '--secret-key', 'SECRETSECRET'])
  await listen(child.stderr).until('three pieces are out')
  const shown = await readFile(`/proc/${child.pid}/cmdline`, 'utf8')
  child.kill('SIGTERM')
  await exitOf(child)
  assert.match(shown, /^millrace\0*$/)
})
