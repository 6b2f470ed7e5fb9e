/**
 * Principal components of a cloud of points, from its n x n covariance. Everything here is + - * / and sqrt in a fixed
 * order: the same bits on every machine.
 */
import { leadingEigenpairs } from "./symmetric-eigen.ts"

/** The leading principal components, by descending variance. */
export interface PrincipalComponents {
  /** λ_k of all n components, >= 0: what rounding made negative is 0. */
  readonly variances: Float64Array
  /** Row k is the unit vector v_k of loadings; the first of its largest |loadings| is positive. count x n, row-major. */
  readonly components: Float64Array
}

/**
 * C v_k = λ_k v_k for the `count` largest λ. Differs from the field's habit of a full decomposition: the few components
 * that are looked at cost a tenth of it.
 *
 * covariance: n x n, row-major, symmetric. Of equal variances any orthonormal basis may come out.
 */
export function principalComponents(covariance: Float64Array, n: number, count: number): PrincipalComponents {
  const { values, vectors } = leadingEigenpairs(covariance, n, count)
  for (let k = 0; k < count; k++) fixSign(vectors.subarray(k * n, (k + 1) * n))
  return { variances: values.map((lambda) => Math.max(lambda, 0)), components: vectors }
}

function fixSign(vector: Float64Array): void {
  let largest = 0
  for (const entry of vector) if (Math.abs(entry) > Math.abs(largest)) largest = entry
  if (largest < 0) for (let j = 0; j < vector.length; j++) vector[j] = -vector[j]!
}

/** Variances λ_1 >= ... >= λ_n >= 0 of all components, without the components. */
export const spectrum = (covariance: Float64Array, n: number): Float64Array =>
  principalComponents(covariance, n, 0).variances

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
