import type { Kernels } from "./instance.ts"
import type { Shape } from "./network.ts"
import { addProduct, fromRow, type Operand, plain, transposed } from "./operands.ts"

/** Columns [from, to) of a matrix; empty where from = to. */
interface Columns {
  readonly from: number
  readonly to: number
}

/**
 * Products with the input of a batch, without the columns on either side that are 0 at a step in every sample: no sum
 * has other bits for them, where all is finite. Digits leave a third of the pixels blank throughout a batch.
 */
export class UsedColumns {
  readonly #shape: Shape
  readonly #kernels: Kernels
  readonly #x: Float32Array
  /** Of each step. */
  #used: readonly Columns[] = []

  /** x: batch × inputSteps × d, in the kernels' memory. */
  constructor(shape: Shape, kernels: Kernels, x: Float32Array) {
    this.#shape = shape
    this.#kernels = kernels
    this.#x = x
  }

  /** To be called when x has changed. */
  begin(): void {
    const { batch, inputSteps: steps, d } = this.#shape
    this.#used = Array.from({ length: steps }, (_, t) => usedColumns(this.#x, { batch, steps, d }, t))
  }

  /** C ← C + x_t U. U: d × width; C: batch × width. */
  add(t: number, U: Operand, C: Operand, width: number): void {
    const { from, to } = this.#used[t]!
    addProduct(this.#kernels, [this.#shape.batch, to - from, width], this.#input(t, from), fromRow(U, from), C)
  }

  /** G ← G + x_tᵀ δ. δ: batch × width; G: d × width. */
  addOuter(t: number, delta: Operand, G: Operand, width: number): void {
    const { from, to } = this.#used[t]!
    const size = [to - from, this.#shape.batch, width] as const
    addProduct(this.#kernels, size, transposed(this.#input(t, from)), delta, fromRow(G, from))
  }

  /** Batch × d input at step t, from a column on. */
  #input(t: number, column: number): Operand {
    const { d, inputSteps } = this.#shape
    return plain(this.#x.byteOffset + 4 * (t * d + column), inputSteps * d)
  }
}

/** The narrowest run of columns outside of which x_t is 0 in every sample. x: batch × steps × d. */
export function usedColumns(
  x: Float32Array,
  { batch, steps, d }: { readonly batch: number; readonly steps: number; readonly d: number },
  t: number,
): Columns {
  const isUsed = (column: number): boolean => {
    for (let b = 0; b < batch; b++) if (x[(b * steps + t) * d + column] !== 0) return true
    return false
  }
  let from = 0
  while (from < d && !isUsed(from)) from++
  let to = d
  while (to > from && !isUsed(to - 1)) to--
  return { from, to }
}
