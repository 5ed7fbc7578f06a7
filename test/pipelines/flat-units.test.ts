import assert from 'node:assert/strict'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { type TestContext, test } from 'node:test'
import { systemClock } from '../../src/core/clock.ts'
import { AccessError, MissingError, UsageError } from '../../src/core/errors.ts'
import { createRun } from '../../src/core/run.ts'
import { keyOf } from '../../src/datasets/dataset.ts'
import { stocksTrades } from '../../src/datasets/stocks.ts'
import { flatParams } from '../../src/pipelines/flat-params.ts'
import { flatUnits } from '../../src/pipelines/flat-units.ts'
import { startS3Server } from '../../src/testing/s3-server.ts'
import { parsed, type Texts } from '../helpers/run-flat.ts'
import { tempDir } from '../helpers/temp-dir.ts'

/** Days for which a folder holds files: the week of Good Friday 2024, which was on the 29th. */
const present = ['2024-03-25', '2024-03-26', '2024-03-27', '2024-03-28', '2024-04-01']

function folderOf(root: string): string {
  for (const date of present) {
    const path = join(root, keyOf(stocksTrades, date))
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, date)
  }
  return root
}

async function unitsOf(texts: Texts, now = '2024-04-02T02:00:00Z') {
  const warnings: string[] = []
  const run = createRun({
    clock: { ...systemClock, wallMs: () => Date.parse(now) },
    warn: (text) => warnings.push(text),
    access: async () => ({ accessKeyId: 'demo', secretAccessKey: 'demo' }),
  })
  const units = await flatUnits(stocksTrades, parsed(flatParams(stocksTrades), texts), run)
  return { dates: units.map(({ id }) => id), units, warnings }
}

const ranges: readonly (readonly [Texts, readonly string[]])[] = [
  [{ start: '2024-03-26' }, ['2024-03-26']],
  [{ start: '2024-03-26', end: '2024-03-26' }, ['2024-03-26']],
  [{ start: '2024-03-23', end: '2024-03-26' }, ['2024-03-25', '2024-03-26']],
  [{ start: '2024-03-28', end: '2024-04-01' }, ['2024-03-28', '2024-04-01']],
  // At 02:00 UTC it is still the 1st of April in New York.
  [{ start: '-5d' }, ['2024-03-27', '2024-03-28', '2024-04-01']],
  [{ start: '-5d', end: '-4d' }, ['2024-03-27', '2024-03-28']],
  [{ start: '-0d' }, ['2024-04-01']],
  // Nothing that is yet to come is looked for.
  [{ start: '2024-04-01', end: '9999-12-31' }, ['2024-04-01']],
]
for (const [texts, dates] of ranges)
  test(`${JSON.stringify(texts)} means ${dates.join(' ')}`, async (t) => {
    assert.deepEqual((await unitsOf({ ...texts, from: folderOf(tempDir(t)) })).dates, dates)
  })

test('days without a file are warned of with the reason, and weekends are not', async (t) => {
  const { warnings } = await unitsOf({ start: '2024-03-28', end: '2024-04-01', from: folderOf(tempDir(t)) })
  assert.deepEqual(warnings, ['2024-03-29: no stocks-trades file there (holiday: Good Friday)'])
})

test('many holidays are told by their number', async (t) => {
  const from = folderOf(tempDir(t))
  const { warnings } = await unitsOf({ start: '2023-01-01', end: '2024-04-01', from })
  const told = warnings.filter((text) => /holiday/.test(text))
  assert.deepEqual(told, ['14 holidays from 2023-01-02 to 2024-03-29 have no stocks-trades file'])
})

/** The same days in a bucket. */
async function inBucket(t: TestContext, texts: Texts, now?: string) {
  const objects = new Map(present.map((date) => [keyOf(stocksTrades, date), Buffer.from(date)]))
  const server = await startS3Server({ objects })
  t.after(() => server.close())
  return unitsOf({ ...texts, endpoint: server.endpoint }, now)
}

test('a hole in the bucket is told from what is not yet published, and a folder has neither', async (t) => {
  const told = (text: string) => `no stocks-trades file there${text}`
  const hole = `2024-03-22: ${told(' (hole: a trading day without a file)')}`
  const late = ' (not yet published: due on 2024-04-03 by about 11:00 New York time)'
  const range = { start: '2024-03-22', end: '2024-04-03' }
  const now = '2024-04-03T14:00:00Z'
  const holiday = `2024-03-29: ${told(' (holiday: Good Friday)')}`
  const later = `2024-04-03: ${told(late.replace('-03 by', '-04 by'))}`
  assert.deepEqual((await inBucket(t, range, now)).warnings, [
    hole,
    holiday,
    `2024-04-02: ${told(late)}`,
    later,
  ])
  const local = await unitsOf({ ...range, from: folderOf(tempDir(t)) }, now)
  assert.deepEqual(local.warnings, [
    `2024-03-22: ${told('')}`,
    holiday,
    `2024-04-02: ${told('')}`,
    `2024-04-03: ${told('')}`,
  ])
})

