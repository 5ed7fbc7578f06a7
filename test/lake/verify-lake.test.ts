import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { UsageError } from '../../src/core/errors.ts'
import { datasets } from '../../src/datasets/all.ts'
import { keyOf } from '../../src/datasets/dataset.ts'
import { verifyLake } from '../../src/lake/verify-lake.ts'
import { runFlat } from '../helpers/run-flat.ts'
import { tempDir } from '../helpers/temp-dir.ts'

type Flags = Readonly<Record<string, string>>

/** Converts one file of a dataset into a lake, and answers what a deep look at that says. */
async function looked(
  t: Parameters<typeof tempDir>[0],
  recipe: string,
  day: string,
  csv: string,
  flags: Flags = {},
) {
  const [root, raw] = [tempDir(t), tempDir(t)]
  const path = join(
    raw,
    keyOf(datasets.find(({ name }) => name === recipe) as (typeof datasets)[number], day),
  )
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, gzipSync(csv))
  const texts = { start: day, from: raw, out: root, ...flags }
  const { failed } = await runFlat(recipe, texts, { durability: 'none' }, { workers: 1 })
  assert.deepEqual(failed, [])
  const { findings } = await verifyLake(root, { hash: true, deep: true })
  return findings.map(({ verdict, what }) => `${verdict}: ${what}`)
}

const ns = (at: string): string => `${Date.parse(at)}000000`
const bars = (ticker: string, ...times: readonly string[]): string =>
  [
    'ticker,volume,open,close,high,low,window_start,transactions',
    ...times.map((at) => `${ticker},1,1,1,1,1,${ns(at)},1`),
    '',
  ].join('\n')
const trades = (...rows: readonly (readonly [ticker: string, at: string])[]): string =>
  [
    'ticker,conditions,correction,exchange,id,participant_timestamp,price,sequence_number,sip_timestamp,size,tape,trf_id,trf_timestamp',
    ...rows.map(([ticker, at]) => `${ticker},12,0,11,7,${ns(at)},1.5,1,${ns(at)},5,1,0,0`),
    '',
  ].join('\n')
const futures = (at: string, asked: string): string =>
  `ticker,timestamp,sequence_number,report_sequence,ask_timestamp,ask_price,ask_size,bid_timestamp,bid_price,bid_size,exchange,session_end_date
ESZ5,${ns(at)},1,1,${ns(asked)},1,1,${ns(asked)},1,1,4,2025-07-08
`

