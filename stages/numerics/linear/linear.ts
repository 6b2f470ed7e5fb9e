/**
 * Dense float64 loops in WebAssembly SIMD (two lanes, no fused multiply-add), so that the bits of every sum are the same
 * on every machine. Data are copied into the module's memory once; iterations then run inside on addresses.
 */
import { base64 } from "./linear.wasm.ts"

/** Byte offset in the module's memory. */
type Address = number

/** The exported kernels; shapes and sums are documented beside each in ./assembly. */
interface Kernels {
  gram(X: Address, scales: Address, N: number, n: number, G: Address, packed: Address): void
  squaredDistances(queries: Address, Q: number, points: Address, P: number, n: number, out: Address): void
  scores(X: Address, W: Address, Z: Address, N: number, n: number, k: number): void
  scoresGradient(R: Address, X: Address, G: Address, N: number, n: number, k: number): void
  factoriseCholesky(A: Address, n: number): void
  solveCholesky(L: Address, n: number, v: Address): void
  reflect(A: Address, n: number, i: number, beta: number, w: Address): void
  removeFromFollowing(q: Address, n: number, count: number): void
  gaussian(d: Address, weights: Address, count: number, beta: number, sums: Address): void
  symmetrise(P: Address, N: number, stride: number, scale: number): void
  forces(P: Address, y: Address, N: number, stride: number, attraction: Address, repulsion: Address): number
  crossEntropy(P: Address, y: Address, N: number, stride: number, sums: Address): number
}

/** The part of the WebAssembly interface used here; the compiler's ES library has none. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object) => { readonly exports: unknown }
}

const PAGE = 65536

/** Below this address lie the module's own constants. */
const FIRST = PAGE

/** Buffers start on cache lines. */
const LINE = 64

export interface Linear {
  readonly kernels: Kernels
  /**
   * One buffer of each given length (in numbers), contents arbitrary; its address is its `byteOffset`. Buffers of an
   * earlier call are given up: they must not be used any more.
   */
  reserve<Name extends string>(lengths: Readonly<Record<Name, number>>): Readonly<Record<Name, Float64Array>>
}

let compiled: object | undefined

/** A module instance with memory of its own. Memory grows as needed and is released with the instance. */
export function openLinear(): Linear {
  compiled ??= new WebAssembly.Module(Buffer.from(base64, "base64"))
  const kernels = new WebAssembly.Instance(compiled).exports as Kernels & {
    readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number }
  }
  const { memory } = kernels
  return {
    kernels,
    reserve: <Name extends string>(lengths: Readonly<Record<Name, number>>) => {
      let end = FIRST
      const places = Object.entries<number>(lengths).map(([name, length]) => {
        const address = end
        end += padded(8 * length, LINE)
        return { name, address, length }
      })
      const missing = Math.ceil((end - memory.buffer.byteLength) / PAGE)
      if (missing > 0) memory.grow(missing)
      return Object.fromEntries(
        places.map(({ name, address, length }) => [name, new Float64Array(memory.buffer, address, length)]),
      ) as Record<Name, Float64Array>
    },
  }
}

let shared: Linear | undefined

/** The instance shared by all short calculations of this thread: each reserves, computes and copies out before it returns. */
export function linear(): Linear {
  shared ??= openLinear()
  return shared
}

/**
 * Copies N rows of n numbers into rows of `stride` numbers at `target`, zeros elsewhere up to `rows` rows: the kernels
 * have no code for edges, and a zero feature or point adds nothing.
 */
export function copyPadded(
  target: Float64Array,
  source: Float32Array | Float64Array,
  { N, n, stride }: { N: number; n: number; stride: number },
): void {
  if (stride === n) target.set(source.subarray(0, N * n))
  else
    for (let i = 0; i < N; i++) {
      target.set(source.subarray(i * n, (i + 1) * n), i * stride)
      target.fill(0, i * stride + n, (i + 1) * stride)
    }
  target.fill(0, N * stride)
}

/** Smallest multiple of `unit` that is not below `count`. */
export const padded = (count: number, unit: number): number => Math.ceil(count / unit) * unit
