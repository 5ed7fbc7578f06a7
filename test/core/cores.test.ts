import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openCores } from '../../src/core/cores.ts'

test('a core is idle that is not used, also by other threads; who asks uses one', () => {
  const here = openCores(4)
  const there = openCores(here.count, here.busy)
  const leave = here.use()
  const found = [there.useIdle(), here.useIdle(), there.useIdle(), here.useIdle()]
  assert.deepEqual(
    found.map((one) => one !== undefined),
    [true, true, true, false],
  )
  found[1]?.()
  assert.ok(there.useIdle())
  leave()
  assert.ok(here.useIdle())
  assert.equal(here.useIdle(), undefined)
})

test('one that nobody has asked for is used all the same, by more than there are', () => {
  const cores = openCores(2)
  for (let used = 0; used < 3; used++) cores.use()
  assert.equal(cores.useIdle(), undefined)
  assert.equal(openCores(1).useIdle(), undefined)
})
