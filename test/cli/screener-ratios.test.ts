import assert from 'node:assert/strict'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { readManifest } from '../../src/core/manifest.ts'
import type { Company } from '../../src/testing/rest-companies.ts'
import { query } from '../helpers/duckdb.ts'
import { addCloses, apiKey, marketCompany, startMarket } from '../helpers/ratio-market.ts'
import { tempDir } from '../helpers/temp-dir.ts'
import { millrace } from './spawn-millrace.ts'

const quarters = ['02', '05', '08', '11'].map((month) => ({ exDate: `2023-${month}-10`, amount: 0.25 }))
const years = (eps: number, filed: string) => [
  { end: '2022-12-31', filed: '2023-02-03', eps: eps / 2, revenue: 1000 },
  { end: '2023-12-31', filed, eps, revenue: 1500 },
]

/** Renamed between filing and today; split between filing and session, and after it; two classes; split before it filed. */
const companies = (): Company[] => [
  marketCompany('NEWT', years(2, '2024-02-08'), {
    renamed: { from: 'OLDT', on: '2024-02-12' },
    dividends: [{ exDate: '2022-12-30', amount: 9 }, ...quarters, { exDate: '2024-01-05', amount: 9 }],
  }),
  marketCompany('SPLT', years(3, '2024-02-09'), {
    splits: [
      { date: '2024-02-12', from: 1, to: 2 },
      { date: '2024-08-01', from: 1, to: 5 },
    ],
    dividends: quarters,
  }),
  marketCompany('CLSS', years(4, '2024-02-09'), { classes: ['CLS.A', 'CLS.B'] }),
  marketCompany('LATE', years(5, '2024-02-09'), {
    splits: [{ date: '2024-01-22', from: 1, to: 4 }],
    dividends: quarters,
  }),
]

/** The tickers of their day; OLDT is another company's by now, and 2023-02-06 is a hole. */
const closes = {
  '2023-02-07': { OLDT: 1, SPLT: 1, 'CLS.A': 1, LATE: 1 },
  '2024-02-09': { OLDT: 50, NEWT: 7, SPLT: 58, 'CLS.A': 90, 'CLS.B': 91, LATE: 99 },
  '2024-02-12': { OLDT: 8, NEWT: 51, SPLT: 30, 'CLS.A': 100, 'CLS.B': 101, LATE: 100 },
}

const all = 'NEWT,SPLT,CLS.A,LATE'

async function market(t: TestContext, given = companies(), options: Parameters<typeof startMarket>[1] = {}) {
  const server = await startMarket(given, options)
  t.after(() => server.close())
  return server
}

const screener = (lake: string, api: string, ...flags: string[]) =>
  millrace(['run', 'screener', '--tickers', all, '--api', api, '--out', lake, '--rate', '0', ...flags], {
    MASSIVE_API_KEY: apiKey,
  })

const ratiosOf = (lake: string, ...names: string[]) =>
  query(
    `select tickers, fiscal_year, ${names.join(', ')}
     from read_parquet('${lake}/financial_ratios/*/*/*.parquet', hive_partitioning = false)
     order by tickers, fiscal_year`,
  )

