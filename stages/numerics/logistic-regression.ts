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
import { balance, LogisticLoss, largestEntry } from "./logistic-loss.ts"
import { minimise } from "./quasi-newton.ts"

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
  const { x, labels, n, classes, C, start, tolerance = 1e-6, maxIterations = 500 } = problem
  const m = means(x, checkedCount(problem), n)
  const rows = classes === 2 ? 1 : classes
  const loss = new LogisticLoss({ x, labels, means: m, rows, C, tolerance })
  const origin = new Float64Array(rows * loss.stride)
  if (start)
    for (let r = 0; r < rows; r++) {
      origin.set(start.weights.subarray(r * n, (r + 1) * n), r * loss.stride)
      origin[r * loss.stride + n] = start.intercepts[r]! + shift(start.weights, m, r)
    }
  if (rows > 1) balance(origin, rows)
  const { w, gradient, value, iterations, converged } = minimise(loss, origin, maxIterations)

  const weights = new Float64Array(rows * n)
  for (let r = 0; r < rows; r++) weights.set(w.subarray(r * loss.stride, r * loss.stride + n), r * n)
  const intercepts = Float64Array.from({ length: rows }, (_, r) => w[r * loss.stride + n]! - shift(weights, m, r))
  return { classes, weights, intercepts, iterations, gradientNorm: largestEntry(gradient), converged, loss: value }
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

/** The model with a row for every class: of two, class 0 has weights and intercept 0. */
function rowPerClass({ classes, weights, intercepts }: LogisticModel): LogisticModel {
  if (intercepts.length === classes) return { classes, weights, intercepts }
  const both = new Float64Array(2 * weights.length)
  both.set(weights, weights.length)
  return { classes, weights: both, intercepts: Float64Array.of(0, intercepts[0]!) }
}

/** Scores of the N points of x: N x classes, row-major. */
function scoresOf({ classes, weights, intercepts }: LogisticModel, x: Float32Array): Float64Array {
  const n = weights.length / classes
  const Z = new Float64Array((x.length / n) * classes)
  for (let at = 0; at < Z.length; at++) {
    const c = at % classes
    const point = ((at - c) / classes) * n
    let z = intercepts[c]!
    for (let j = 0; j < n; j++) z += weights[c * n + j]! * x[point + j]!
    Z[at] = z
  }
  return Z
}

/** Class of the largest score, the first of equals, of each row of x (N x n, row-major). */
export function predict(model: LogisticModel, x: Float32Array): Int32Array {
  const { classes } = model
  const Z = scoresOf(rowPerClass(model), x)
  return Int32Array.from({ length: Z.length / classes }, (_, i) => {
    let best = 0
    for (let c = 1; c < classes; c++) if (Z[i * classes + c]! > Z[i * classes + best]!) best = c
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
 * its own side. Classes with equal weights have no plane between them: 0. Throws RangeError for no points.
 */
export function margin(model: LogisticModel, x: Float32Array, labels: ArrayLike<number>): number {
  if (labels.length === 0) throw new RangeError("margin of no points")
  const full = rowPerClass(model)
  const { classes } = full
  const Z = scoresOf(full, x)
  const lengths = Float64Array.from({ length: classes * classes }, (_, at) =>
    distanceOfRows(full, Math.floor(at / classes), at % classes),
  )
  let least = Number.POSITIVE_INFINITY
  for (let i = 0; i < labels.length; i++)
    for (let c = 0; c < classes; c++) {
      const length = lengths[labels[i]! * classes + c]!
      const ahead = Z[i * classes + labels[i]!]! - Z[i * classes + c]!
      if (c !== labels[i]) least = Math.min(least, length > 0 ? ahead / length : 0)
    }
  return least
}

/** |w_c - w_k|. */
function distanceOfRows({ classes, weights }: LogisticModel, c: number, k: number): number {
  const n = weights.length / classes
  let square = 0
  for (let j = 0; j < n; j++)
    square += (weights[c * n + j]! - weights[k * n + j]!) * (weights[c * n + j]! - weights[k * n + j]!)
  return Math.sqrt(square)
}
