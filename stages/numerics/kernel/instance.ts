import { base64 } from "./kernel.wasm.ts"

/** Byte offset in the module's memory; strides are bytes too. */
type Address = number

/** The exported kernels; their formulas and layouts are documented in ./assembly. */
export interface Kernels {
  multiply(
    rows: number,
    panels: number,
    depth: number,
    a: Address,
    aRow: number,
    aStep: number,
    b: Address,
    bStep: number,
    bPanel: number,
    c: Address,
    cRow: number,
    cPanel: number,
  ): void
  transpose(rows: number, panels: number, from: Address, to: Address): void
  tanh(count: number, x: Address): void
  tanhGradient(count: number, delta: Address, h: Address): void
  exp(x: number): number
  log(x: number): number
  fillRows(rows: number, length: number, row: Address, to: Address): void
  addRows(rows: number, length: number, from: Address, sum: Address): void
  crossEntropy(batch: number, classes: number, logits: Address, stride: number, labels: Address): number
  squaredError(batch: number, classes: number, logits: Address, stride: number, labels: Address): number
  rmsprop(
    count: number,
    w: Address,
    g: Address,
    v: Address,
    buf: Address,
    rate: number,
    decay: number,
    rest: number,
    momentum: number,
    epsilon: number,
  ): void
  adam(
    count: number,
    w: Address,
    g: Address,
    m: Address,
    v: Address,
    rate: number,
    root: number,
    beta1: number,
    rest1: number,
    beta2: number,
    rest2: number,
    epsilon: number,
  ): void
}

/** The part of the WebAssembly interface used here; the compiler's ES library has none. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object) => { readonly exports: unknown }
}

const PAGE = 65536
/** Buffers start on cache lines. */
const LINE = 64

let compiled: object | undefined

/**
 * An instance of the kernels with a memory of its own, holding one zeroed buffer of each given length (in floats).
 * The memory never grows afterwards, so the views stay valid; a buffer's address is its `byteOffset`.
 */
export function openKernels<Name extends string>(
  lengths: Readonly<Record<Name, number>>,
): { readonly kernels: Kernels; readonly buffers: Readonly<Record<Name, Float32Array>> } {
  compiled ??= new WebAssembly.Module(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)))
  const kernels = new WebAssembly.Instance(compiled).exports as Kernels & {
    readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number }
  }
  const { memory } = kernels
  // The first page is left to the module's own data.
  let end = PAGE
  const places = Object.entries<number>(lengths).map(([name, length]) => {
    const address = end
    end += Math.ceil((4 * length) / LINE) * LINE
    return { name, address, length }
  })
  memory.grow(Math.max(0, Math.ceil((end - memory.buffer.byteLength) / PAGE)))
  const views = places.map(({ name, address, length }) => [name, new Float32Array(memory.buffer, address, length)])
  return { kernels, buffers: Object.fromEntries(views) }
}
