import { type SampleOptions, sampleDay, sampleTotals } from '../../helpers/sample-day.ts'
import { askedColumns } from '../ask.ts'
import type { Facts } from '../check.ts'

/** Of these the rows are counted by themselves. */
const tickers = ['AAPL']

/** What a file made from the sample must hold, added up from the sample's text. */
export function readSample(options: SampleOptions): Facts {
  const { rows, ints, micros, empty } = sampleTotals(options)
  const exact: Record<string, string> = { rows: String(rows) }
  for (const [name, count] of rowsByTicker(options)) exact[`rows of ${name}`] = String(count)
  const close: Record<string, number> = {}
  for (const [name, { kind, zeroIsNull }] of askedColumns(options.dataset, {})) {
    // Stored without the thousandths that the text has as zeros.
    const [sum, millionths] = [ints[name], micros[name]]
    if (sum !== undefined) exact[`sum of ${name}`] = String(kind === 'timestamp_us' ? sum / 1000n : sum)
    if (millionths !== undefined) close[`sum of ${name}`] = Number(millionths) / 1e6
    // Zeros that are nulls in the file are not counted here.
    if (!zeroIsNull) exact[`values of ${name}`] = String(rows - (empty[name] ?? 0))
  }
  return { exact, close }
}

/** A chunk begins with a row, and a row with its ticker. */
function rowsByTicker(options: SampleOptions): Map<string, number> {
  const counts = new Map(tickers.map((ticker) => [ticker, 0]))
  for (const chunk of sampleDay(options)) {
    const text = `\n${chunk.toString('latin1')}`
    for (const [ticker, count] of counts) counts.set(ticker, count + text.split(`\n${ticker},`).length - 1)
  }
  return counts
}
