import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { tableFromIPC } from 'apache-arrow'
import { batchOf } from '../helpers/batches.ts'
import { query } from '../helpers/duckdb.ts'
import { addUnit } from '../helpers/made-lake.ts'
import { makeReferenceLake } from '../helpers/reference-lake.ts'
import { exitOf, listen, millrace, millraceBytes, startMillrace } from './spawn-millrace.ts'

const root = mkdtempSync(join(tmpdir(), 'millrace-cat-'))
after(() => rmSync(root, { recursive: true }))
before(() => makeReferenceLake(root))

/** A command after `cat LAKE`, and what it prints. */
const prints: Readonly<Record<string, string>> = {
  'stocks_daily --tickers AAPL --columns date,close': 'date,close\n2024-03-01,179.66\n2024-03-04,175.1\n',
  'stocks_daily --from 2024-03-02 --columns ticker,date': 'ticker,date\nAAPL,2024-03-04\n',
  'dividends --to=2023-12-31 --format ndjson':
    '{"ticker":"AAPL","ex_dividend_date":"2023-11-10","pay_date":"2023-12-10","cash_amount":0.24,"year":2023,"month":11}\n',
  'balance_sheets --time filing_date --from 2024-05-01 --columns tickers,total_assets':
    'tickers,total_assets\nAAPL,\n',
  'financial_ratios --tickers GOOGL --columns tickers,current_ratio':
    'tickers,current_ratio\n"GOOG,GOOGL",2.1\n',
  'stocks_trades --tickers GOOG --columns sip_timestamp': 'sip_timestamp\n1709303400000000001\n',
  'stocks_trades --to 2024-02-01 --columns date': 'date\n',
}
describe('millrace cat prints what was asked for', { concurrency: 2 }, () => {
  for (const [args, expected] of Object.entries(prints))
    test(args, async () => {
      assert.deepEqual(await millrace(['cat', root, ...args.split(' ')]), {
        code: 0,
        stdout: expected,
        stderr: '',
      })
    })
})

test('tickers may stand in a file, and those that no row has are told on stderr', async () => {
  const list = join(root, '_millrace/list.txt')
  writeFileSync(list, 'GOOG\nNONE\n')
  const args = ['cat', root, 'stocks_daily', '--tickers', `@${list}`, '--columns', 'ticker']
  const { stdout, stderr, code } = await millrace(args)
  assert.deepEqual([code, stdout, stderr], [0, 'ticker\nGOOG\n', 'warning: no row has the ticker NONE\n'])
})

test('Arrow and Parquet on stdout are read by others', async () => {
  const arrow = await millraceBytes(['cat', root, 'dividends', '--format', 'arrow'])
  assert.equal(tableFromIPC(arrow.bytes).numRows, 3)
  const { bytes } = await millraceBytes([
    'cat',
    root,
    'dividends',
    '--format',
    'parquet',
    '--tickers',
    'MSFT',
  ])
  const path = join(root, '_millrace/out')
  writeFileSync(path, bytes)
  assert.deepEqual(await query(`select ticker, year, month from read_parquet('${path}')`), [
    ['MSFT', '2024', '2'],
  ])
})

test('a reader who leaves ends it with 0', async (t) => {
  const lake = mkdtempSync(join(tmpdir(), 'millrace-cat-'))
  t.after(() => rmSync(lake, { recursive: true }))
  const n = Array.from({ length: 400_000 }, (_, i) => i)
  const files = { 'part-0.parquet': [batchOf({ n: 'int32' }, { n })] }
  await addUnit(lake, { table: 't', unit: 'all', files, rowGroupRows: 50_000 })
  const child = startMillrace(['cat', lake, 't'])
  const [data, words] = [listen(child.stdout), listen(child.stderr)]
  await data.until('\n1\n')
  child.stdout.destroy()
  assert.equal(await exitOf(child), 0)
  assert.equal(words.all(), '')
})

interface Refusal {
  readonly args: readonly string[]
  readonly code: number
  readonly says: RegExp
}
const refusals: Readonly<Record<string, Refusal>> = {
  'no lake': { args: [], code: 2, says: /which lake\?/ },
  'no table': { args: ['LAKE'], code: 2, says: /which table\?/ },
  'a table that is not there': {
    args: ['LAKE', 'dividens'],
    code: 4,
    says: /has no table dividens\n {2}hint: this lake has .*; did you mean dividends\?/,
  },
  'a folder that is no lake': { args: ['src', 'dividends'], code: 2, says: /src is no lake/ },
  'a column that is not there': {
    args: ['LAKE', 'dividends', '--columns', 'cash'],
    code: 2,
    says: /dividends has no column cash\n {2}hint: known: ticker, ex_dividend_date/,
  },
  'a day that is none': {
    args: ['LAKE', 'dividends', '--from', 'x'],
    code: 2,
    says: /--from: x is not a day/,
  },
  'a file that was cut': {
    args: ['CUT', 'related_tickers'],
    code: 6,
    says: /part-0\.parquet: has 200 bytes, and was/,
  },
  'one word too many': { args: ['LAKE', 'dividends', 'x'], code: 2, says: /x is one word too many/ },
}
describe('what cat refuses', { concurrency: 2 }, () => {
  const cut = mkdtempSync(join(tmpdir(), 'millrace-cat-'))
  after(() => rmSync(cut, { recursive: true }))
  before(async () => {
    await makeReferenceLake(cut)
    truncateSync(join(cut, 'related_tickers/part-0.parquet'), 200)
  })
  for (const [what, { args, code, says }] of Object.entries(refusals))
    test(`${what} is exit ${code}`, async () => {
      const refused = await millrace(['cat', ...args.map((arg) => ({ LAKE: root, CUT: cut })[arg] ?? arg)])
      assert.deepEqual([refused.code, refused.stdout], [code, ''], refused.stderr)
      assert.match(refused.stderr, says)
      assert.doesNotMatch(refused.stderr, /\n +at /)
    })
})
