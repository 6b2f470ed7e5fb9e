/**
 * Principal components of a cloud of points, from its n x n covariance. Everything here, ml-pca's route for a covariance
 * included, is + - * / and sqrt in a fixed order: the same bits on every machine.
 */
import { Matrix } from "ml-matrix"
import { PCA } from "ml-pca"

/** All principal components, by descending variance. */
export interface PrincipalComponents {
  /** λ_k, n values, >= 0: what rounding made negative is 0. */
  readonly variances: Float64Array
  /** Row k is the unit vector v_k of loadings; the first of its largest |loadings| is positive. n x n, row-major. */
  readonly components: Float64Array
}

/**
 * C v_k = λ_k v_k, by the symmetric eigenvalue decomposition of ml-pca (`isCovarianceMatrix`).
 *
 * covariance: n x n, row-major, symmetric. Of equal variances any orthonormal basis may come out. Where only variances
 * are needed, `spectrum` takes a fifth of the time.
 */
export function principalComponents(covariance: Float64Array, n: number): PrincipalComponents {
  const pca = new PCA(Matrix.from1DArray(n, n, Array.from(covariance)), { isCovarianceMatrix: true })
  const vectors = pca.getEigenvectors()
  const components = new Float64Array(n * n)
  for (let k = 0; k < n; k++) {
    const component = components.subarray(k * n, (k + 1) * n)
    for (let j = 0; j < n; j++) component[j] = vectors.get(j, k)
    fixSign(component)
  }
  return { variances: Float64Array.from(pca.getEigenvalues(), (lambda) => Math.max(lambda, 0)), components }
}

function fixSign(vector: Float64Array): void {
  let largest = 0
  for (const entry of vector) if (Math.abs(entry) > Math.abs(largest)) largest = entry
  if (largest < 0) for (let j = 0; j < vector.length; j++) vector[j] = -vector[j]!
}

/**
 * Variances λ_1 >= ... >= λ_n >= 0 alone: tridiagonal form by Householder reflections, then implicit QL with Wilkinson's
 * shift (Golub & Van Loan, Matrix Computations, sections 8.3.1 and 8.3.3). Absolute error about 2⁻⁵² λ_1 n.
 *
 * covariance: n x n, row-major, symmetric. Throws RangeError if an entry is not finite.
 */
export function spectrum(covariance: Float64Array, n: number): Float64Array {
  if (!covariance.every(Number.isFinite)) throw new RangeError("a covariance has finite entries")
  const { diagonal, subdiagonal } = tridiagonal(covariance.slice(), n)
  diagonaliseTridiagonal(diagonal, subdiagonal)
  return diagonal
    .map((lambda) => Math.max(lambda, 0))
    .sort()
    .reverse()
}

/**
 * Tridiagonal T = QᵀAQ, from the last row up, in the lower triangle of A (destroyed): the reflection I - β v vᵀ that
 * clears row i left of its last element turns the leading i x i block into A - v wᵀ - w vᵀ, w = p - β (pᵀv / 2) v,
 * p = β A v. Result: diagonal T_ii (n values) and subdiagonal[i] = T_{i+1,i} (n values, the last 0).
 */
function tridiagonal(A: Float64Array, n: number): { diagonal: Float64Array; subdiagonal: Float64Array } {
  const subdiagonal = new Float64Array(n)
  const w = new Float64Array(n)
  for (let i = n - 1; i > 0; i--) {
    const v = A.subarray(i * n, i * n + i)
    const last = v[i - 1]!
    subdiagonal[i - 1] = last
    let rest = 0
    for (let j = 0; j < i - 1; j++) rest += v[j]! * v[j]!
    if (rest === 0) continue
    const norm = Math.sqrt(rest + last * last)
    const alpha = last > 0 ? -norm : norm
    subdiagonal[i - 1] = alpha
    v[i - 1] = last - alpha
    reflectBlock(A, n, i, v, 1 / (norm * (norm + Math.abs(last))), w)
  }
  return { diagonal: Float64Array.from({ length: n }, (_, i) => A[i * n + i]!), subdiagonal }
}

/** The update of `tridiagonal` on the lower triangle of the leading i x i block; w: room for i values. */
function reflectBlock(A: Float64Array, n: number, i: number, v: Float64Array, beta: number, w: Float64Array): void {
  w.fill(0, 0, i)
  for (let j = 0; j < i; j++) {
    const row = j * n
    const vj = v[j]!
    let sum = A[row + j]! * vj
    for (let k = 0; k < j; k++) {
      const a = A[row + k]!
      sum += a * v[k]!
      w[k]! += a * vj
    }
    w[j]! += sum
  }
  let product = 0
  for (let j = 0; j < i; j++) {
    w[j]! *= beta
    product += w[j]! * v[j]!
  }
  for (let j = 0; j < i; j++) w[j]! -= (beta / 2) * product * v[j]!
  for (let j = 0; j < i; j++) {
    const row = j * n
    const vj = v[j]!
    const wj = w[j]!
    for (let k = 0; k <= j; k++) A[row + k]! -= vj * w[k]! + wj * v[k]!
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
 * Smallest k whose leading variances make up the share of the total: Σ_{i<=k} λ_i >= share Σ λ_i (PCA-90: share .9).
 * variances: descending, >= 0; share in (0, 1]. Result in 1..n, or 0 if there is no variance.
 */
export function componentsFor(variances: Float64Array, share: number): number {
  if (!(share > 0 && share <= 1)) throw new RangeError(`share ${share} is not in (0, 1]`)
  const total = variances.reduce((sum, lambda) => sum + lambda, 0)
  let sum = 0
  let k = 0
  while (sum < share * total) sum += variances[k++]!
  return k
}

/**
 * y_ik = Σ_j (x_ij - m_j) v_kj for the first `count` components.
 * x: N x n; means: n; components: as in `PrincipalComponents`, or its first rows; result: N x count; all row-major.
 */
export function projectTop(
  x: Float32Array,
  means: Float64Array,
  components: Float64Array,
  count: number,
): Float64Array {
  const n = means.length
  const N = x.length / n
  const projection = new Float64Array(N * count)
  for (let i = 0; i < N; i++)
    for (let k = 0; k < count; k++) {
      let sum = 0
      for (let j = 0; j < n; j++) sum += (x[i * n + j]! - means[j]!) * components[k * n + j]!
      projection[i * count + k] = sum
    }
  return projection
}

/**
 * The projection with each axis turned so that its covariance with the same axis of the previous frame is not negative:
 * frames of a film then do not jump. Both: the same N points x count axes, row-major.
 */
export function matchSigns(previous: Float64Array, projection: Float64Array, count: number): Float64Array {
  if (previous.length !== projection.length) throw new RangeError("frames of different size")
  const N = projection.length / count
  const matched = projection.slice()
  for (let k = 0; k < count; k++) {
    let mean = 0
    for (let i = 0; i < N; i++) mean += previous[i * count + k]! / N
    let product = 0
    for (let i = 0; i < N; i++) product += (previous[i * count + k]! - mean) * projection[i * count + k]!
    if (product < 0) for (let i = 0; i < N; i++) matched[i * count + k] = -matched[i * count + k]!
  }
  return matched
}
