/** The penalised loss of logistic regression as an objective to minimise, with the data in WebAssembly memory. */
import { exp, log, log1p } from "./elementary.ts"
import { linear, padded } from "./linear/linear.ts"
import type { Objective } from "./quasi-newton.ts"

/** What the loss is of: N points, row-major N x n, their labels and means. */
export interface LogisticData {
  readonly x: Float32Array
  readonly labels: ArrayLike<number>
  readonly means: Float64Array
  /** 1 for two classes, else their number. */
  readonly rows: number
  /** Weight of the loss against the penalty. */
  readonly C: number
  /** Converged: max |∂f| <= tolerance max(1, max |w|). */
  readonly tolerance: number
}

/**
 * f = ½ Σ_c |w_c|² + C Σ_i -log p_{label i} over `rows` x `stride` numbers: n weights, the intercept, zeros. The features
 * are centred, which moves the minimum in the intercepts alone, as these are free, and makes f far better conditioned.
 * The shared WebAssembly memory is in use as long as the objective is.
 */
export class LogisticLoss implements Objective {
  readonly stride: number
  /** A block of the Hessian costs about ten evaluations of f. Of several rows it is no whole Hessian: its steps gain less. */
  readonly refresh: number
  readonly #data: LogisticData
  readonly #n: number
  readonly #N: number
  /** N rounded up: the points added are 0, in every sum. */
  readonly #N4: number
  readonly #kernels
  readonly #buffers

