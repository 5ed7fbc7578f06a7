/** Writes the fields of a struct in Thrift's compact protocol, in which Parquet has its headers and footers. */
export interface ThriftWriter {
  i8(field: number, value: number): void
  i16(field: number, value: number): void
  i32(field: number, value: number): void
  /** Up to 2^52, more than the bytes and rows of any file. */
  i64(field: number, value: number): void
  bool(field: number, value: boolean): void
  binary(field: number, bytes: Uint8Array): void
  text(field: number, value: string): void
  struct(field: number, write: (to: ThriftWriter) => void): void
  i32s(field: number, values: readonly number[]): void
  texts(field: number, values: readonly string[]): void
  structs<T>(field: number, values: readonly T[], write: (value: T) => void): void
  /** Structs that `thriftBytes` wrote before. */
  written(field: number, structs: readonly Uint8Array[]): void
}

/** The protocol's numbers for types; a bool is its own value. */
const [TRUE, FALSE, I8, I16, I32, I64, BINARY, LIST, STRUCT] = [1, 2, 3, 4, 5, 6, 8, 9, 12] as const

/** A struct as its bytes. */
export function thriftBytes(write: (to: ThriftWriter) => void): Uint8Array {
  const bytes: number[] = []
  const finished: Uint8Array[] = []
  const { header, whole, counted, fields, list } = protocolOf(bytes)
  const number = (type: number) => (field: number, value: number) => {
    header(field, type)
    whole(value)
  }
  const writer: ThriftWriter = {
    i8(field, value) {
      header(field, I8)
      bytes.push(value & 0xff)
    },
    i16: number(I16),
    i32: number(I32),
    i64: number(I64),
    bool: (field, value) => header(field, value ? TRUE : FALSE),
    binary(field, some) {
      header(field, BINARY)
      counted(some)
    },
    text: (field, value) => writer.binary(field, Buffer.from(value)),
    struct(field, body) {
      header(field, STRUCT)
      fields(() => body(writer))
    },
    i32s: (field, values) => list(field, I32, values, whole),
    texts: (field, values) => list(field, BINARY, values, (value) => counted(Buffer.from(value))),
    structs: (field, values, body) => list(field, STRUCT, values, (value) => fields(() => body(value))),
    // Of many thousand row groups: more bytes than an array of numbers may have.
    written(field, structs) {
      list(field, STRUCT, structs, () => {})
      finished.push(Uint8Array.from(bytes.splice(0)))
      for (const struct of structs) finished.push(struct)
    },
  }
  fields(() => write(writer))
  const rest = Uint8Array.from(bytes)
  return finished.length > 0 ? Buffer.concat([...finished, rest]) : rest
}

/** What fields are made of, at the end of `bytes`. */
function protocolOf(bytes: number[]) {
  let before = 0
  const header = (field: number, type: number): void => {
    // Ours are close together: the short form, of steps up to 15, does.
    bytes.push(((field - before) << 4) | type)
    before = field
  }
  const varint = (value: number): void => {
    let rest = value
    // No bit operations: what is counted here may need more than 32 bits.
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) + 0x80)
    bytes.push(rest)
  }
  return {
    header,
    whole: (value: number): void => varint(value < 0 ? -2 * value - 1 : 2 * value),
    counted(some: Uint8Array): void {
      varint(some.length)
      for (const byte of some) bytes.push(byte)
    },
    fields(body: () => void): void {
      const outer = before
      before = 0
      body()
      bytes.push(0)
      before = outer
    },
    list<T>(field: number, type: number, values: readonly T[], one: (value: T) => void): void {
      header(field, LIST)
      if (values.length < 15) bytes.push((values.length << 4) | type)
      else {
        bytes.push(0xf0 | type)
        varint(values.length)
      }
      for (const value of values) one(value)
    },
  }
}
