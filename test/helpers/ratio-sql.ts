/** Twenty ratios as DuckDB would calculate them: `t` is the period, `p` the same one of the prior fiscal year. */
export const ratioSql: Readonly<Record<string, string>> = {
  current_ratio: 't.total_current_assets / nullif(t.total_current_liabilities, 0)',
  quick_ratio: '(t.total_current_assets - t.inventories) / nullif(t.total_current_liabilities, 0)',
  working_capital: 't.total_current_assets - t.total_current_liabilities',
  debt_to_equity:
    '(t.debt_current + t.long_term_debt_and_capital_lease_obligations) / nullif(t.total_equity, 0)',
  equity_multiplier: 't.total_assets / nullif(t.total_equity, 0)',
  interest_coverage: 't.operating_income / nullif(t.interest_expense, 0)',
  gross_margin: 't.gross_profit / nullif(t.revenue, 0)',
  operating_margin: 't.operating_income / nullif(t.revenue, 0)',
  net_margin: 't.consolidated_net_income_loss / nullif(t.revenue, 0)',
  nopat: 't.operating_income * (1 - t.income_taxes / nullif(t.income_before_income_taxes, 0))',
  effective_tax_rate:
    'case when t.income_before_income_taxes > 0 then t.income_taxes / t.income_before_income_taxes end',
  free_cash_flow: 't.net_cash_from_operating_activities - -t.purchase_of_property_plant_and_equipment',
  days_sales_outstanding: 'days * t.receivables / nullif(t.revenue, 0)',
  return_on_assets: 'case when year then t.consolidated_net_income_loss / nullif(t.total_assets, 0) end',
  return_on_equity: 'case when year then t.consolidated_net_income_loss / nullif(t.total_equity, 0) end',
  asset_turnover: 'case when year then t.revenue / nullif(t.total_assets, 0) end',
  inventory_turnover: 'case when year then t.cost_of_revenue / nullif(t.inventories, 0) end',
  return_on_average_assets:
    'case when year then t.consolidated_net_income_loss / nullif((t.total_assets + p.total_assets) / 2, 0) end',
  revenue_growth: 'case when p.revenue > 0 then (t.revenue - p.revenue) / p.revenue end',
  net_income_growth: `case when p.consolidated_net_income_loss > 0 then
    (t.consolidated_net_income_loss - p.consolidated_net_income_loss) / p.consolidated_net_income_loss end`,
}

const keys = ['cik', 'timeframe', 'fiscal_year', 'fiscal_quarter']

/** All of them of a Parquet file of periods. */
export function ratiosQuery(file: string): string {
  const columns = Object.entries(ratioSql).map(([name, sql]) => `${sql} as ${name}`)
  const periods = `select *, timeframe <> 'quarterly' as year,
    case when timeframe = 'quarterly' then 91.25::double else 365 end as days from '${file}'`
  return `with t as (${periods})
    select ${keys.map((key) => `t.${key}`).join(', ')}, ${columns.join(', ')}
    from t left join t as p on p.cik = t.cik and p.timeframe = t.timeframe
      and p.fiscal_year = t.fiscal_year - 1 and p.fiscal_quarter = t.fiscal_quarter`
    .replaceAll('case when year', 'case when t.year')
    .replaceAll('days *', 't.days *')
}

/** How many ratios of the two differ, bit for bit; the second is a file that `addRatios` made. */
export function differencesQuery(periods: string, ratios: string): string {
  const names = Object.keys(ratioSql)
  const differ = names.map((name) => `(a.${name} is distinct from b.${name})::int`).join(' + ')
  return `select count(*) as rows, sum(${differ}) as differences,
    sum(${names.map((name) => `(a.${name} is not null)::int`).join(' + ')}) as numbers
    from (${ratiosQuery(periods)}) a join '${ratios}' b using (${keys.join(', ')})`
}