const [ten, eleven] = ['2024-03-01T15:00:00Z', '2024-03-01T16:00:00Z']
type Case = readonly [
  title: string,
  recipe: string,
  day: string,
  csv: string,
  says: readonly (string | RegExp)[],
  flags?: Flags,
]
const cases: readonly Case[] = [
  ['bars of the day', 'stocks-minute', '2024-03-01', bars('A', ten, eleven), []],
  ['no rows', 'stocks-minute', '2024-03-01', bars('A'), []],
  [
    'bars of another day',
    'stocks-minute',
    '2024-03-04',
    bars('A', ten),
    ['wrong: window_start begins at 2024-03-01T15:00:00Z, and the day of 2024-03-04 at 2024-03-04T05:00:00Z'],
  ],
  [
    'the first bar of the next day',
    'stocks-minute',
    '2024-03-01',
    bars('A', ten, '2024-03-02T05:00:00Z'),
    ['wrong: window_start ends at 2024-03-02T05:00:00Z, and the day of 2024-03-01 at 2024-03-02T05:00:00Z'],
  ],
  ['the last minute of the day', 'stocks-minute', '2024-03-01', bars('A', '2024-03-02T04:59:00Z'), []],
  [
    'whole numbers for times',
    'stocks-trades',
    '2024-03-01',
    trades(['A', '2024-02-29T15:00:00Z']),
    [/^wrong: sip_timestamp begins at 2024-02-29T15:00:00Z/],
    { timestamps: 'int64' },
  ],
  [
    'a trade of the day before, reported on the day',
    'stocks-trades',
    '2024-03-01',
    trades(['A', ten]).replace(ns(ten), ns('2024-02-29T15:00:00Z')),
    [],
  ],
  [
    'the same, where only the time of the exchange is kept',
    'stocks-trades',
    '2024-03-01',
    trades(['A', ten]).replace(ns(ten), ns('2024-02-29T15:00:00Z')),
    [/^wrong: participant_timestamp begins at 2024-02-29T15:00:00Z/],
    { columns: 'ticker,participant_timestamp' },
  ],
  ['times with a zone', 'stocks-trades', '2024-03-01', trades(['A', ten]), [], { timestamps: 'utc' }],
  [
    'a day of UTC',
    'crypto-minute',
    '2024-03-02',
    bars('X:BTC-USD', '2024-03-02T00:00:00Z', '2024-03-02T23:59:00Z'),
    [],
  ],
  [
    'an hour after it',
    'crypto-minute',
    '2024-03-02',
    bars('X:BTC-USD', '2024-03-03T00:00:00Z'),
    [/^wrong: window_start ends/],
  ],
  [
    'asks of days before, in futures',
    'futures-cme-quotes',
    '2025-07-08',
    futures('2025-07-07T23:00:00Z', '2025-07-03T12:00:00Z'),
    [],
  ],
  [
    'a quote of days before, in futures',
    'futures-cme-quotes',
    '2025-07-08',
    futures('2025-07-04T12:00:00Z', '2025-07-04T12:00:00Z'),
    [/^wrong: timestamp begins at 2025-07-04T12:00:00Z, and the day of 2025-07-08 at 2025-07-07T22:00:00Z/],
  ],
  [
    'trades in order',
    'stocks-trades',
    '2024-03-01',
    trades(['A', ten], ['A', ten], ['A', eleven], ['B', ten]),
    [],
  ],
  [
    'trades whose times fall',
    'stocks-trades',
    '2024-03-01',
    trades(['A', eleven], ['A', ten]),
    ['wrong: row 2 of A has a sip_timestamp before that of the row before it'],
  ],
  [
    'a ticker that comes again',
    'stocks-trades',
    '2024-03-01',
    trades(['A', ten], ['B', ten], ['A', eleven]),
    ['wrong: row 3 of A comes after other tickers: its rows do not lie together'],
    { rowGroupRows: '1' },
  ],
  [
    'a ticker in the folder',
    'stocks-trades',
    '2024-03-01',
    trades(['A', eleven], ['B', ten], ['A', ten]),
    ['wrong: row 2 has a sip_timestamp before that of the row before it'],
    { partitionBy: 'ticker' },
  ],
  [
    'no tickers',
    'stocks-trades',
    '2024-03-01',
    trades(['A', eleven], ['B', ten]),
    [],
    { columns: 'sip_timestamp,price' },
  ],
  [
    'bars whose times fall, which is allowed',
    'stocks-minute',
    '2024-03-01',
    bars('A', eleven, ten),
    ['note: row 2 of A has a window_start before that of the row before it'],
  ],
  [
    'what is known of the vendor',
    'stocks-daily',
    '2019-08-12',
    bars('A', '2019-08-09T04:00:00Z'),
    [
      /^known: window_start begins at 2019-08-09T04:00:00Z/,
      /^known: 29 rows are double .* \(zipline-polygon-bundle, #5\)$/,
    ],
  ],
]

for (const [title, recipe, day, csv, says, flags] of cases)
  test(`${title}: ${says.length === 0 ? 'right' : says.map(String).join('; ')}`, async (t) => {
    const findings = await looked(t, recipe, day, csv, flags)
    assert.equal(findings.length, says.length, findings.join('\n'))
    for (const [i, finding] of findings.entries()) {
      const said = says[i] as string | RegExp
      if (typeof said === 'string') assert.equal(finding, said)
      else assert.match(finding, said)
    }
  })

test('raw files have sizes and hashes, and no footers', async (t) => {
  assert.deepEqual(await looked(t, 'stocks-minute', '2024-03-01', bars('A', ten), { format: 'raw' }), [])
  assert.deepEqual(
    await looked(t, 'stocks-minute', '2024-03-01', bars('A', ten), { format: 'raw', flat: 'true' }),
    [],
  )
})

test('a table that is not there is refused, and a lake where nothing is done has none', async (t) => {
  const root = tempDir(t)
  await assert.rejects(verifyLake(root, { hash: false, deep: false, tables: ['t'] }), UsageError)
  assert.deepEqual(await verifyLake(root, { hash: false, deep: false }), { tables: [], findings: [] })
})
