import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { verifyFile } from '../../src/lake/verify-file.ts'
import { tempDir } from '../helpers/temp-dir.ts'

const path = 'day.csv.gz'
const digest = (kind: string): string => createHash(kind).update('what came').digest('hex')

const known = {
  'a SHA-256': {
    facts: { sha256: digest('sha256') },
    says: /^its SHA-256 is [0-9a-f]{64}, and the manifest/,
  },
  'an MD5': { facts: { md5: digest('md5') }, says: /^its MD5 is [0-9a-f]{32}, and the manifest/ },
  'no hash': { facts: {}, says: undefined },
} as const

for (const [what, { facts, says }] of Object.entries(known))
  test(`a file of which the manifest knows ${what} is held against it with --hash, and only then`, async (t) => {
    const root = tempDir(t)
    const file = { path, bytes: 9, ...facts }
    const look = async (text: string, hash: boolean): Promise<readonly string[]> => {
      writeFileSync(join(root, path), text)
      return (await verifyFile(root, file, { hash, deep: false })).wrong
    }
    assert.deepEqual(await look('what came', true), [])
    assert.deepEqual(await look('what cAme', false), [])
    const [wrong, ...more] = await look('what cAme', true)
    assert.deepEqual(more, [])
    if (says === undefined) assert.equal(wrong, undefined)
    else assert.match(wrong ?? '', says)
  })
