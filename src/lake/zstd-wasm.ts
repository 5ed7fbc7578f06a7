import { compress, init } from '@bokuweb/zstd-wasm'

// Once: a second call would exchange the memory under those who compress.
await init()

/** The door of zstd-wasm, to be imported when it is first needed. */
export { compress }