  constructor(data: LogisticData) {
    const { x, labels, means, rows } = data
    const n = means.length
    const N = labels.length
    const stride = padded(n + 1, 8)
    const N4 = padded(N, 4)
    const { kernels, reserve } = linear()
    const square = stride * stride
    const model = { W: rows * stride, G: rows * stride, Z: N4 * rows }
    this.#buffers = reserve({
      ...model,
      X: N4 * stride,
      scales: N4,
      gram: square,
      packed: 64 * stride,
      L: rows * square,
      v: stride,
    })
    this.#kernels = kernels
    this.#data = data
    this.refresh = rows === 1 ? 16 : 20
    this.#n = n
    this.#N = N
    this.#N4 = N4
    this.stride = stride
    const { X, scales } = this.#buffers
    X.fill(0)
    scales.fill(0)
    for (let i = 0; i < N; i++) {
      for (let j = 0; j < n; j++) X[i * stride + j] = x[i * n + j]! - means[j]!
      X[i * stride + n] = 1
    }
  }

  evaluate(w: Float64Array, gradient: Float64Array): number {
    const { labels, rows, C } = this.#data
    const { X, G } = this.#buffers
    const Z = this.#scores(w)
    let value = C * (rows === 1 ? binaryResiduals(Z, labels) : softmaxResiduals(Z, labels, rows))
    this.#kernels.scoresGradient(Z.byteOffset, X.byteOffset, G.byteOffset, this.#N4, this.stride, rows)
    for (let at = 0; at < w.length; at++) {
      const penalised = at % this.stride < this.#n ? w[at]! : 0
      value += 0.5 * penalised * penalised
      gradient[at] = penalised + C * G[at]!
    }
    return value
  }

  /**
   * The blocks of the Hessian that belong to one row of w each: M_c = I + C Xᵀ S_c X, I without the intercept, S_c the
   * points' p_c (1 - p_c). For two classes that is the Hessian. For more it leaves out how the classes lean on each other,
   * but for what matters most: weights that all classes share change no probability, and are 0 at the minimum, while the
   * blocks take f for steep along them. From rows of w that add up to 0, all steps keep to such rows: the solver is P M⁻¹ P, P
   * the projection onto them.
   */
  preconditioner(w: Float64Array): (vector: Float64Array) => void {
    const { rows, C } = this.#data
    const { X, scales, gram, packed, L, v } = this.#buffers
    const stride = this.stride
    const roots = curvatureRoots(this.#scores(w), rows)
    const block = (row: number) => L.subarray(row * stride * stride, (row + 1) * stride * stride)
    for (let row = 0; row < rows; row++) {
      let changed = row === 0
      for (let i = 0; i < this.#N; i++) {
        const root = roots[i * rows + row]!
        changed ||= root !== scales[i]
        scales[i] = root
      }
      // As for the row before: at w = 0 all classes are as likely.
      if (!changed) {
        block(row).set(block(row - 1))
        continue
      }
      this.#kernels.gram(X.byteOffset, scales.byteOffset, this.#N4, stride, gram.byteOffset, packed.byteOffset)
      const own = block(row)
      for (let i = 0; i < stride; i++) {
        for (let j = 0; j <= i; j++) own[i * stride + j] = C * gram[j * stride + i]!
        if (i !== this.#n) own[i * stride + i]! += 1
      }
      this.#kernels.factoriseCholesky(own.byteOffset, stride)
    }
    const solve = (vector: Float64Array): void => {
      for (let row = 0; row < rows; row++) {
        const part = vector.subarray(row * stride, (row + 1) * stride)
        v.set(part)
        this.#kernels.solveCholesky(block(row).byteOffset, stride, v.byteOffset)
        part.set(v)
      }
    }
    if (rows === 1) return solve
    return (vector) => {
      solve(vector)
      balance(vector, rows)
    }
  }

  converged(w: Float64Array, gradient: Float64Array): boolean {
    let largest = 1
    for (let at = 0; at < w.length; at++) if (at % this.stride < this.#n) largest = Math.max(largest, Math.abs(w[at]!))
    return largestEntry(gradient) <= this.#data.tolerance * largest
  }

  #scores(w: Float64Array): Float64Array {
    const { X, W, Z } = this.#buffers
    W.set(w)
    this.#kernels.scores(X.byteOffset, W.byteOffset, Z.byteOffset, this.#N4, this.stride, this.#data.rows)
    return Z
  }
}

/** Takes the mean of several rows from each of them, so that they add up to 0. */
export function balance(vector: Float64Array, rows: number): void {
  const stride = vector.length / rows
  const shared = new Float64Array(stride)
  for (let at = 0; at < vector.length; at++) shared[at % stride]! += vector[at]! / rows
  for (let at = 0; at < vector.length; at++) vector[at]! -= shared[at % stride]!
}

/** max |v_j|. */
export const largestEntry = (v: Float64Array): number => v.reduce((most, entry) => Math.max(most, Math.abs(entry)), 0)

/** Turns scores into residuals p_1 - label, and sums the loss log(1 + exp(-z)), of label 0 log(1 + exp z). */
function binaryResiduals(Z: Float64Array, labels: ArrayLike<number>): number {
  let loss = 0
  for (let i = 0; i < labels.length; i++) {
    const sign = labels[i] === 1 ? 1 : -1
    const margin = sign * Z[i]!
    const e = exp(-Math.abs(margin))
    loss += Math.max(-margin, 0) + log1p(e)
    Z[i] = (-sign * (margin >= 0 ? e : 1)) / (1 + e)
  }
  return loss
}

/**
 * Turns scores into residuals p_c - [c = label], and sums the loss log Σ exp z - z_label. Both are taken from the other
 * classes' shares where these are small, as 1 - p_label would be rounding error.
 */
function softmaxResiduals(Z: Float64Array, labels: ArrayLike<number>, K: number): number {
  let loss = 0
  for (let i = 0; i < labels.length; i++) {
    const z = Z.subarray(i * K, (i + 1) * K)
    const label = labels[i]!
    const score = z[label]!
    const total = softmax(z)
    let others = 0
    for (let c = 0; c < K; c++) if (c !== label) others += z[c]!
    loss += others < 0.5 ? -log1p(-others) : total - score
    z[label] = -others
  }
  return loss
}

/** z becomes exp z / Σ exp z; returns log Σ exp z. */
function softmax(z: Float64Array): number {
  let most = z[0]!
  for (let c = 1; c < z.length; c++) most = Math.max(most, z[c]!)
  let sum = 0
  for (let c = 0; c < z.length; c++) {
    z[c] = exp(z[c]! - most)
    sum += z[c]!
  }
  for (let c = 0; c < z.length; c++) z[c]! /= sum
  return most + log(sum)
}

/** √(p_c (1 - p_c)) of every point and row, from the scores, which are overwritten. */
function curvatureRoots(Z: Float64Array, rows: number): Float64Array {
  for (let first = 0; first < Z.length; first += rows) {
    const z = Z.subarray(first, first + rows)
    if (rows === 1) {
      const e = exp(-Math.abs(z[0]!))
      z[0] = Math.sqrt(e) / (1 + e)
    } else {
      softmax(z)
      for (let c = 0; c < rows; c++) z[c] = Math.sqrt(z[c]! * (1 - z[c]!))
    }
  }
  return Z
}
