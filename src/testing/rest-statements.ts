import type { RestRow } from './rest-tables.ts'

/** The statements of one company: as the API sends them, each adding up in itself and over time. */
export interface Statements {
  readonly balanceSheets: readonly RestRow[]
  readonly incomeStatements: readonly RestRow[]
  readonly cashFlowStatements: readonly RestRow[]
}

export interface Filer {
  readonly cik: string
  readonly tickers: readonly string[]
  /** Some do not report some lines. */
  readonly leavesOut: readonly string[]
  /** Of the first quarter, in dollars. */
  readonly revenue: number
  readonly shares: number
  readonly quarters: number
  /** From 0 up to 1, the same ones for the same company. */
  random(): number
}

type Flows = Readonly<Record<string, number>>
const firstYear = 2020

interface Quarter {
  readonly income: Flows
  readonly cash: Flows
  readonly balance: Flows
  readonly year: number
  readonly quarter: number
}

/** Quarters, years and, where there are any, sums of the last four quarters. */
export function makeStatements(filer: Filer): Statements {
  const quarters = makeQuarters(filer)
  const rows = (timeframe: string, part: 'income' | 'cash' | 'balance', every: number, sum: number) =>
    quarters.flatMap((last, i) => {
      if (i + 1 < sum || (i + 1) % every !== 0) return []
      const some = quarters.slice(i + 1 - sum, i + 1).map((quarter) => quarter[part])
      return [rowOf(filer, last, timeframe, sum === 1 ? last[part] : summed(some))]
    })
  return {
    balanceSheets: [...rows('quarterly', 'balance', 1, 1), ...rows('annual', 'balance', 4, 1)],
    incomeStatements: flows('income'),
    cashFlowStatements: flows('cash'),
  }
  function flows(part: 'income' | 'cash'): RestRow[] {
    return [
      ...rows('quarterly', part, 1, 1),
      ...rows('annual', part, 4, 4),
      ...rows('trailing_twelve_months', part, 1, 4),
    ]
  }
}

/** Shares are no flow, and earnings per share are those of the sum. */
function summed(parts: readonly Flows[]): Flows {
  const last = parts.at(-1) as Flows
  const sum: Record<string, number> = {}
  for (const name of Object.keys(last))
    sum[name] = name.endsWith('_shares_outstanding')
      ? (last[name] as number)
      : parts.reduce((total, part) => total + (part[name] as number), 0)
  return 'basic_shares_outstanding' in sum ? withEarningsPerShare(sum) : sum
}

function withEarningsPerShare(income: Record<string, number>): Flows {
  const net = income['net_income_loss_attributable_common_shareholders'] as number
  for (const way of ['basic', 'diluted'])
    income[`${way}_earnings_per_share`] =
      Math.round((net / (income[`${way}_shares_outstanding`] as number)) * 100) / 100
  return income
}

const monthEnds = ['03-31', '06-30', '09-30', '12-31'] as const

function rowOf({ cik, tickers, leavesOut }: Filer, at: Quarter, timeframe: string, amounts: Flows): RestRow {
  const { year, quarter } = at
  const period_end = `${year}-${monthEnds[quarter - 1]}`
  const filed = new Date(Date.parse(period_end) + 35 * 86_400_000).toISOString().slice(0, 10)
  const told = Object.entries(amounts).filter(([name]) => !leavesOut.includes(name))
  return {
    cik,
    tickers,
    timeframe,
    period_end,
    filing_date: filed,
    fiscal_year: year,
    fiscal_quarter: quarter,
    ...Object.fromEntries(told),
  }
}

function makeQuarters({ revenue: first, shares, quarters, random }: Filer): Quarter[] {
  const made: Quarter[] = []
  let cash = Math.round(first * 0.8)
  let plant = Math.round(first * 1.5)
  let debt = Math.round(first * 0.9)
  let retained = Math.round(first * 0.6)
  for (let i = 0; i < quarters; i++) {
    const revenue = Math.round(first * 1.02 ** i * (0.95 + random() * 0.1))
    const income = makeIncome(revenue, debt, shares, random)
    const flow = makeCashFlow(income, revenue, random)
    cash += flow['change_in_cash_and_equivalents'] as number
    plant -=
      (flow['purchase_of_property_plant_and_equipment'] as number) +
      (flow['depreciation_depletion_and_amortization'] as number)
    debt += flow['long_term_debt_issuances_repayments'] as number
    retained += (flow['net_income'] as number) + (flow['dividends'] as number)
    const balance = makeBalance({ cash, plant, debt, retained }, revenue)
    made.push({ income, cash: flow, balance, year: firstYear + Math.floor(i / 4), quarter: (i % 4) + 1 })
  }
  return made
}

