import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { query } from '../helpers/duckdb.ts'
import { addCloses, apiKey, marketCompany, startMarket } from '../helpers/ratio-market.ts'
import { tempDir } from '../helpers/temp-dir.ts'
import { millrace } from './spawn-millrace.ts'

const ways: Readonly<Record<string, readonly string[]>> = {
  'company by company': [],
  'in bulk': ['--bulk'],
  'in files of single companies': ['--layout', 'ticker'],
}
for (const [how, flags] of Object.entries(ways))
  test(`a period that a later report repeats is as of its own, ${how}`, async (t) => {
    const lake = tempDir(t)
    await addCloses(lake, {
      '2023-02-07': { OLDT: 1, LATE: 1 },
      '2024-02-09': { OLDT: 50, NEWT: 7, LATE: 99 },
    })
    // As the vendor says it: both years were filed with the second one.
    const repeated = [1, 2].map((eps) => ({
      end: `${2021 + eps}-12-31`,
      filed: '2024-02-08',
      eps,
      revenue: 1500,
    }))
    const reports = ['2023-02-06', '2024-02-08'].map((filing_date) => ({ form_type: '10-K', filing_date }))
    const server = await startMarket([
      marketCompany('NEWT', repeated, {
        renamed: { from: 'OLDT', on: '2024-02-12' },
        filings: [...reports, { form_type: '8-K', filing_date: '2023-02-01' }],
      }),
      marketCompany('LATE', repeated, { filings: [] }),
    ])
    t.after(() => server.close())
    const screener = () =>
      millrace(['run', 'screener', '--api', server.baseUrl, '--out', lake, '--rate', '0', ...flags], {
        MASSIVE_API_KEY: apiKey,
      })
    const { code, stderr } = await screener()
    assert.equal(code, 0, stderr)
    const views = readFileSync(join(lake, 'views.sql'), 'utf8')
    const ratios = 'tickers, fiscal_year, first_filed, filing_date, price_to_earnings'
    assert.deepEqual(await query(`select ${ratios} from financial_ratios order by all`, views), [
      // Nothing is known of its reports: as of the latest one.
      ['LATE', '2022', null, '2024-02-08', '99.0'],
      ['LATE', '2023', null, '2024-02-08', '49.5'],
      ['NEWT', '2022', '2023-02-06', '2024-02-08', '1.0'],
      ['NEWT', '2023', '2024-02-08', '2024-02-08', '25.0'],
    ])
    const sheets = `select tickers, fiscal_year, first_filed from balance_sheets order by all`
    assert.deepEqual(await query(sheets, views), [
      ['LATE', '2022', null],
      ['LATE', '2023', null],
      ['NEWT', '2022', '2023-02-06'],
      ['NEWT', '2023', '2024-02-08'],
    ])
    const forms = await query('select filing_date, form_type from filings order by all', views)
    assert.deepEqual(
      forms,
      reports.map((one) => [one.filing_date, one.form_type]),
    )
    const again = await screener()
    assert.match(again.stderr, /^0 .*\(\d+ skipped\)/m)
  })

test('ratios of another shape are told before anything is asked, and give way with --replace', async (t) => {
  const lake = tempDir(t)
  const year = { end: '2023-12-31', filed: '2024-02-08', eps: 1, revenue: 1500 }
  const server = await startMarket([marketCompany('NEWT', [year])])
  t.after(() => server.close())
  const flags = ['--api', server.baseUrl, '--out', lake, '--tickers', 'NEWT']
  const ask = (...args: string[]) => millrace([...args, ...flags], { MASSIVE_API_KEY: apiKey })
  assert.equal((await ask('run', 'income-statements')).code, 0)
  const few = ['run', 'financial-ratios', '--out', lake, '--ratios', 'gross_margin']
  assert.equal((await millrace(few)).code, 0)
  const asked = server.requests.length
  for (const command of ['run', 'plan', 'sync']) {
    const { code, stderr } = await ask(command, 'screener')
    assert.equal(code, 2, stderr)
    assert.match(stderr, /screener ends with financial-ratios: financial_ratios in .* holds ratios /)
    assert.match(stderr, /hint: add --replace: all of it is made anew of other tables/)
  }
  assert.equal(server.requests.length, asked)
  assert.equal((await ask('plan', 'screener', '--replace')).code, 0)
  const rows = () => query(`select gross_margin, net_margin from '${lake}/financial_ratios/*/*/*.parquet'`)
  await assert.rejects(rows(), /net_margin/)
  const { code, stderr } = await ask('run', 'screener', '--replace')
  assert.equal(code, 0, stderr)
  assert.equal((await rows()).length, 1)
  assert.equal((await millrace(['verify', lake])).code, 0)
  const views = readFileSync(join(lake, 'views.sql'), 'utf8')
  assert.equal((await query('select net_margin from financial_ratios', views)).length, 1)
  const byCompany = ['run', 'financial-ratios', '--out', lake, '--layout', 'ticker']
  assert.match(
    (await millrace(byCompany)).stderr,
    /hint: .*convert every unit of this one anew with --replace/,
  )
  assert.equal((await millrace([...byCompany, '--replace'])).code, 0)
  assert.deepEqual(readdirSync(join(lake, 'financial_ratios/year=2023/month=12')), ['ticker=NEWT.parquet'])
  assert.equal((await millrace(['verify', lake])).code, 0)
})
