import { type SampleOptions, sampleTotals } from '../../helpers/sample-day.ts'
import type { Facts } from '../check.ts'

/** What a file made from the sample must hold, added up from the sample's text. */
export async function readSample(options: SampleOptions): Promise<Facts> {
  const { rows, ints, micros, empty } = sampleTotals(options)
  // Zeros of this column are nulls in the file, and are not counted here.
  const { trf_timestamp: _, ...empties } = empty
  const exact: Record<string, string> = { rows: String(rows) }
  for (const [name, sum] of Object.entries(ints)) exact[`sum of ${name}`] = String(sum)
  for (const [name, nulls] of Object.entries(empties)) exact[`values of ${name}`] = String(rows - nulls)
  const sums = Object.entries(micros).map(([name, sum]) => [`sum of ${name}`, Number(sum) / 1e6])
  return { exact, close: Object.fromEntries(sums) }
}
