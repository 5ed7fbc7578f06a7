import { type Data, Float64, makeData } from 'apache-arrow'

/** A column of doubles times `scale`, with null for what is not finite. It takes `values` over, and may change them. */
export function float64Data(values: Float64Array, scale = 1): Data {
  const length = values.length
  if (scale !== 1) for (let row = 0; row < length; row++) values[row] = (values[row] as number) * scale
  const bits = new Uint8Array((length + 7) >> 3)
  let valid = 0
  for (let start = 0; start < length; start += 8) {
    let byte = 0
    const end = Math.min(start + 8, length)
    for (let row = start; row < end; row++) {
      const value = values[row] as number
      const isThere = Number(value - value === 0)
      byte |= isThere << (row - start)
      valid += isThere
    }
    bits[start >> 3] = byte
  }
  const validity = valid < length ? { nullCount: length - valid, nullBitmap: bits } : { nullCount: 0 }
  return makeData({ type: new Float64(), length, data: values, ...validity })
}
