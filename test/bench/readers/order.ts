/** Whole numbers that grow, or nearly so, within a ticker. */
const growing = ['sequence_number', 'sip_timestamp', 'window_start']

/** Row numbers are multiplied with the rest of a division by it, so that the products fit 64 bits. */
export const orderModulus = 1_000_003

/** The column whose values, in the order of the rows, tell one order from another. */
export function orderColumn(names: readonly string[]): string {
  const found = growing.find((name) => names.includes(name))
  if (found === undefined) throw new RangeError(`none of ${growing} is among ${names}`)
  return found
}
