import assert from 'node:assert/strict'
import { test } from 'node:test'
import { UsageError } from '../../src/core/errors.ts'
import { stocksTrades } from '../../src/datasets/stocks.ts'
import { laidOut } from '../../src/pipelines/flat-layout.ts'
import { flatParams } from '../../src/pipelines/flat-params.ts'
import { parsed, type Texts } from '../helpers/run-flat.ts'

const laid = (texts: Texts) =>
  laidOut(stocksTrades, parsed(flatParams(stocksTrades), { start: '2024-03-01', ...texts }))

for (const [texts, out, keepRaw] of [
  [{}, './lake', undefined],
  [{ outdir: 'd' }, 'd/parquet', 'd/raw/stocks_trades'],
  [{ outdir: 'd', format: 'raw' }, 'd/raw/stocks_trades', undefined],
  [{ outdir: 'd', parquetDir: 'p' }, 'p', 'd/raw/stocks_trades'],
  [{ outdir: 'd', keepRaw: 'k' }, 'd/parquet', 'k'],
  [{ outdir: 'd', from: 'd/raw/stocks_trades' }, 'd/parquet', undefined],
] as const)
  test(`${JSON.stringify(texts)} is --out ${out}${keepRaw === undefined ? '' : ` --keep-raw ${keepRaw}`}`, () => {
    const said = laid(texts)
    assert.deepEqual([said.out, said.keepRaw], [out, keepRaw])
  })

for (const [texts, message] of [
  [{ parquetDir: 'p' }, /--parquet-dir means nothing without --outdir/],
  [{ outdir: 'd', out: 'lake' }, /--out lake and --outdir d both say where output goes/],
  [{ outdir: 'd', parquetDir: 'p', format: 'raw' }, /--parquet-dir means nothing with --format raw/],
  [{ outdir: 'd', format: 'csv' }, /--outdir takes Parquet and raw files, not csv/],
] as const)
  test(`${JSON.stringify(texts)} is refused`, () =>
    assert.throws(
      () => laid(texts),
      (error) => error instanceof UsageError && message.test(error.message),
    ))
