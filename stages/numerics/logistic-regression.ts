/**
 * Logistic regression with an L2 penalty: the linear probe of the states.
 *
 * For K classes, scores z_c = w_c · x + b_c and probabilities p_c = exp z_c / Σ exp z, the fit minimises
 *
 *   f = ½ Σ_c |w_c|² + C Σ_i -log p_{label i},
 *
 * with intercepts free of the penalty and features as they are (the objective of scikit-learn's LogisticRegression). Two
 * classes have one row w, b for the odds of class 1: p_1 = 1 / (1 + exp -z).
 */
import { means } from "./covariance.ts"
import { exp, log, log1p } from "./elementary.ts"
import { linear, padded } from "./linear/linear.ts"
import { minimise, type Objective } from "./quasi-newton.ts"

/** K classes of points of n features: rows = 1 for two classes, else K. */
export interface LogisticModel {
  readonly classes: number
  /** rows x n, row-major. */
  readonly weights: Float64Array
  /** rows; for K > 2 they add up to 0, as do the weights of a feature. */
  readonly intercepts: Float64Array
}

export interface LogisticFit extends LogisticModel {
  readonly iterations: number
  /** max |∂f| at the end, in features less their means, which is the same f with a shifted intercept. */
  readonly gradientNorm: number
  /** gradientNorm <= tolerance max(1, max |w|). As f is 1-strongly convex in w, |w - w*| is then of that relative order. */
  readonly converged: boolean
  /** f at the end. */
  readonly loss: number
}

export interface LogisticProblem {
  /** N x n, row-major. */
  readonly x: Float32Array
  /** Integers 0..classes-1, one a point; a class may have no point. */
  readonly labels: ArrayLike<number>
  readonly n: number
  readonly classes: number
  /** Inverse strength of the penalty, > 0. */
  readonly C: number
  /** Model to begin from: the same minimum, sooner if it is near. */
  readonly start?: LogisticModel
  /** Default 1e-6. */
  readonly tolerance?: number
  /** Default 500. */
  readonly maxIterations?: number
}

/**
 * Fits by preconditioned L-BFGS. Throws RangeError for sizes or labels that do not fit together; a fit that has not
 * converged says so.
 */
export function fitLogisticRegression(problem: LogisticProblem): LogisticFit {
  const { x, n, classes, start, tolerance = 1e-6, maxIterations = 500 } = problem
  const N = checkedCount(problem)
  const m = means(x, N, n)
  const rows = classes === 2 ? 1 : classes
  const stride = padded(n + 1, 8)
  const origin = new Float64Array(rows * stride)
  if (start)
    for (let r = 0; r < rows; r++) {
      origin.set(start.weights.subarray(r * n, (r + 1) * n), r * stride)
      origin[r * stride + n] = start.intercepts[r]! + shift(start.weights, m, r)
    }
  const minimum = minimise(penalisedLoss(problem, N, m, rows, stride, tolerance), origin, maxIterations)

  const weights = new Float64Array(rows * n)
  for (let r = 0; r < rows; r++) weights.set(minimum.w.subarray(r * stride, r * stride + n), r * n)
  const intercepts = Float64Array.from({ length: rows }, (_, r) => minimum.w[r * stride + n]! - shift(weights, m, r))
  const { iterations, converged, value } = minimum
  return { classes, weights, intercepts, iterations, gradientNorm: largest(minimum.gradient), converged, loss: value }
}

function checkedCount({ x, labels, n, classes, C, start }: LogisticProblem): number {
  const N = labels.length
  if (!(N > 0 && x.length === N * n)) throw new RangeError(`${x.length} numbers are not ${N} points of ${n} features`)
  if (!(classes >= 2 && C > 0)) throw new RangeError(`classes ${classes}, C ${C}: 2 classes and C > 0 are the least`)
  for (let i = 0; i < N; i++)
    if (!(Number.isInteger(labels[i]!) && labels[i]! >= 0 && labels[i]! < classes))
      throw new RangeError(`label ${labels[i]} is not one of ${classes} classes`)
  if (start && (start.classes !== classes || start.weights.length !== (classes === 2 ? 1 : classes) * n))
    throw new RangeError("the start is a model of another shape")
  return N
}

