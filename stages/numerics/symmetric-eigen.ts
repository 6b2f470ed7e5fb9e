/**
 * Eigenvalues and leading eigenvectors of a symmetric matrix. Householder's tridiagonal form, QL for the eigenvalues and
 * inverse iteration for the few eigenvectors that are wanted cost a tenth of the full decomposition of ml-matrix (which
 * ml-pca uses); the tests compare the two. + - * / and sqrt in a fixed order: the same bits on every machine.
 */
import { linear } from "./linear/linear.ts"

/** Some eigenpairs of a symmetric matrix. */
export interface Eigenpairs {
  /** All eigenvalues, descending. */
  readonly values: Float64Array
  /** Row k is the unit eigenvector of the k-th largest eigenvalue; count x n, row-major. */
  readonly vectors: Float64Array
}

/**
 * A v_k = λ_k v_k: all λ by Householder reflections and implicit QL with Wilkinson's shift (Golub & Van Loan, Matrix
 * Computations, sections 8.3.1 and 8.3.3), the leading `count` v by inverse iteration on the tridiagonal form (8.2.2).
 * Absolute error of λ about 2⁻⁵² max|A_ij| n. Of equal eigenvalues any orthonormal basis may come out.
 *
 * matrix: n x n, row-major, symmetric. Throws RangeError if an entry is not finite.
 */
export function leadingEigenpairs(matrix: Float64Array, n: number, count: number): Eigenpairs {
  if (!matrix.every(Number.isFinite)) throw new RangeError("a symmetric matrix has finite entries")
  // Scaled to a largest entry of 1, so that squares of what matters neither overflow nor vanish.
  const scale = matrix.reduce((largest, entry) => Math.max(largest, Math.abs(entry)), 0)
  const form = tridiagonal(
    matrix.map((entry) => (scale === 0 ? 0 : entry / scale)),
    n,
  )
  const values = form.diagonal.slice()
  diagonaliseTridiagonal(values, form.subdiagonal.slice())
  values.sort().reverse()
  const vectors = new Float64Array(count * n)
  for (let k = 0; k < count; k++) {
    inverseIteration(form, values[k]!, vectors.subarray(0, k * n), vectors.subarray(k * n, (k + 1) * n))
  }
  for (let k = 0; k < count; k++) form.turnBack(vectors.subarray(k * n, (k + 1) * n))
  return { values: values.map((lambda) => lambda * scale), vectors }
}

interface Tridiagonal {
  /** T_ii, n values. */
  readonly diagonal: Float64Array
  /** T_{i+1,i}, n values, the last 0. */
  readonly subdiagonal: Float64Array
  /** y becomes Qy, the eigenvector of A where y is one of T. */
  readonly turnBack: (y: Float64Array) => void
}

/**
 * Tridiagonal T = QᵀAQ, from the last row up, in the lower triangle of a copy of the matrix, in the kernels' memory: the
 * reflection I - β v vᵀ that clears row i left of its last element turns the leading i x i block into A - v wᵀ - w vᵀ,
 * w = p - β (pᵀv / 2) v, p = β A v. Entries are at most 1. The rows of A keep the v: `turnBack` is for as long as nobody
 * else uses that memory.
 */
function tridiagonal(matrix: Float64Array, n: number): Tridiagonal {
  const { kernels, reserve } = linear()
  const { A, w } = reserve({ A: n * n, w: n })
  A.set(matrix)
  const subdiagonal = new Float64Array(n)
  const betas = new Float64Array(n)
  const row = (i: number) => A.subarray(i * n, i * n + i)
  // Of a matrix of rank below n, what is left when the rank is used up is rounding error.
  const negligible = Number.EPSILON * Number.EPSILON
  for (let i = n - 1; i > 0; i--) {
    const v = row(i)
    const last = v[i - 1]!
    subdiagonal[i - 1] = last
    let rest = 0
    for (let j = 0; j < i - 1; j++) rest += v[j]! * v[j]!
    if (rest <= negligible) continue
    const norm = Math.sqrt(rest + last * last)
    const alpha = last > 0 ? -norm : norm
    subdiagonal[i - 1] = alpha
    v[i - 1] = last - alpha
    betas[i] = 1 / (norm * (norm + Math.abs(last)))
    kernels.reflect(A.byteOffset, n, i, betas[i]!, w.byteOffset)
  }
  return {
    diagonal: Float64Array.from({ length: n }, (_, i) => A[i * n + i]!),
    subdiagonal,
    turnBack(y) {
      for (let i = 1; i < n; i++) {
        const v = row(i)
        let product = 0
        for (let j = 0; j < i; j++) product += v[j]! * y[j]!
        for (let j = 0; j < i; j++) y[j]! -= betas[i]! * product * v[j]!
      }
    },
  }
}

