import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { DataError } from '../../src/core/errors.ts'
import { md5Of, withMd5 } from '../../src/core/md5.ts'
import { allBytes } from '../helpers/s3-run.ts'

const hex = 'd41d8cd98f00b204e9800998ecf8427e'

for (const [etag, md5] of [
  [`"${hex}"`, hex],
  [hex, hex],
  [`"${hex.toUpperCase()}"`, hex],
  [`"${hex}-3"`, undefined],
  [`W/"${hex}"`, undefined],
  ['"v2"', undefined],
  [undefined, undefined],
] as const)
  test(`the MD5 in the ETag ${etag} is ${md5}`, () => assert.equal(md5Of(etag), md5))

async function* pieces() {
  yield Buffer.from('one ')
  yield Buffer.from('two')
}

test('bytes with the right MD5 pass, others fail after the last of them, with both in the message', async () => {
  const md5 = createHash('md5').update('one two').digest('hex')
  assert.equal(String(await allBytes(withMd5(pieces(), md5, 'here'))), 'one two')
  await assert.rejects(allBytes(withMd5(pieces(), hex, 'here')), (error) => {
    assert.ok(error instanceof DataError)
    assert.deepEqual(
      [error.again, error.message.includes(md5), error.message.includes(hex)],
      ['few', true, true],
    )
    return true
  })
})
