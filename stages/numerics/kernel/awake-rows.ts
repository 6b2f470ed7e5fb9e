import type { Kernels } from "./instance.ts"
import type { Shape } from "./network.ts"
import { addProduct, type Operand, plain, transposed } from "./operands.ts"

/** Where the products take place. */
interface Place {
  readonly kernels: Kernels
  /** From a row to the next, in floats. */
  readonly width: number
  /** Two buffers in the kernels' memory, for as many rows as there may be. */
  readonly buffers: { readonly left: Float32Array; readonly right: Float32Array }
}

/** C ← C + A B for some of the rows, ascending. A: rows × n; B: n × width; C: rows × width. */
export function addProductOfRows(
  { kernels, width, buffers }: Place,
  n: number,
  rows: Int32Array,
  [A, B, C]: readonly [A: Float32Array, B: Operand, C: Float32Array],
): void {
  gather(rows, A, buffers.left, width)
  gather(rows, C, buffers.right, width)
  const { left, right } = buffers
  addProduct(kernels, [rows.length, n, width], plain(left.byteOffset, width), B, plain(right.byteOffset, width))
  for (const [i, b] of rows.entries()) C.set(right.subarray(i * width, (i + 1) * width), b * width)
}

function gather(rows: Int32Array, from: Float32Array, to: Float32Array, width: number): void {
  for (const [i, b] of rows.entries()) to.set(from.subarray(b * width, (b + 1) * width), i * width)
}

/**
 * Products over the rows of a batch that are awake. Without biases a sample sleeps, h_t = 0 exactly, until its first input
 * that is not zero, and what δ_t is then changes no gradient: neither is computed, and no bit of the rest differs where all
 * is finite. Most images of digits begin with four blank rows of 28.
 */
export class AwakeRows {
  readonly #shape: Shape
  readonly #place: Place
  readonly #samples: Int32Array
  readonly #everyone: readonly Int32Array[]
  /** Of each step t = 0 … T-1 the samples that are awake, ascending. */
  #awake: readonly Int32Array[]

  constructor(shape: Shape, place: Place) {
    this.#shape = shape
    this.#place = place
    this.#samples = Int32Array.from({ length: shape.batch }, (_, b) => b)
    this.#everyone = Array.from({ length: shape.steps }, () => this.#samples)
    this.#awake = this.#everyone
  }

  /** x: batch × inputSteps × d, of samples that sleep until their first input; none: all are awake from the start. */
  begin(x: Float32Array | undefined): void {
    const { steps, inputSteps, d } = this.#shape
    this.#awake = this.#everyone
    if (x === undefined) return
    const wakes = this.#samples.map((b) => {
      const first = x.subarray(b * inputSteps * d, (b + 1) * inputSteps * d).findIndex((value) => value !== 0)
      return first === -1 ? steps : Math.floor(first / d)
    })
    this.#awake = this.#everyone.map((samples, t) => samples.filter((b) => wakes[b]! <= t))
  }

  /** C ← C + A B for the rows that are awake at step t. A, C: batch × width; B: n × width. */
  add(t: number, A: Float32Array, B: Operand, C: Float32Array): void {
    const { n, batch } = this.#shape
    const { kernels, width } = this.#place
    const awake = this.#awake[t]!
    if (awake.length === batch) addProduct(kernels, [batch, n, width], this.#plain(A), B, this.#plain(C))
    else addProductOfRows(this.#place, n, awake, [A, B, C])
  }

  /** G ← G + Σ_{t≥1,b} δ_t h_{t-1}ᵀ. delta, h: T × batch × width. Once all are awake, the sum is a single product. */
  addOuter(delta: Float32Array, h: Float32Array, G: Operand): void {
    const { n, steps, batch } = this.#shape
    const { kernels, width, buffers } = this.#place
    const add = (depth: number, left: Float32Array, right: Float32Array) =>
      addProduct(kernels, [n, depth, width], transposed(this.#plain(left)), this.#plain(right), G)
    const from = (values: Float32Array, t: number) => values.subarray(t * batch * width)
    let t = 1
    for (; t < steps && this.#awake[t - 1]!.length < batch; t++) {
      const awake = this.#awake[t - 1]!
      gather(awake, from(delta, t), buffers.left, width)
      gather(awake, from(h, t - 1), buffers.right, width)
      add(awake.length, buffers.left, buffers.right)
    }
    add((steps - t) * batch, from(delta, t), from(h, t - 1))
  }

  #plain({ byteOffset }: Float32Array): Operand {
    return plain(byteOffset, this.#place.width)
  }
}