/** Implicit QL: d becomes the eigenvalues, unsorted; e, of which e[i] couples i and i + 1 and the last is 0, is used up. */
function diagonaliseTridiagonal(d: Float64Array, e: Float64Array): void {
  const n = d.length
  let norm = 0
  for (let i = 0; i < n; i++) norm = Math.max(norm, Math.abs(d[i]!) + Math.abs(e[i]!))
  const negligible = Number.EPSILON * norm
  for (let first = 0; first < n; first++)
    for (;;) {
      let last = first
      while (last < n - 1 && Math.abs(e[last]!) > negligible) last++
      if (last === first) break
      qlStep(d, e, first, last)
    }
}

/** One implicit QL sweep over the unreduced block first..last. */
function qlStep(d: Float64Array, e: Float64Array, first: number, last: number): void {
  let g = (d[first + 1]! - d[first]!) / (2 * e[first]!)
  const root = Math.sqrt(g * g + 1)
  g = d[last]! - d[first]! + e[first]! / (g + (g >= 0 ? root : -root))
  let sine = 1
  let cosine = 1
  let p = 0
  for (let i = last - 1; i >= first; i--) {
    const f = sine * e[i]!
    const b = cosine * e[i]!
    const r = Math.sqrt(f * f + g * g)
    e[i + 1] = r
    if (r === 0) {
      d[i + 1]! -= p
      e[last] = 0
      return
    }
    sine = f / r
    cosine = g / r
    g = d[i + 1]! - p
    const t = (d[i]! - g) * sine + 2 * cosine * b
    p = sine * t
    d[i + 1] = g + p
    g = cosine * t - b
  }
  d[first]! -= p
  e[first] = g
  e[last] = 0
}

/**
 * The unit eigenvector y of T for λ, orthogonal to the rows of `earlier`: solves (T - λ) y' = y a few times.
 * Each solution grows by the inverse of the distance to λ, so that three rounds reach rounding error.
 */
function inverseIteration(form: Tridiagonal, lambda: number, earlier: Float64Array, y: Float64Array): void {
  const n = y.length
  const solve = shifted(form, lambda)
  // A start that no eigenvector is orthogonal to by design, and another one for each vector.
  for (let i = 0; i < n; i++) y[i] = 1 + ((i * 7919 + earlier.length * 104729) % 1009) / 1009
  for (let round = 0; round < 4; round++) {
    if (round > 0) solve(y)
    orthogonalise(y, earlier)
    orthogonalise(y, earlier)
  }
}

/** y less its parts along the rows of `earlier`, at unit length. */
function orthogonalise(y: Float64Array, earlier: Float64Array): void {
  const n = y.length
  for (let row = 0; row < earlier.length; row += n) {
    let product = 0
    for (let i = 0; i < n; i++) product += earlier[row + i]! * y[i]!
    for (let i = 0; i < n; i++) y[i]! -= product * earlier[row + i]!
  }
  let largest = 0
  for (let i = 0; i < n; i++) largest = Math.max(largest, Math.abs(y[i]!))
  let square = 0
  for (let i = 0; i < n; i++) square += (y[i]! / largest) * (y[i]! / largest)
  const norm = largest * Math.sqrt(square)
  for (let i = 0; i < n; i++) y[i]! /= norm
}

/** Solver of (T - λ) y = b in place, by Gaussian elimination with row exchanges; a zero pivot becomes a tiny one. */
function shifted({ diagonal, subdiagonal }: Tridiagonal, lambda: number): (b: Float64Array) => void {
  const n = diagonal.length
  const pivot = diagonal.map((entry) => entry - lambda)
  const upper = subdiagonal.slice()
  const second = new Float64Array(n)
  const factor = new Float64Array(n)
  const swapped = new Uint8Array(n)
  for (let i = 0; i + 1 < n; i++) {
    const below = subdiagonal[i]!
    if (Math.abs(below) > Math.abs(pivot[i]!)) {
      swapped[i] = 1
      factor[i] = pivot[i]! / below
      const [next, after] = [pivot[i + 1]!, upper[i + 1]!]
      pivot[i + 1] = upper[i]! - factor[i]! * next
      upper[i + 1] = -factor[i]! * after
      pivot[i] = below
      upper[i] = next
      second[i] = after
    } else {
      if (pivot[i] === 0) pivot[i] = Number.EPSILON * Number.EPSILON
      factor[i] = below / pivot[i]!
      pivot[i + 1]! -= factor[i]! * upper[i]!
    }
  }
  if (pivot[n - 1] === 0) pivot[n - 1] = Number.EPSILON * Number.EPSILON
  return (b) => {
    for (let i = 0; i + 1 < n; i++) {
      const [first, next] = swapped[i] ? [b[i + 1]!, b[i]!] : [b[i]!, b[i + 1]!]
      b[i] = first
      b[i + 1] = next - factor[i]! * first
    }
    for (let i = n - 1; i >= 0; i--) {
      const above = (i + 1 < n ? upper[i]! * b[i + 1]! : 0) + (i + 2 < n ? second[i]! * b[i + 2]! : 0)
      b[i] = (b[i]! - above) / pivot[i]!
    }
  }
}
