import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, rmSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { from, runPipeline } from '../../src/core/pipeline.ts'
import { createRun } from '../../src/core/run.ts'
import type { Batch } from '../../src/core/schema.ts'
import { lakeTable } from '../../src/sources/lake-table.ts'
import { keepIn, uncountedAfter } from '../helpers/collect.ts'
import { printed } from '../helpers/print-rows.ts'
import { makeReferenceLake } from '../helpers/reference-lake.ts'
import { openUnder } from '../helpers/sink-laws.ts'
import { sourceLaws } from '../helpers/stage-laws.ts'

const folder = mkdtempSync(join(tmpdir(), 'millrace-table-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const [root, cut] = [join(folder, 'lake'), join(folder, 'cut')]
await makeReferenceLake(root)
cpSync(root, cut, { recursive: true })
truncateSync(join(cut, 'dividends/year=2024/month=02/part-0.parquet'), 300)
// Cut, and the last one: its columns would be those of the table.
truncateSync(join(cut, 'stocks_trades/date=2024-03-01/part-0.parquet'), 300)

sourceLaws(() => lakeTable({ root, table: 'dividends', tickers: ['AAPL', 'M*'] }), {
  check(batches) {
    assert.deepEqual(
      batches.flatMap(printed).map(({ ticker, ex_dividend_date }) => [ticker, ex_dividend_date]),
      [
        ['AAPL', '2023-11-10'],
        ['AAPL', '2024-02-09'],
        ['MSFT', '2024-02-14'],
      ],
    )
  },
  truncated: {
    from: () => lakeTable({ root: cut, table: 'stocks_trades' }),
    error: {
      name: 'DataError',
      stage: 'lake-table',
      message: /date=2024-03-01\/part-0\.parquet: has 300 bytes, and was written with \d+$/,
    },
  },
})

test('rows that were looked at and not wanted are counted, and tickers that no row has are told', async () => {
  const [counted, warnings, batches]: [Record<string, number>, string[], Batch[]] = [{}, [], []]
  const run = createRun({
    count: (what, n) => {
      counted[what] = (counted[what] ?? 0) + n
    },
    warn: (text) => warnings.push(text),
  })
  const source = lakeTable({ root, table: 'stocks_trades', tickers: ['AAPL', 'NONE', 'X*'] })
  await runPipeline(from(source).through(uncountedAfter<Batch>()).into(keepIn(batches)), run)
  assert.deepEqual(counted, { rowsIn: 4, filtered: 1 })
  assert.deepEqual(warnings, ['no row has the ticker NONE', 'no row has the ticker X*'])
})

test('a chain that ends early leaves no file open', async () => {
  const failing = uncountedAfter<Batch>()
  const reason = new Error('enough')
  const stop = {
    ...failing,
    open: () =>
      // biome-ignore lint/correctness/useYield: it ends before it has anything.
      async function* (input: AsyncIterable<Batch>) {
        for await (const _ of input) throw reason
      },
  }
  await assert.rejects(
    runPipeline(
      from(lakeTable({ root, table: 'dividends' }))
        .through(stop)
        .into(keepIn([])),
      createRun(),
    ),
    reason,
  )
  assert.deepEqual(openUnder(root), [])
})
