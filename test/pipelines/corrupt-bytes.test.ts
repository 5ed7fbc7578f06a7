import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { runFlat } from '../helpers/run-flat.ts'
import { sampleKey } from '../helpers/sample-day.ts'
import { tempDir } from '../helpers/temp-dir.ts'

const date = '2024-03-07'
const member = (...lines: readonly string[]): Buffer => gzipSync(`${lines.join('\n')}\n`)
/** Two members, as a file has that was written in pieces: cut between them it is whole gzip. */
const file = Buffer.concat([
  member('ticker,volume,open,close,high,low,window_start,transactions', 'A,1,2,2,2,2,1709787600000000000,1'),
  member('B,10,20.5,20,21,19,1709787600000000000,3'),
])

/** Converts a file of these bytes; answers the CSV it came to, or the reason why there is none. */
async function converter(t: TestContext): Promise<(bytes: Buffer) => Promise<string>> {
  const from = tempDir(t)
  const out = join(tempDir(t), 'day.csv')
  const path = join(from, sampleKey('stocks-daily', date))
  mkdirSync(dirname(path), { recursive: true })
  return async (bytes) => {
    writeFileSync(path, bytes)
    rmSync(out, { force: true })
    const texts = { start: date, from, out, format: 'csv' }
    const { failed } = await runFlat('stocks-daily', texts, { durability: 'none' }, { workers: 1 })
    assert.deepEqual(readdirSync(dirname(out)), failed.length > 0 ? [] : ['day.csv'])
    return failed[0]?.reason ?? readFileSync(out, 'utf8')
  }
}

test('a file cut at any byte is an error, but between its members, where only its length could tell', async (t) => {
  const convert = await converter(t)
  const whole = await convert(file)
  assert.equal(whole.split('\n').length, 4)
  const between = file.indexOf(Buffer.from([0x1f, 0x8b, 8]), 1)
  const told = new Map<number, string>()
  for (let at = 0; at < file.length; at++) told.set(at, await convert(file.subarray(0, at)))
  const passed = [...told].filter(([, outcome]) => outcome !== 'data')
  assert.deepEqual(passed, [[between, whole.slice(0, whole.lastIndexOf('B'))]])
})

test('with any bit flipped no other rows come out', async (t) => {
  const convert = await converter(t)
  const whole = await convert(file)
  const differing: number[] = []
  let unharmed = 0
  for (let bit = 0; bit < file.length * 8; bit++) {
    const bytes = Buffer.from(file)
    bytes[bit >> 3] = (bytes[bit >> 3] as number) ^ (1 << (bit & 7))
    const outcome = await convert(bytes)
    if (outcome === whole) unharmed++
    else if (outcome !== 'data') differing.push(bit)
  }
  assert.deepEqual(differing, [])
  // In two headers FTEXT, MTIME, XFL and OS, which say nothing of the contents, and twice what fills the last byte of the data.
  assert.ok(unharmed <= 2 * (1 + 32 + 8 + 8 + 7), `${unharmed} bits mean nothing`)
})
