import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { MergeRule } from '../../src/lake/merge-rule.ts'
import { verifyLake } from '../../src/lake/verify-lake.ts'
import { makeCompanies } from '../../src/testing/rest-companies.ts'
import { onDay } from '../helpers/rest-days.ts'
import { type BringingUnit, bring, type SharedRow, sharedRule } from '../helpers/shared-rows.ts'
import { filesUnder } from '../helpers/sink-laws.ts'
import { tempDir } from '../helpers/temp-dir.ts'

const row = (ticker: string, day: number | null): SharedRow => ({ ticker, day, value: 1, seen: 0 })
const units: readonly BringingUnit[] = [
  { id: 'A', rows: [row('A', 19_724), row('A', 19_760), row('A', null)] },
  { id: 'B', rows: [row('B', 19_720), row('B', 19_723)] },
]
const look = { hash: false, deep: true }
const wrongIn = async (root: string): Promise<string[]> =>
  (await verifyLake(root, look)).findings.flatMap(({ verdict, what }) => (verdict === 'wrong' ? [what] : []))

async function made(t: TestContext, rule: MergeRule = sharedRule()): Promise<string> {
  const root = tempDir(t)
  await bring(root, units, { rule })
  assert.deepEqual(await wrongIn(root), [])
  return root
}

/** What the manifest says, as text, otherwise. */
function retell(root: string, from: string, to: string): void {
  const path = join(root, '_millrace/manifest.ndjson')
  writeFileSync(path, readFileSync(path, 'utf8').replaceAll(from, to))
}

function move(root: string, from: string, to: string): void {
  mkdirSync(dirname(join(root, to)), { recursive: true })
  renameSync(join(root, from), join(root, to))
  retell(root, from, to)
}

test('rows of another month than their folder says are wrong, without reading all pages, too', async (t) => {
  const root = await made(t)
  move(root, 't/year=2024/month=01/part-0.parquet', 't/year=2024/month=03/part-0.parquet')
  const says = /its rows are of 2024-01-01 to 2024-01-02, by day, and its folder is of 2024-03/
  assert.match((await wrongIn(root)).join(), says)
  const { findings } = await verifyLake(root, { ...look, deep: false })
  assert.match(findings.map(({ what }) => what).join(), says)
})

test('rows out of order are wrong', async (t) => {
  const root = await made(t)
  retell(root, '"order":["ticker","day"]', '"order":["day"]')
  assert.match((await wrongIn(root)).join(), /row \d is before row \d by day/)
})

test('rows of another company than the name of their file says are wrong', async (t) => {
  const root = await made(t, sharedRule({ layout: 'ticker' }))
  const [path = ''] = filesUnder(root).filter((one) => one.endsWith('month=02/ticker=A.parquet'))
  move(root, path, path.replace('ticker=A', 'ticker=Z'))
  assert.deepEqual(await wrongIn(root), ['row 1 is of A, and its name says another'])
})

test('rows that wait are read, and told', async (t) => {
  const root = tempDir(t)
  const stop = new AbortController()
  await bring(root, [...units, { id: 'C', rows: [] }], {
    workers: 1,
    signal: stop.signal,
    at: (id) => void (id === 'C' && stop.abort(new Error('enough'))),
  })
  const { findings } = await verifyLake(root, look)
  assert.deepEqual(
    findings.map(({ verdict, what }) => [verdict, what]),
    [['note', '2 units wait to be merged; the next run does it']],
  )
  const path = join(root, filesUnder(root).find((one) => one.endsWith('.rows')) ?? '')
  const bytes = readFileSync(path)
  bytes[bytes.length - 60] = (bytes[bytes.length - 60] as number) ^ 1
  writeFileSync(path, bytes)
  assert.match(
    (await wrongIn(root)).join(),
    /the rows of t B are not those that were written; remove the file/,
  )
})

test('sums that statements do not come to are counted, and are not wrong', async (t) => {
  const out = tempDir(t)
  const companies = makeCompanies({ count: 3, quarters: 8 }).map((company, i) => {
    const { balanceSheets, ...others } = company.statements
    const broken = balanceSheets.map((one) => ({ ...one, total_assets: Number(one['total_assets']) * 1.01 }))
    return i === 2 ? { ...company, statements: { ...others, balanceSheets: broken } } : company
  })
  const flags = { out, tables: 'balance_sheets,income_statements,cash_flow' }
  await onDay(t, '2024-08-01', 'run', { companies, recipe: 'screener', flags })
  const { tables, findings } = await verifyLake(out, look)
  assert.deepEqual(findings, [])
  const [balance, ...others] = tables.map(({ identities }) => identities ?? [])
  const [assets, both, ...sums] = balance ?? []
  assert.deepEqual(assets, {
    identity: 'total_assets = total_liabilities + total_equity',
    rows: 30,
    breaks: 10,
    first: 'MWC 2020-03-31 quarterly',
  })
  assert.equal(both?.breaks, 10)
  for (const { breaks, rows } of [...sums, ...others.flat()]) assert.ok(breaks === 0 && rows >= 30)
  const shallow = await verifyLake(out, { hash: false, deep: false })
  assert.ok(shallow.tables.every(({ identities }) => identities === undefined))
})