/** w_r · m: what the intercept of row r gains when features lose their means. */
function shift(weights: Float64Array, m: Float64Array, r: number): number {
  let sum = 0
  for (let j = 0; j < m.length; j++) sum += weights[r * m.length + j]! * m[j]!
  return sum
}

const largest = (values: Float64Array): number => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)

/**
 * The objective over rows of `stride` numbers: n weights, the intercept, zeros. Features are centred, as the intercept is
 * free the minimum is the same, and their last is the constant 1; they stay in the module's memory while it is minimised.
 */
function penalisedLoss(
  { x, labels, n, C }: LogisticProblem,
  N: number,
  m: Float64Array,
  rows: number,
  stride: number,
  tolerance: number,
): Objective {
  const { kernels, reserve } = linear()
  const N4 = padded(N, 4)
  const { X, W, Z, G, scales, gram, packed, L, v } = reserve({
    X: N4 * stride,
    W: rows * stride,
    Z: N4 * rows,
    G: rows * stride,
    scales: N4,
    gram: stride * stride,
    packed: 64 * stride,
    L: stride * stride,
    v: stride,
  })
  X.fill(0)
  for (let i = 0; i < N; i++) {
    for (let j = 0; j < n; j++) X[i * stride + j] = x[i * n + j]! - m[j]!
    X[i * stride + n] = 1
  }
  const residuals = rows === 1 ? binaryResiduals : softmaxResiduals

  return {
    evaluate(w, gradient) {
      W.set(w)
      kernels.scores(X.byteOffset, W.byteOffset, Z.byteOffset, N4, stride, rows)
      let value = C * residuals(Z, labels, N, rows)
      kernels.scoresGradient(Z.byteOffset, X.byteOffset, G.byteOffset, N4, stride, rows)
      for (let r = 0, at = 0; r < rows; r++)
        for (let j = 0; j < stride; j++, at++) {
          const penalised = j < n ? w[at]! : 0
          value += 0.5 * penalised * penalised
          gradient[at] = penalised + C * G[at]!
        }
      return value
    },

    /**
     * M = I + C Xᵀ S X for every row, S_i = Σ_c p_c (1 - p_c) over the K - 1 degrees of freedom: for two classes the
     * Hessian itself, for more the Hessian where all probabilities are equal, and near its scale elsewhere.
     */
    preconditioner(w) {
      W.set(w)
      kernels.scores(X.byteOffset, W.byteOffset, Z.byteOffset, N4, stride, rows)
      scales.fill(0)
      curvatures(Z, N, rows, scales)
      kernels.gram(X.byteOffset, scales.byteOffset, N4, stride, gram.byteOffset, packed.byteOffset)
      for (let i = 0; i < stride; i++) {
        for (let j = 0; j <= i; j++) L[i * stride + j] = C * gram[j * stride + i]!
        if (i !== n) L[i * stride + i]! += 1
      }
      kernels.factoriseCholesky(L.byteOffset, stride)
      return (vectors) => {
        for (let r = 0; r < rows; r++) {
          const row = vectors.subarray(r * stride, (r + 1) * stride)
          v.set(row)
          kernels.solveCholesky(L.byteOffset, stride, v.byteOffset)
          row.set(v)
        }
      }
    },

    converged: (w, gradient) => {
      let most = 1
      for (let at = 0; at < w.length; at++) if (at % stride < n) most = Math.max(most, Math.abs(w[at]!))
      return largest(gradient) <= tolerance * most
    },
  }
}

/** Turns scores into residuals p_1 - label, and sums the loss log(1 + exp -z), or with + for label 0. */
function binaryResiduals(Z: Float64Array, labels: ArrayLike<number>, N: number): number {
  let loss = 0
  for (let i = 0; i < N; i++) {
    const sign = labels[i] === 1 ? 1 : -1
    const margin = sign * Z[i]!
    const e = exp(-Math.abs(margin))
    loss += Math.max(-margin, 0) + log1p(e)
    Z[i] = (-sign * (margin >= 0 ? e : 1)) / (1 + e)
  }
  return loss
}