function makeIncome(revenue: number, debt: number, shares: number, random: () => number): Flows {
  const cost_of_revenue = Math.round(revenue * (0.5 + random() * 0.1))
  const gross_profit = revenue - cost_of_revenue
  const research_development = Math.round(revenue * 0.08)
  const selling_general_administrative = Math.round(revenue * 0.12)
  const total_operating_expenses = research_development + selling_general_administrative
  const operating_income = gross_profit - total_operating_expenses
  const interest_expense = Math.round(debt * 0.01)
  const interest_income = Math.round(revenue * 0.002)
  const total_other_income_expense = interest_income - interest_expense
  const income_before_income_taxes = operating_income + total_other_income_expense
  const income_taxes = Math.round(income_before_income_taxes * 0.21)
  const net = income_before_income_taxes - income_taxes
  return withEarningsPerShare({
    revenue,
    cost_of_revenue,
    gross_profit,
    research_development,
    selling_general_administrative,
    total_operating_expenses,
    operating_income,
    interest_expense,
    interest_income,
    total_other_income_expense,
    income_before_income_taxes,
    income_taxes,
    consolidated_net_income_loss: net,
    net_income_loss_attributable_common_shareholders: net,
    ebitda: operating_income + depreciationOf(revenue),
    basic_shares_outstanding: shares,
    diluted_shares_outstanding: Math.round(shares * 1.01),
    basic_earnings_per_share: 0,
    diluted_earnings_per_share: 0,
  })
}

const depreciationOf = (revenue: number): number => Math.round(revenue * 0.05)

/** What leaves the company is negative. */
function makeCashFlow(income: Flows, revenue: number, random: () => number): Flows {
  const net_income = income['consolidated_net_income_loss'] as number
  const depreciation = depreciationOf(revenue)
  const working = Math.round(revenue * 0.02 * (random() - 0.5))
  const operating = net_income + depreciation + working
  const plant = -Math.round(revenue * 0.06)
  const otherInvesting = -Math.round(revenue * 0.01)
  const investing = plant + otherInvesting
  const dividends = -Math.round(Math.max(0, net_income) * 0.3)
  const debt = Math.round(revenue * 0.01 * (random() - 0.5))
  const financing = dividends + debt
  return {
    net_income,
    depreciation_depletion_and_amortization: depreciation,
    change_in_other_operating_assets_and_liabilities_net: working,
    net_cash_from_operating_activities: operating,
    cash_from_operating_activities_continuing_operations: operating,
    purchase_of_property_plant_and_equipment: plant,
    other_investing_activities: otherInvesting,
    net_cash_from_investing_activities: investing,
    net_cash_from_investing_activities_continuing_operations: investing,
    dividends,
    long_term_debt_issuances_repayments: debt,
    net_cash_from_financing_activities: financing,
    net_cash_from_financing_activities_continuing_operations: financing,
    change_in_cash_and_equivalents: operating + investing + financing,
  }
}

type Stocks = { readonly [K in 'cash' | 'plant' | 'debt' | 'retained']: number }

function makeBalance({ cash, plant, debt, retained }: Stocks, revenue: number): Flows {
  const part = (share: number): number => Math.round(revenue * share)
  const [receivables, inventories, other_current_assets] = [part(0.4), part(0.2), part(0.05)]
  const short_term_investments = part(0.1)
  const current = cash + receivables + inventories + other_current_assets + short_term_investments
  const [goodwill, intangible_assets_net, other_assets] = [part(0.3), part(0.1), part(0.2)]
  const total_assets = current + plant + goodwill + intangible_assets_net + other_assets
  const [accounts_payable, accrued, deferred, debt_current] = [part(0.25), part(0.1), part(0.05), part(0.05)]
  const total_current_liabilities = accounts_payable + accrued + deferred + debt_current
  const other_noncurrent_liabilities = part(0.1)
  const total_liabilities = total_current_liabilities + debt + other_noncurrent_liabilities
  const total_equity = total_assets - total_liabilities
  const common_stock = 1_000_000
  return {
    cash_and_equivalents: cash,
    short_term_investments,
    receivables,
    inventories,
    other_current_assets,
    total_current_assets: current,
    property_plant_equipment_net: plant,
    goodwill,
    intangible_assets_net,
    other_assets,
    total_assets,
    accounts_payable,
    accrued_and_other_current_liabilities: accrued,
    deferred_revenue_current: deferred,
    debt_current,
    total_current_liabilities,
    long_term_debt_and_capital_lease_obligations: debt,
    other_noncurrent_liabilities,
    total_liabilities,
    common_stock,
    retained_earnings_deficit: retained,
    additional_paid_in_capital: total_equity - common_stock - retained,
    total_equity,
    total_equity_attributable_to_parent: total_equity,
    total_liabilities_and_equity: total_liabilities + total_equity,
  }
}
