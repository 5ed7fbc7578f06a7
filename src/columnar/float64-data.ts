import { type Data, Float64, makeData } from 'apache-arrow'

/** A column of doubles times `scale`, with null for what is not finite. It takes `values` over, and changes them. */
export function float64Data(values: Float64Array, scale = 1): Data {
  const length = values.length
  const bits = new Uint8Array((length + 7) >> 3)
  let nullCount = 0
  for (let row = 0; row < length; row++) {
    const value = (values[row] as number) * scale
    const isNull = !Number.isFinite(value)
    values[row] = isNull ? 0 : value
    if (isNull) nullCount++
    else bits[row >> 3] = (bits[row >> 3] as number) | (1 << (row & 7))
  }
  const validity = nullCount > 0 ? { nullCount, nullBitmap: bits } : { nullCount: 0 }
  return makeData({ type: new Float64(), length, data: values, ...validity })
}