/**
 * Turns scores into residuals p_c - [c = label], and sums the loss log Σ exp z - z_label. That of a point well inside its
 * class is taken from the other classes' shares, as 1 - p_label would be rounding error.
 */
function softmaxResiduals(Z: Float64Array, labels: ArrayLike<number>, N: number, K: number): number {
  let loss = 0
  for (let i = 0; i < N; i++) {
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

/** √S_i from the scores, which are overwritten. */
function curvatures(Z: Float64Array, N: number, rows: number, roots: Float64Array): void {
  for (let i = 0; i < N; i++) {
    const z = Z.subarray(i * rows, (i + 1) * rows)
    if (rows === 1) {
      const e = exp(-Math.abs(z[0]!))
      roots[i] = Math.sqrt(e) / (1 + e)
    } else {
      softmax(z)
      roots[i] = Math.sqrt(z.reduce((sum, p) => sum + p * (1 - p), 0) / (rows - 1))
    }
  }
}

/** Scores of N points: N x rows, row-major. */
function scoresOf({ weights, intercepts }: LogisticModel, x: Float32Array): Float64Array {
  const rows = intercepts.length
  const n = weights.length / rows
  const Z = new Float64Array((x.length / n) * rows)
  for (let at = 0; at < Z.length; at++) {
    const r = at % rows
    const point = ((at - r) / rows) * n
    let z = intercepts[r]!
    for (let j = 0; j < n; j++) z += weights[r * n + j]! * x[point + j]!
    Z[at] = z
  }
  return Z
}

/** Class of the largest score (the first of equals; of two classes 1 if z > 0), for each row of x (N x n, row-major). */
export function predict(model: LogisticModel, x: Float32Array): Int32Array {
  const Z = scoresOf(model, x)
  const rows = model.intercepts.length
  return Int32Array.from({ length: Z.length / rows }, (_, i) => {
    if (rows === 1) return Z[i]! > 0 ? 1 : 0
    let best = 0
    for (let c = 1; c < rows; c++) if (Z[i * rows + c]! > Z[i * rows + best]!) best = c
    return best
  })
}

/** Share of points given their own label, in [0, 1]. Throws RangeError for no points. */
export function accuracy(model: LogisticModel, x: Float32Array, labels: ArrayLike<number>): number {
  if (labels.length === 0) throw new RangeError("accuracy of no points")
  return predict(model, x).reduce((right, label, i) => right + (label === labels[i] ? 1 : 0), 0) / labels.length
}

/**
 * Smallest signed distance of a point from the plane between its own class and another, in units of x:
 * min over points i and classes c ≠ label of (z_label - z_c) / |w_label - w_c|. Positive if and only if every point is on
 * its own side. Classes with equal weights have no plane between them: 0.
 */
export function margin(model: LogisticModel, x: Float32Array, labels: ArrayLike<number>): number {
  const { classes, weights, intercepts } = model
  const Z = scoresOf(model, x)
  const rows = intercepts.length
  const n = weights.length / rows
  const weight = (c: number, j: number): number => (rows > 1 ? weights[c * n + j]! : c === 1 ? weights[j]! : 0)
  const score = (i: number, c: number): number => (rows > 1 ? Z[i * rows + c]! : c === 1 ? Z[i]! : 0)
  const lengths = Float64Array.from({ length: classes * classes }, (_, at) => {
    let square = 0
    for (let j = 0; j < n; j++) {
      const d = weight(Math.floor(at / classes), j) - weight(at % classes, j)
      square += d * d
    }
    return Math.sqrt(square)
  })
  let least = Number.POSITIVE_INFINITY
  for (let i = 0; i < labels.length; i++)
    for (let c = 0; c < classes; c++) {
      const length = lengths[labels[i]! * classes + c]!
      if (c !== labels[i]) least = Math.min(least, length > 0 ? (score(i, labels[i]!) - score(i, c)) / length : 0)
    }
  return least
}
