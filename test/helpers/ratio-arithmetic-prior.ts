import {
  type Arithmetic,
  capex,
  debt,
  divpaid,
  etr,
  type Figures,
  fcf,
  ic,
  mcap,
  nopat,
} from './ratio-figures.ts'

const none = Number.NaN
const when = (holds: boolean, value: number): number => (holds ? value : none)
/** 1 or 0 by the sign of a difference; null stays null. */
const above = (difference: number): number => (Number.isNaN(difference) ? none : Number(difference > 0))
const growth = (now: number, then: number): number => when(then > 0, (now - then) / Math.abs(then))
const cagr = (now: number, then: number, years: number): number =>
  when(now > 0 && then > 0, (now / then) ** (1 / years) - 1)

/** Figures of an earlier period in the shares of this one. */
const shdThen = (t: Figures, then: Figures): number => (then.SHD * then.FACTOR) / t.FACTOR
const epsThen = (t: Figures, then: Figures): number => (then.EPSD * t.FACTOR) / then.FACTOR
const bvps = (t: Figures): number => (t.EQP - t.PREF) / t.SHB
const grahamOf = (t: Figures): number => when(t.EPSD > 0 && bvps(t) > 0, Math.sqrt(22.5 * t.EPSD * bvps(t)))
const priceToEarnings = (t: Figures): number => when(t.EPSD > 0, t.PRICE / t.EPSD)

const growthOf =
  (figure: (t: Figures) => number): Arithmetic =>
  (t, ago) =>
    growth(figure(t), figure(ago(1)))
const overAverage =
  (above: (t: Figures) => number, below: (t: Figures) => number): Arithmetic =>
  (t, ago) =>
    above(t) / ((below(t) + below(ago(1))) / 2)
/** Of this period over the same of the prior one. */
const against =
  (figure: (t: Figures) => number): Arithmetic =>
  (t, ago) =>
    figure(t) / figure(ago(1))
const rises =
  (figure: (t: Figures) => number): Arithmetic =>
  (t, ago) =>
    above(figure(t) - figure(ago(1)))

const x1 = (t: Figures): number => (t.CA - t.CL) / t.TA
const leverage = (t: Figures, before: Figures): number => t.LTD / ((t.TA + before.TA) / 2)
const epsGrowth: Arithmetic = (t, ago) => growth(t.EPSD, epsThen(t, ago(1)))
const oiGrowth = growthOf((t) => t.OI)
const dso = (t: Figures): number => (t.DAYS * t.REC) / t.REV
const dio = (t: Figures): number => (t.DAYS * t.INV) / t.COGS
const dpo = (t: Figures): number => (t.DAYS * t.AP) / t.COGS
const kept = (t: Figures): number => 1 - divpaid(t) / t.NIC

const tests = {
  piotroski_roa_positive: (t, ago) => above(t.NI / ago(1).TA),
  piotroski_cfo_positive: (t) => above(t.CFO),
  piotroski_roa_improving: rises((t) => t.NI / t.TA),
  piotroski_accruals: (t) => above(t.CFO / t.TA - t.NI / t.TA),
  piotroski_leverage_falling: (t, ago) => above(leverage(ago(1), ago(2)) - leverage(t, ago(1))),
  piotroski_liquidity_rising: rises((t) => t.CA / t.CL),
  piotroski_no_dilution: (t, ago) => 1 - above(t.SHD - shdThen(t, ago(1))),
  piotroski_gross_margin_rising: rises((t) => t.GP / t.REV),
  piotroski_turnover_rising: rises((t) => t.REV / t.TA),
} as const satisfies Readonly<Record<string, Arithmetic>>

const beneish = {
  beneish_dsri: against((t) => t.REC / t.REV),
  beneish_gmi: (t, ago) => ago(1).GP / ago(1).REV / (t.GP / t.REV),
  beneish_aqi: against((t) => 1 - (t.CA + t.PPE) / t.TA),
  beneish_sgi: against((t) => t.REV),
  beneish_depi: (t, ago) => ago(1).DA / (ago(1).DA + ago(1).PPE) / (t.DA / (t.DA + t.PPE)),
  beneish_sgai: against((t) => t.SGA / t.REV),
  beneish_lvgi: against((t) => (t.CL + t.LTD) / t.TA),
} as const satisfies Readonly<Record<string, Arithmetic>>

