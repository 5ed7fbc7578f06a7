import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stocksTrades } from '../../src/datasets/stocks.ts'
import { flatFileRecipe } from '../../src/pipelines/flat-files.ts'
import type { FlatParams } from '../../src/pipelines/flat-params.ts'
import { type GetParams, getObjects } from '../../src/pipelines/get-objects.ts'

const trades = flatFileRecipe(stocksTrades)
const [plain, tls] = ['http://127.0.0.1:9000', 'https://files.example.com']

const runs: readonly [endpoint: string, format: FlatParams['format'], carries: boolean][] = [
  [plain, 'raw', true],
  [plain, 'parquet', false],
  [tls, 'raw', false],
]
for (const [endpoint, format, carries] of runs)
  test(`files from ${endpoint} as ${format} are ${carries ? 'only carried' : 'work'}`, () => {
    assert.equal(trades.carries?.({ endpoint, format } as FlatParams), carries)
  })

const gets: readonly [endpoint: string, gunzip: boolean, verify: boolean, carries: boolean][] = [
  [plain, false, false, true],
  [plain, true, false, false],
  [plain, false, true, false],
  [tls, false, false, false],
]
for (const [endpoint, gunzip, verify, carries] of gets)
  test(`get from ${endpoint}, gunzip ${gunzip}, verify ${verify}, is ${carries ? 'only carrying' : 'work'}`, () => {
    assert.equal(getObjects.carries?.({ endpoint, gunzip, verify } as GetParams), carries)
  })
