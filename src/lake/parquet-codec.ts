import * as zlib from 'node:zlib'

/** How the pages of a column are compressed. */
export interface Codec {
  /** The format's number for it. */
  readonly number: number
  /** @returns bytes of its own: what it was given is lent. */
  compress(bytes: Uint8Array): Uint8Array
}

export const uncompressed: Codec = { number: 0, compress: (bytes) => bytes.slice() }

const zstdNumber = 6
/** Of what is encoded well, more takes much longer and finds little. */
const level = 1

/** What Node has from 22.15 on; the types are those of the oldest Node that we run on. */
interface ZlibWithZstd {
  readonly zstdCompressSync?: (bytes: Uint8Array, options: object) => Uint8Array
  readonly constants: { readonly ZSTD_c_compressionLevel?: number }
}

/** Zstandard: Node's own, in half of the time, where there is one, else that of a package in WebAssembly. */
export async function loadZstd(): Promise<Codec> {
  const { zstdCompressSync, constants } = zlib as ZlibWithZstd
  if (zstdCompressSync && constants.ZSTD_c_compressionLevel !== undefined) {
    const options = { params: { [constants.ZSTD_c_compressionLevel]: level } }
    return { number: zstdNumber, compress: (bytes) => zstdCompressSync(bytes, options) }
  }
  const { compress } = await import('./zstd-wasm.ts')
  return {
    number: zstdNumber,
    compress: ({ buffer, byteOffset, length }) => compress(Buffer.from(buffer, byteOffset, length), level),
  }
}