test('run screener ends with ratios, as of the first session after each filing', async (t) => {
  const lake = tempDir(t)
  await addCloses(lake, closes)
  const { baseUrl } = await market(t)
  const { code, stderr } = await screener(lake, baseUrl)
  assert.equal(code, 0, stderr)
  assert.deepEqual(
    await ratiosOf(lake, 'market_cap', 'price_to_earnings', 'dividend_yield', 'diluted_shares_growth'),
    [
      // One price of the first class stands for the earnings a share, but not for all shares.
      ['CLS.A,CLS.B', '2022', null, null, null, null],
      ['CLS.A,CLS.B', '2023', null, '25.0', '0.0', '0.0'],
      // Split before it was filed: all figures are in new shares, but those of the year before are not.
      ['LATE', '2022', null, null, null, null],
      ['LATE', '2023', '100000.0', '20.0', '0.0025', '-0.75'],
      // The price of its ticker of then, and dividends of the year of the statement.
      ['NEWT', '2022', null, null, null, null],
      ['NEWT', '2023', '50000.0', '25.0', '0.02', '0.0'],
      // Two shares at 30 for each of the filing.
      ['SPLT', '2022', null, null, null, null],
      ['SPLT', '2023', '60000.0', '20.0', '0.016666666666666666', '0.0'],
    ],
  )
  assert.deepEqual(
    await query(
      `select ticker, current_ticker, valid_from, valid_to from '${lake}/symbols/*.parquet' where current_ticker = 'NEWT' order by 3`,
    ),
    [
      ['OLDT', 'NEWT', '2015-01-15', '2024-02-11'],
      ['NEWT', 'NEWT', '2024-02-12', null],
    ],
  )
  assert.deepEqual(await query(`select count(*) from '${lake}/ratio_definitions/*.parquet'`), [['246']])
  const { ratios, figures } = JSON.parse(readFileSync(join(lake, '_millrace/ratios.json'), 'utf8'))
  assert.equal(ratios.length, 246)
  assert.deepEqual(ratios.find(({ name }: { name: string }) => name === 'gross_margin').inputs, {
    'income statement': ['gross_profit', 'revenue'],
  })
  assert.deepEqual(figures.revenue, { statement: 'income statement', column: 'revenue' })

  const views = readFileSync(join(lake, 'views.sql'), 'utf8')
  assert.deepEqual(
    await query('select count(*) from financial_ratios join symbols on ticker = tickers', views),
    [['6']],
  )

  const again = await screener(lake, baseUrl)
  assert.equal(again.code, 0)
  assert.match(again.stderr, /^0 .*\(\d+ skipped\)/m)
})

test('a restated statement rewrites the months of the ratios that it changes, and no other', async (t) => {
  const lake = tempDir(t)
  await addCloses(lake, closes)
  const first = await market(t)
  assert.equal((await screener(lake, first.baseUrl)).code, 0)
  const filesOf = async () =>
    new Map(
      [...(await readManifest(lake)).values()].flatMap(({ files }) =>
        files.map(({ path, sha256 }) => [path, `${sha256} ${statSync(join(lake, path)).mtimeMs}`] as const),
      ),
    )
  const before = await filesOf()
  const restated = companies().map((company) =>
    company.name.startsWith('LATE')
      ? marketCompany(
          'LATE',
          [years(5, '')[0] as never, { end: '2023-12-31', filed: '2024-02-09', eps: 4, revenue: 1500 }],
          {
            splits: company.splits,
            dividends: company.dividends,
          },
        )
      : company,
  )
  const second = await market(t, restated)
  const { code, stderr } = await screener(lake, second.baseUrl, '--refill', 'LATE', '--force')
  assert.equal(code, 0, stderr)
  const after = await filesOf()
  const month = 'year=2023/month=12/part-0.parquet'
  assert.deepEqual([...after].flatMap(([path, facts]) => (before.get(path) === facts ? [] : [path])).sort(), [
    `financial_ratios/${month}`,
    `income_statements/${month}`,
  ])
  const rows = await ratiosOf(lake, 'price_to_earnings')
  assert.deepEqual(rows[3], ['LATE', '2023', '25.0'])
})

test('what cannot be fetched of a company is null in its ratios, until it has come', async (t) => {
  const lake = tempDir(t)
  await addCloses(lake, closes)
  const faults = [
    'cash-flow-statements?limit=10000&sort=period_end.asc&tickers=LATE',
    'splits?limit=5000&sort=execution_date.asc&ticker=LATE',
    'dividends?limit=5000&sort=ticker.asc&ticker=SPLT',
  ].map((path) => ({ path, status: 403 }))
  const broken = await market(t, companies(), { faults })
  const names = ['current_ratio is null and gross_margin > 0', 'operating_cash_flow_margin is null']
  const columns = [...names, 'market_cap', 'diluted_shares_growth', 'dividend_yield']
  const { code, stderr } = await screener(lake, broken.baseUrl)
  assert.equal(code, 9, stderr)
  const [late, splt] = [(rows: unknown[][]) => rows[3]?.slice(2), (rows: unknown[][]) => rows[7]?.slice(2)]
  const before = await ratiosOf(lake, ...columns)
  // Nobody knows of its splits, which is not the same as that there were none.
  assert.deepEqual(late(before), ['true', 'true', null, null, null])
  assert.deepEqual(splt(before), ['true', 'false', '60000.0', '0.0', null])
  const whole = await market(t)
  assert.equal((await screener(lake, whole.baseUrl)).code, 0)
  const after = await ratiosOf(lake, ...columns)
  assert.deepEqual(late(after), ['true', 'false', '100000.0', '-0.75', '0.0025'])
  assert.deepEqual(splt(after)?.at(-1), '0.016666666666666666')
})