/** The ratios that take more than one period, a condition, or another ratio. */
export const otherRatios: Readonly<Record<string, Arithmetic>> = {
  ...tests,
  ...beneish,
  cash_runway_months: (t) => when(fcf(t) < 0, (t.CASH + t.STI) / (-fcf(t) / t.MONTHS)),
  cost_of_debt: overAverage((t) => t.INTEXP, debt),
  effective_tax_rate: (t) => when(t.EBT > 0, etr(t)),
  return_on_average_assets: overAverage(
    (t) => t.NI,
    (t) => t.TA,
  ),
  return_on_average_equity: overAverage(
    (t) => t.NI,
    (t) => t.EQ,
  ),
  return_on_average_invested_capital: overAverage(nopat, ic),
  incremental_roic: (t, ago) => (nopat(t) - nopat(ago(1))) / (ic(t) - ic(ago(1))),
  average_asset_turnover: overAverage(
    (t) => t.REV,
    (t) => t.TA,
  ),
  operating_cycle_days: (t) => dso(t) + dio(t),
  cash_conversion_cycle_days: (t) => dso(t) + dio(t) - dpo(t),
  cash_flow_adequacy: (t) => t.CFO / (capex(t) + divpaid(t) + Math.max(0, -(t.LTDISS + t.STDISS))),
  reinvestment_rate: (t, ago) =>
    (capex(t) - t.DA + (t.REC + t.INV - t.AP) - (ago(1).REC + ago(1).INV - ago(1).AP)) / nopat(t),
  eps_basic: (t) => (Number.isNaN(t.EPSB) ? t.NIC / t.SHB : t.EPSB),
  eps_diluted: (t) => (Number.isNaN(t.EPSD) ? t.NIC / t.SHD : t.EPSD),
  graham_number: grahamOf,
  revenue_growth: growthOf((t) => t.REV),
  gross_profit_growth: growthOf((t) => t.GP),
  operating_income_growth: oiGrowth,
  ebitda_growth: growthOf((t) => t.EBITDA),
  net_income_growth: growthOf((t) => t.NI),
  eps_diluted_growth: epsGrowth,
  operating_cash_flow_growth: growthOf((t) => t.CFO),
  free_cash_flow_growth: growthOf(fcf),
  capex_growth: growthOf(capex),
  rnd_growth: growthOf((t) => t.RND),
  total_assets_growth: growthOf((t) => t.TA),
  equity_growth: growthOf((t) => t.EQ),
  total_debt_growth: growthOf(debt),
  book_value_per_share_growth: (t, ago) => growth(bvps(t), (bvps(ago(1)) * t.FACTOR) / ago(1).FACTOR),
  inventory_growth: growthOf((t) => t.INV),
  receivables_growth: growthOf((t) => t.REC),
  diluted_shares_growth: (t, ago) => growth(t.SHD, shdThen(t, ago(1))),
  dividends_paid_growth: growthOf(divpaid),
  revenue_growth_qoq: (t, _, previous) => growth(t.REV, previous.REV),
  gross_margin_change: (t, ago) => t.GP / t.REV - ago(1).GP / ago(1).REV,
  operating_margin_change: (t, ago) => t.OI / t.REV - ago(1).OI / ago(1).REV,
  revenue_cagr_3y: (t, ago) => cagr(t.REV, ago(3).REV, 3),
  revenue_cagr_5y: (t, ago) => cagr(t.REV, ago(5).REV, 5),
  eps_cagr_3y: (t, ago) => cagr(t.EPSD, epsThen(t, ago(3)), 3),
  fcf_cagr_3y: (t, ago) => cagr(fcf(t), fcf(ago(3)), 3),
  degree_of_operating_leverage: (t, ago) => growth(t.OI, ago(1).OI) / growth(t.REV, ago(1).REV),
  degree_of_financial_leverage: (t, ago, previous) => epsGrowth(t, ago, previous) / growth(t.OI, ago(1).OI),
  sustainable_growth_rate: (t) => (t.NI / t.EQ) * kept(t),
  internal_growth_rate: (t) => ((t.NI / t.TA) * kept(t)) / (1 - (t.NI / t.TA) * kept(t)),
  rule_of_40: (t, ago) => growth(t.REV, ago(1).REV) + fcf(t) / t.REV,
  dupont_roe_3: (t) => (t.NI / t.REV) * (t.REV / t.TA) * (t.TA / t.EQ),
  dupont_roe_5: (t) => (t.NI / t.EBT) * (t.EBT / t.OI) * (t.OI / t.REV) * (t.REV / t.TA) * (t.TA / t.EQ),
  dupont_return_on_assets: (t) => (t.NI / t.REV) * (t.REV / t.TA),
  altman_z_score: (t) =>
    1.2 * x1(t) + (1.4 * t.RE) / t.TA + (3.3 * t.OI) / t.TA + (0.6 * mcap(t)) / t.TL + t.REV / t.TA,
  altman_z_prime: (t) =>
    0.717 * x1(t) +
    (0.847 * t.RE) / t.TA +
    (3.107 * t.OI) / t.TA +
    (0.42 * t.EQ) / t.TL +
    (0.998 * t.REV) / t.TA,
  altman_z_double_prime: (t) =>
    6.56 * x1(t) + (3.26 * t.RE) / t.TA + (6.72 * t.OI) / t.TA + (1.05 * t.EQ) / t.TL,
  springate_s_score: (t) =>
    1.03 * x1(t) + 3.07 * (t.OI / t.TA) + 0.66 * (t.EBT / t.CL) + 0.4 * (t.REV / t.TA),
  ohlson_o_score: (t, ago) =>
    -1.32 -
    0.407 * Math.log(t.TA / 600) +
    (6.03 * t.TL) / t.TA -
    1.43 * x1(t) +
    (0.0757 * t.CL) / t.CA -
    (t.TL > t.TA ? 1.72 : 0) -
    (2.37 * t.NI) / t.TA -
    (1.83 * (t.NI + t.DA)) / t.TL +
    (t.NI < 0 && ago(1).NI < 0 ? 0.285 : 0) -
    (0.521 * (t.NI - ago(1).NI)) / (Math.abs(t.NI) + Math.abs(ago(1).NI)),
  piotroski_f_score: (t, ago, previous) =>
    Object.values(tests).reduce((sum, one: Arithmetic) => sum + one(t, ago, previous), 0),
  beneish_m_score: (t, ago, previous) => {
    const of = (name: keyof typeof beneish): number => (beneish[name] as Arithmetic)(t, ago, previous)
    return (
      -4.84 +
      0.92 * of('beneish_dsri') +
      0.528 * of('beneish_gmi') +
      0.404 * of('beneish_aqi') +
      0.892 * of('beneish_sgi') +
      0.115 * of('beneish_depi') -
      0.172 * of('beneish_sgai') +
      (4.679 * (t.NI - t.CFO)) / t.TA -
      0.327 * of('beneish_lvgi')
    )
  },
  price_to_earnings: priceToEarnings,
  peg_ratio: (t, ago, previous) => priceToEarnings(t) / (100 * epsGrowth(t, ago, previous)),
  price_to_cash_flow: (t) => when(t.CFO > 0, mcap(t) / t.CFO),
  price_to_free_cash_flow: (t) => when(fcf(t) > 0, mcap(t) / fcf(t)),
  price_to_graham_number: (t) => t.PRICE / grahamOf(t),
  dividend_yield: (t) => t.DPS / t.PRICE,
  shareholder_yield_proxy: (t) => (divpaid(t) - Math.min(0, t.OTHFIN) - (t.LTDISS + t.STDISS)) / mcap(t),
}
