import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bodyPlace, type Known } from '../../src/remote/body-place.ts'

const asked = { endpoint: 'https://files.massive.com', bucket: 'flatfiles', key: 'day' }
const known = (from: number, size: number | undefined = 300): Known => ({ etag: '"v1"', size, from })
const whole = (ContentLength?: number, ETag = '"v1"') => ({
  ETag,
  ContentLength,
  $metadata: { httpStatusCode: 200 },
})
const part = (ContentRange: string | undefined, ContentLength?: number, ETag = '"v1"') => ({
  ETag,
  ContentRange,
  ContentLength,
  $metadata: { httpStatusCode: 206 },
})

type Headers = Parameters<typeof bodyPlace>[0]

const good: readonly (readonly [
  what: string,
  answer: Headers,
  known: Known,
  from: number,
  size: number | undefined,
])[] = [
  ['the whole object', whole(300), known(0), 0, 300],
  ['one whose size nobody knew', whole(300), known(0, -1), 0, 300],
  ['one without a length', whole(), known(0), 0, 300],
  ['one of which nobody knows the length', whole(), { ...known(0), size: undefined }, 0, undefined],
  ['the rest', part('bytes 100-299/300', 200), known(100), 100, 300],
  ['the rest, its length not told', part('bytes 100-299/300'), known(100), 100, 300],
  ['the last byte', part('bytes 299-299/300', 1), known(299), 299, 300],
  ['the rest of something whose length is not told', part('bytes 100-299/*', 200), known(100), 100, 300],
  ['a weak ETag', whole(300, 'W/"v1"'), known(0), 0, 300],
  ['an ETag without quotes', whole(300, 'v1'), known(0), 0, 300],
  ['all of it, where a part was asked for', whole(300), known(100), 0, 300],
]
for (const [what, answer, { size, ...rest }, from, total] of good)
  test(`${what} is taken for what it is`, () => {
    const place = bodyPlace(answer, { ...rest, size: size === -1 ? undefined : size }, asked)
    assert.deepEqual([place.from, place.size], [from, total])
  })

const bad: readonly (readonly [
  what: string,
  answer: Headers,
  known: Known,
  again: string | undefined,
  RegExp,
])[] = [
  ['no ETag', { ...whole(300), ETag: undefined }, known(0), undefined, /has no ETag/],
  ['another ETag', whole(300, '"v2"'), known(0), 'changed', /published anew/],
  ['another ETag of a part', part('bytes 100-299/300', 200, '"v2"'), known(100), 'changed', /published anew/],
  ['a shorter object', whole(299), known(0), 'changed', /announces 299 bytes, fewer than the 300/],
  ['a longer object', whole(301), known(0), 'changed', /announces 301 bytes, more than the 300/],
  ['a part of a longer one', part('bytes 100-300/301', 201), known(100), 'changed', /301 bytes, more/],
  ['a shorter one for a part', whole(200), known(100), 'changed', /200 bytes, fewer/],
  ['another first byte', part('bytes 99-299/300', 201), known(100), 'soon', /from 100 on.*bytes 99-299\/300/],
  ['a part that ends early', part('bytes 100-298/300', 199), known(100), 'soon', /bytes 100-298\/300/],
  ['a part that is too long', part('bytes 100-300/300', 201), known(100), 'soon', /bytes 100-300\/300/],
  [
    'an early end of something whose length is not told',
    part('bytes 100-298/*', 199),
    known(100),
    'soon',
    /298\/\*/,
  ],
  ['a part of another length', part('bytes 100-299/300', 199), known(100), 'soon', /in 199 bytes/],
  ['a part without a name', part(undefined, 200), known(100), 'soon', /does not name, in 200 bytes/],
  ['a part in other units', part('lines 100-299/300', 200), known(100), 'soon', /lines/],
  ['a part that nobody asked for', part('bytes 0-99/300', 100), known(0), 'soon', /from 0 on/],
]
for (const [what, answer, expected, again, message] of bad)
  test(`${what} is refused`, () => {
    assert.throws(
      () => bodyPlace(answer, expected, asked),
      (error: Error & { again?: string }) => {
        assert.equal(error.name, 'NetworkError')
        assert.equal(error.again, again)
        assert.match(error.message, message)
        assert.match(error.message, /^s3:\/\/flatfiles\/day at files\.massive\.com:443: /)
        return true
      },
    )
  })
