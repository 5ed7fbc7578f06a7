/** What of WebAssembly is used here; neither Node's types nor the language's have it. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown }
}

/** A memory, whose buffer is another one after it has grown. */
export interface WasmMemory {
  readonly buffer: ArrayBuffer
  grow(pages: number): number
}

/** Compiles a module that the build has put into a text; an instance takes no time after that. */
export const compileWasm = (base64: string): object => new WebAssembly.Module(Buffer.from(base64, 'base64'))

/** An instance with memory of its own. @returns what it exports, which its caller knows. */
export const startWasm = (module: object, outside: object = {}): unknown =>
  new WebAssembly.Instance(module, { outside, env: { abort: unreachable } }).exports

function unreachable(): never {
  throw new Error('a WebAssembly module of millrace stopped: nothing in it may')
}