test('several classes have a market capitalization, in their last period, once ticker details tell their shares', async (t) => {
  const lake = tempDir(t)
  await addCloses(lake, { ...closes, '2023-02-06': { 'CLS.A': 60 } })
  const { baseUrl } = await market(t)
  assert.equal((await screener(lake, baseUrl)).code, 0)
  const caps = async () => (await ratiosOf(lake, 'price_to_earnings', 'market_cap')).slice(0, 2)
  assert.deepEqual(await caps(), [
    ['CLS.A,CLS.B', '2022', '30.0', null],
    ['CLS.A,CLS.B', '2023', '25.0', null],
  ])
  const details = ['run', 'ticker-details', '--tickers', 'CLS.A', '--api', baseUrl, '--out', lake]
  assert.equal((await millrace(details, { MASSIVE_API_KEY: apiKey })).code, 0)
  assert.equal((await millrace(['run', 'financial-ratios', '--out', lake])).code, 0)
  assert.deepEqual(await caps(), [
    ['CLS.A,CLS.B', '2022', '30.0', null],
    ['CLS.A,CLS.B', '2023', '25.0', '200000.0'],
  ])
})

test('the flags of financial-ratios choose and name what is made', async (t) => {
  const lake = tempDir(t)
  const quarter = { end: '2023-03-31', filed: '2023-05-02', eps: 1, revenue: 400, quarter: 1 }
  const { baseUrl } = await market(t, [marketCompany('NEWT', [quarter, ...years(2, '2024-02-08')])])
  const only = ['run', 'screener', '--tickers', 'NEWT', '--api', baseUrl, '--out', lake]
  assert.equal((await millrace(only, { MASSIVE_API_KEY: apiKey })).code, 0)
  const ratios = (...flags: string[]) => millrace(['run', 'financial-ratios', '--out', lake, ...flags])
  const refused = await ratios('--ratios', 'gross_margin')
  assert.equal(refused.code, 2, 'another shape in the same folder')
  /** In its first quarter and in its year; what is not a list is the same in both. */
  const cases: readonly (readonly [
    name: string,
    flags: readonly string[],
    columns: string,
    values: string | readonly (string | null)[],
  ])[] = [
    ['one', ['--ratios', 'gross_margin'], 'gross_margin', '0.5'],
    ['own', ['--ratio', 'mine = gross_profit / total_assets * 8; two = max(2, -2)'], 'two', '2.0'],
    ['quarters', ['--ratios', 'return_on_assets'], 'return_on_assets', [null, '0.25']],
    ['annualized', ['--annualize', '--ratios', 'return_on_assets'], 'return_on_assets', ['0.5', '0.25']],
    ['seed', ['--ratio-names', 'seed'], 'gross_profit_margin', '50.0'],
    [
      'zero',
      ['--absent-as-zero', 'inventories', '--ratios', 'inventory_to_revenue'],
      'assumed',
      'inventories',
    ],
  ]
  for (const [name, flags, column, values] of cases) {
    const { code, stderr } = await ratios('--name', name, ...flags)
    assert.equal(code, 0, stderr)
    const rows = await query(
      `select ${column} from '${lake}/${name}/year=2023/*/*.parquet' order by period_end`,
    )
    assert.deepEqual(rows.flat(), typeof values === 'string' ? [values, values] : values, name)
  }
})
