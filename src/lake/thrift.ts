/** A value in the compact protocol of Thrift, in which Parquet's headers and footers are written. */
export interface ThriftValue {
  /** The protocol's number for its type. */
  readonly type: number
  write(to: number[]): void
}

const structType = 12

function writeVarint(value: number, to: number[]): void {
  let rest = value
  // No bit operations: what is counted here may need more than 32 bits.
  while (rest >= 0x80) {
    to.push((rest % 0x80) + 0x80)
    rest = Math.floor(rest / 0x80)
  }
  to.push(rest)
}

const whole = (type: number, value: number): ThriftValue => ({
  type,
  write: (to) => writeVarint(value < 0 ? -2 * value - 1 : 2 * value, to),
})

export const i16 = (value: number): ThriftValue => whole(4, value)
export const i32 = (value: number): ThriftValue => whole(5, value)
/** Up to 2^52, more than the bytes and rows of any file. */
export const i64 = (value: number): ThriftValue => whole(6, value)

export const i8 = (value: number): ThriftValue => ({ type: 3, write: (to) => to.push(value & 0xff) })

/** In a struct a bool is its type and nothing else. */
export const bool = (value: boolean): ThriftValue => ({ type: value ? 1 : 2, write: () => {} })

export const binary = (bytes: Uint8Array): ThriftValue => ({
  type: 8,
  write(to) {
    writeVarint(bytes.length, to)
    for (const byte of bytes) to.push(byte)
  },
})

export const text = (value: string): ThriftValue => binary(Buffer.from(value))

/** Values of one type. Of none it is that of structs: readers compare it, and no other list of ours is ever empty. */
export const list = (values: readonly ThriftValue[]): ThriftValue => ({
  type: 9,
  write(to) {
    const type = values[0]?.type ?? structType
    if (values.length < 15) to.push((values.length << 4) | type)
    else {
      to.push(0xf0 | type)
      writeVarint(values.length, to)
    }
    for (const value of values) value.write(to)
  },
})

/** Fields by their numbers, which ascend as keys do; those without a value are left out. */
export const struct = (fields: Readonly<Record<number, ThriftValue | undefined>>): ThriftValue => ({
  type: structType,
  write(to) {
    let before = 0
    for (const [key, value] of Object.entries(fields)) {
      if (!value) continue
      const number = Number(key)
      // Ours are close together: the short form, of steps up to 15, does.
      to.push(((number - before) << 4) | value.type)
      value.write(to)
      before = number
    }
    to.push(0)
  },
})

/** A struct that was written before. */
export const structBytes = (bytes: Uint8Array): ThriftValue => ({
  type: structType,
  write(to) {
    for (const byte of bytes) to.push(byte)
  },
})

export function thriftBytes(value: ThriftValue): Uint8Array {
  const bytes: number[] = []
  value.write(bytes)
  return Uint8Array.from(bytes)
}
