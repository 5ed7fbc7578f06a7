/** What of WebAssembly is used here; neither Node's types nor the language's have it. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown }
  readonly Memory: new (limits: object) => SharedMemory
}

/** A memory, whose buffer is another one after it has grown. */
export interface WasmMemory {
  readonly buffer: ArrayBuffer
  grow(pages: number): number
}

/** A memory that several threads may have; it does not grow. */
export interface SharedMemory {
  readonly buffer: SharedArrayBuffer
}

const pageBytes = 1 << 16

/** Memory of zeros, for modules that bring none. */
export function shareMemory(bytes: number): SharedMemory {
  const pages = Math.ceil(bytes / pageBytes)
  return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true })
}

/** Compiles a module that the build has put into a text; an instance takes no time after that. */
export const compileWasm = (base64: string): object => new WebAssembly.Module(Buffer.from(base64, 'base64'))

/** An instance, with memory of its own if the module has it. @returns what it exports, which its caller knows. */
export const startWasm = (module: object, outside: object = {}, memory?: SharedMemory): unknown =>
  new WebAssembly.Instance(module, { outside, env: { abort: unreachable, memory } }).exports

function unreachable(): never {
  throw new Error('a WebAssembly module of millrace stopped: nothing in it may')
}
