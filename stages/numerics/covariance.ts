/** First and second moments of a cloud of points. */
import { linear, padded } from "./linear/linear.ts"

/** Throws RangeError unless `x` holds N >= `least` points of n >= 1 units. */
function assertPoints(x: Float32Array, N: number, n: number, least: number): void {
  if (x.length !== N * n) throw new RangeError(`${x.length} numbers are not ${N} points of ${n} units`)
  if (N < least || n < 1) throw new RangeError(`${N} points of ${n} units: ${least} points of 1 unit are the least`)
}

/**
 * m_j = Σ_i x_ij / N, summed in float64 in the order of the points.
 * x: N x n, row-major; result: n. Throws RangeError for no points.
 */
export function means(x: Float32Array, N: number, n: number): Float64Array {
  assertPoints(x, N, n, 1)
  const sums = new Float64Array(n)
  for (let i = 0, at = 0; i < N; i++) for (let j = 0; j < n; j++, at++) sums[j]! += x[at]!
  return sums.map((sum) => sum / N)
}

/**
 * Sample covariance C_jk = Σ_i (x_ij - m_j)(x_ik - m_k) / (N - 1), by the corrected two-pass algorithm (Chan, Golub &
 * LeVeque 1983): with m as rounded and a = x - m, the sum of products is Σ_i a_ij a_ik - Σ_i a_ij Σ_i a_ik / N, so that
 * an offset far larger than the spread costs no digits.
 *
 * x: N points x n units, row-major; result: n x n, row-major, symmetric to the bit. Throws RangeError for fewer than two
 * points.
 */
export function covariance(x: Float32Array, N: number, n: number): Float64Array {
  assertPoints(x, N, n, 2)
  const { kernels, reserve } = linear()
  const n4 = padded(n, 4)
  const { centred, ones, gram, packed } = reserve({ centred: N * n4, ones: N, gram: n4 * n4, packed: 64 * n4 })
  const rest = centre(x, means(x, N, n), centred, n4)
  ones.fill(1)
  kernels.gram(centred.byteOffset, ones.byteOffset, N, n4, gram.byteOffset, packed.byteOffset)
  const result = new Float64Array(n * n)
  for (let j = 0; j < n; j++)
    for (let k = j; k < n; k++) {
      const c = (gram[j * n4 + k]! - (rest[j]! * rest[k]!) / N) / (N - 1)
      result[j * n + k] = c
      result[k * n + j] = c
    }
  return result
}

/** Writes a = x - m in rows of `stride` numbers, zero beyond the units; returns Σ_i a_i, which rounding left. */
function centre(x: Float32Array, m: Float64Array, centred: Float64Array, stride: number): Float64Array {
  const n = m.length
  const N = x.length / n
  const rest = new Float64Array(n)
  for (let i = 0; i < N; i++) {
    for (let j = 0; j < n; j++) {
      const a = x[i * n + j]! - m[j]!
      centred[i * stride + j] = a
      rest[j]! += a
    }
    centred.fill(0, i * stride + n, (i + 1) * stride)
  }
  return rest
}
