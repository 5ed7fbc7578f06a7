import assert from 'node:assert/strict'
import { appendFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { DataError, NetworkError } from '../../src/core/errors.ts'
import { appendFailure, readFailures } from '../../src/core/failures.ts'
import { readManifest, slotKey } from '../../src/core/manifest.ts'
import { tempDir } from '../helpers/temp-dir.ts'

const at = '2024-03-01T00:00:00.000Z'
const stamp = { epoch: 'e', at, durability: 'fsync' } as const

test('the last failure of a slot is the one that is told, beside a manifest that knows nothing of it', async (t) => {
  const root = tempDir(t)
  const slot = { root, table: 't', unit: 'd1' }
  assert.equal((await readFailures(root)).size, 0)
  await appendFailure(slot, new NetworkError('reset'), stamp)
  await appendFailure({ ...slot, unit: 'd2' }, new TypeError('a bug'), stamp)
  const path = join(root, '_millrace', 'failures.ndjson')
  appendFileSync(path, '{"v":1,"table":"t","un')
  await appendFailure(slot, new DataError('bad gzip'), stamp)
  const failures = await readFailures(root)
  assert.equal(failures.size, 2)
  const told = { v: 1, table: 't', unit: 'd1', reason: 'data', error: 'bad gzip', epoch: 'e', at }
  assert.deepEqual(failures.get(slotKey(slot)), told)
  assert.equal(failures.get('t\nd2')?.reason, 'bug')
  assert.equal((await readManifest(root)).size, 0)
  assert.equal(statSync(path).mode & 0o777, 0o600)
})

for (const text of ['hello', '{"v":2,"table":"t"}', '{"v":1,"table":"t","unit":"d1"}'])
  test(`${text} among the failures is an error that names the line`, async (t) => {
    const root = tempDir(t)
    await appendFailure({ root, table: 't', unit: 'd1' }, new NetworkError('reset'), stamp)
    appendFileSync(join(root, '_millrace', 'failures.ndjson'), `${text}\n`)
    await assert.rejects(
      readFailures(root),
      (error) => error instanceof DataError && /failures\.ndjson, line 2: /.test(error.message),
    )
  })