const excused: readonly (readonly [Texts, number])[] = [
  [{ start: '2024-03-29' }, 1],
  [{ start: '2024-03-30', end: '2024-03-31' }, 2],
  [{ start: '2024-03-29', end: '2024-03-31' }, 3],
  [{ start: '2024-04-02' }, 1],
]
for (const [texts, told] of excused)
  test(`${JSON.stringify(texts)} is nothing to do, and each day has its reason`, async (t) => {
    const { dates, warnings } = await inBucket(t, texts, '2024-04-03T14:00:00Z')
    assert.deepEqual([dates, warnings.length], [[], told])
  })

test('none of the days is an error that names the key of one that should be there', async (t) => {
  for (const ask of [
    () => unitsOf({ start: '2024-03-20', end: '2024-03-23', from: folderOf(tempDir(t)) }),
    () => unitsOf({ start: '2024-04-02', from: folderOf(tempDir(t)) }, '2024-04-02T18:00:00Z'),
    () => inBucket(t, { start: '2024-03-20', end: '2024-03-23' }),
    () => inBucket(t, { start: '2024-04-02' }, '2024-04-03T15:00:00Z'),
  ])
    await assert.rejects(ask(), (error) => {
      assert.ok(error instanceof MissingError)
      assert.match(String(error.hint), /us_stocks_sip\/trades_v1\/2024\/0\d\/2024-0(3-20|4-02)\.csv\.gz/)
      return true
    })
})

test('a range before the first day is an error that says when the dataset begins', async (t) => {
  const message = 'stocks-trades begins on 2003-09-10: there is nothing for 2003-09-01 to 2003-09-09'
  await assert.rejects(inBucket(t, { start: '2003-09-01', end: '2003-09-09' }), { reason: 'usage', message })
})

test('of days before the first and days that should be there, the error names one of these', async (t) => {
  await assert.rejects(inBucket(t, { start: '2003-09-08', end: '2003-09-11' }), {
    reason: 'missing',
    hint: /looked for us_stocks_sip\/trades_v1\/2003\/09\/2003-09-10\.csv\.gz; 2003-09-10 is no weekend/,
  })
})

test('a range that begins before the first day says so once', async (t) => {
  const texts = { start: '2003-09-01', end: '2024-03-25' }
  const { dates, warnings } = await inBucket(t, texts)
  assert.deepEqual(dates, ['2024-03-25'])
  assert.equal(warnings[0], 'stocks-trades begins on 2003-09-10')
  assert.match(String(warnings[1]), /^2003-09-10: .*hole/)
})

test('a bucket is listed by the year, and tells size and version of each object', async (t) => {
  const objects = new Map(present.map((date) => [keyOf(stocksTrades, date), Buffer.from(date)]))
  const server = await startS3Server({ objects, pageSize: 1 })
  t.after(() => server.close())
  const { dates, units } = await unitsOf({
    start: '2024-03-20',
    end: '2024-04-01',
    endpoint: server.endpoint,
  })
  assert.deepEqual(dates, present)
  assert.deepEqual(new Set(server.requests.map(({ key }) => key)), new Set(['us_stocks_sip/trades_v1/2024/']))
  const [first] = units
  assert.equal(first?.bytes, 10)
  assert.deepEqual(Object.keys(first?.identity ?? {}), ['key', 'etag', 'size'])
})

test('what cannot be looked at is an error, and no day without a file', async (t) => {
  const folder = tempDir(t)
  const path = join(folder, keyOf(stocksTrades, '2024-03-26'))
  mkdirSync(dirname(path), { recursive: true })
  symlinkSync(path, path)
  await assert.rejects(unitsOf({ start: '2024-03-26', from: folder }), (error) => {
    assert.ok(error instanceof AccessError)
    assert.match(error.message, /2024-03-26\.csv\.gz: cannot be looked at/)
    return true
  })
})

test('a folder is the same folder however it is named', async (t) => {
  const folder = folderOf(tempDir(t))
  const [whole, relative_] = await Promise.all(
    [folder, relative('.', folder)].map((from) => unitsOf({ start: '2024-03-26', from })),
  )
  assert.deepEqual(relative_?.units[0]?.identity, whole?.units[0]?.identity)
})

test('stdin is one day, and never the same twice', async () => {
  const { units } = await unitsOf({ start: '2024-03-26', from: '-' })
  assert.deepEqual(units[0]?.origin, { kind: 'stdin' })
  assert.equal(units[0]?.identity, undefined)
  await assert.rejects(unitsOf({ start: '2024-03-26', end: '2024-03-27', from: '-' }), UsageError)
})

const refused: readonly (readonly [Texts, RegExp])[] = [
  [{ start: '2024-03-26', end: '2024-03-25' }, /--end 2024-03-25 is before --start 2024-03-26/],
  [{ start: '2024-04-03' }, /--start 2024-04-03 is yet to come: today is 2024-04-01/],
  [{ start: '2024-03-25', out: 'lake', format: 'csv' }, /a folder takes parquet or raw, not csv/],
]
for (const [texts, message] of refused)
  test(`${JSON.stringify(texts)} is refused`, async (t) => {
    await assert.rejects(unitsOf({ ...texts, from: folderOf(tempDir(t)) }), (error) => {
      assert.ok(error instanceof UsageError)
      assert.match(error.message, message)
      return true
    })
  })
