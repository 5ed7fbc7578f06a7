import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { UsageError } from '../../src/core/errors.ts'
import { cryptoTrades } from '../../src/datasets/crypto.ts'
import { type Dataset, keyOf } from '../../src/datasets/dataset.ts'
import { optionsTrades } from '../../src/datasets/options.ts'
import { flatFileRecipes } from '../../src/pipelines/flat-files.ts'
import { query } from '../helpers/duckdb.ts'
import { runFlat, type Texts } from '../helpers/run-flat.ts'
import { tempDir } from '../helpers/temp-dir.ts'

const start = '2024-03-01'
const optionRows = `ticker,conditions,correction,exchange,price,sip_timestamp,size
O:SPXW241220P04720500,227,0,308,26.57,1709305200000000001,1
O:SPXW241220P04720500,227,0,308,26.5,1709305200000000002,2
O:SPY1241220C00720000,,0,308,1.5,bad,3
NOT,227,0,308,10.7,1709305200000000003,4
`
const cryptoRows = `ticker,conditions,exchange,id,participant_timestamp,price,size
X:BTC-USD,2,1,a,1709305200000000001,60000,1
X:BTC-EUR,2,1,b,1709305200000000002,55000,2
`

function folderWith(t: TestContext, dataset: Dataset, text: string): string {
  const from = tempDir(t)
  const path = join(from, keyOf(dataset, start))
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, gzipSync(text))
  return from
}

const run = (name: string, texts: Texts) => runFlat(name, { start, ...texts }, {}, { workers: 1 })

async function printed(t: TestContext, texts: Texts): Promise<string> {
  const [from, out] = [folderWith(t, optionsTrades, optionRows), join(tempDir(t), 'rows.csv')]
  const report = await run('options-trades', { from, out, format: 'csv', ...texts })
  assert.deepEqual(report.failed, [])
  return readFileSync(out, 'utf8')
}

const spxw = { underlying: 'SPXW' }
const chosen: readonly [title: string, texts: Texts, csv: string][] = [
  [
    'adds what the symbol says behind all columns',
    { ...spxw, osi: 'true' },
    `ticker,conditions,correction,exchange,participant_timestamp,price,sip_timestamp,size,underlying,expiry,right,strike
O:SPXW241220P04720500,227,0,308,,26.57,1709305200000000001,1,SPXW,2024-12-20,P,4720.5
O:SPXW241220P04720500,227,0,308,,26.5,1709305200000000002,2,SPXW,2024-12-20,P,4720.5
`,
  ],
  [
    'adds it behind the columns asked for, also without the ticker',
    { ...spxw, osi: 'true', columns: 'price' },
    'price,underlying,expiry,right,strike\n26.57,SPXW,2024-12-20,P,4720.5\n26.5,SPXW,2024-12-20,P,4720.5\n',
  ],
  [
    'adds of it only what is asked for by name, where it is asked for',
    { ...spxw, osi: 'true', columns: 'strike,price,expiry' },
    'strike,price,expiry\n4720.5,26.57,2024-12-20\n4720.5,26.5,2024-12-20\n',
  ],
  [
    'can be left out, and the bad row of another underlying is not read',
    { underlying: 'SPX*', columns: 'size' },
    'size\n1\n2\n',
  ],
  ['goes with --tickers, both of which must hold', { ...spxw, tickers: 'NOT', columns: 'size' }, 'size\n'],
]

for (const [title, texts, csv] of chosen)
  test(`--osi ${title}`, async (t) => assert.equal(await printed(t, texts), csv))

test('a lake has what the symbols say, by underlying, and is told of rows whose ticker is none', async (t) => {
  const [from, out] = [folderWith(t, optionsTrades, optionRows.replace('bad', '1')), tempDir(t)]
  const texts = { from, out, osi: 'true', partitionBy: 'underlying' }
  const report = await run('options-trades', texts)
  assert.deepEqual(report.warnings, [
    { text: 'rows whose ticker is no option symbol: 1, as NOT; what it would say is null', units: 1 },
  ])
  const table = `read_parquet('${out}/options_trades/*/*/*.parquet', hive_partitioning = true)`
  assert.deepEqual(
    await query(
      `select underlying, expiry, "right", strike, typeof(expiry), size from ${table} order by size`,
    ),
    [
      ['SPXW', '2024-12-20', 'P', '4720.5', 'DATE', '1.0'],
      ['SPXW', '2024-12-20', 'P', '4720.5', 'DATE', '2.0'],
      ['SPY1', '2024-12-20', 'C', '720.0', 'DATE', '3.0'],
      [null, null, null, null, 'DATE', '4.0'],
    ],
  )
  assert.equal((await run('options-trades', texts)).skipped, 1)
  for (const other of [
    { from, out },
    { ...texts, underlying: 'SPXW' },
  ])
    await assert.rejects(run('options-trades', other), UsageError)
})

test('a pair with its dash or without makes the same lake, so that the second run has nothing to do', async (t) => {
  const [from, out] = [folderWith(t, cryptoTrades, cryptoRows), tempDir(t)]
  const first = await run('crypto-trades', { from, out, tickers: 'X:BTCUSD' })
  assert.deepEqual([first.done, first.counts.rowsOut, first.counts.filtered], [1, 1, 1])
  assert.deepEqual((await run('crypto-trades', { from, out, tickers: 'X:BTC-USD' })).skipped, 1)
  const { rowsOut } = (await run('crypto-trades', { from, out, tickers: 'X:BTC-USD', name: 'other' })).counts
  assert.equal(rowsOut, 1)
  assert.ok(existsSync(join(out, 'other', `date=${start}`)))
})

test('only recipes of options have flags for what a symbol says', () => {
  const having = flatFileRecipes.filter(({ params }) => 'osi' in params && 'underlying' in params)
  assert.deepEqual(
    having.map(({ name }) => name),
    ['options-trades', 'options-quotes', 'options-minute', 'options-daily'],
  )
})
