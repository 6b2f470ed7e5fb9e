/** Effective dimensionality of a cloud of points: the participation ratio of the eigenvalues of its covariance. */
import { means } from "./covariance.ts"

/** tr(C) and tr(C²) = Σ_jk C_jk² of a symmetric n x n matrix; no eigenvalues are needed. */
function traces(covariance: Float64Array, n: number): { trace: number; traceOfSquare: number } {
  let trace = 0
  let traceOfSquare = 0
  for (let j = 0; j < n; j++) trace += covariance[j * n + j]!
  for (let i = 0; i < n * n; i++) traceOfSquare += covariance[i]! * covariance[i]!
  return { trace, traceOfSquare }
}

/**
 * ED = (Σ λ)² / Σ λ² = tr(C)² / tr(C²), the participation ratio.
 *
 * covariance: n x n, row-major. Result in directions, in [1, n]; a cloud of equal points (C = 0) has no direction: 0, a
 * value no other cloud has.
 */
export function effectiveDimension(covariance: Float64Array, n: number): number {
  const { trace, traceOfSquare } = traces(covariance, n)
  return traceOfSquare > 0 ? (trace * trace) / traceOfSquare : 0
}

/** Σ_i |x_i - m|⁴ / (N - 1). */
function fourthMoment(x: Float32Array, N: number, n: number): number {
  const m = means(x, N, n)
  let sum = 0
  for (let i = 0, at = 0; i < N; i++) {
    let square = 0
    for (let j = 0; j < n; j++, at++) square += (x[at]! - m[j]!) * (x[at]! - m[j]!)
    sum += square * square
  }
  return sum / (N - 1)
}

/** Below this share of tr(C)² an unbiased tr(Σ²) is rounding error. */
const NOISE = 1e-12

/**
 * Participation ratio whose numerator and denominator are both free of the bias of a finite number of points, the idea
 * of Chun, Canatar, Chung & Lee 2025 (arXiv 2509.26560). All units are observed, so only the points are a sample.
 *
 * Why: tr(C)² and tr(C²) contain products of a point with itself, which pull ED down: to about nN / (n + N) for N points
 * of an isotropic Gaussian in n dimensions. Products of two differences between four distinct points contain none. With
 * u = x_i - x_j, v = x_k - x_l independent, E u = E v = 0 and E uuᵀ = E vvᵀ = 2Σ, whatever the distribution and mean:
 *
 *   E |u|² |v|² / 4 = tr(Σ)²,    E (u · v)² / 4 = tr(Σ²).
 *
 * Their means A and B over all quadruples are symmetric, of degree four, and blind to a shift of the points. Expanded
 * over the centred points a_i = x_i - m they leave three sums, tr(C), tr(C²) and Q = Σ |a_i|⁴ / (N - 1):
 *
 *   A = s [2 tr(C²) + (N² - 3N + 1) tr(C)² - N Q],
 *   B = s [(N - 1)(N - 2) tr(C²) + tr(C)² - N Q],    s = (N - 1) / (N (N - 2)(N - 3)).
 *
 * x: N points x n units, row-major; covariance: n x n, of the same points. Result A / B in directions, >= 1 because
 * (u · v)² <= |u|² |v|²; it may exceed n, and as a ratio it is unbiased only as N grows. 0 where B vanishes to rounding
 * (all points equal, or all but one). Throws RangeError for fewer than four points.
 */
export function correctedEffectiveDimension(x: Float32Array, N: number, n: number, covariance: Float64Array): number {
  const { squareOfTrace, traceOfSquare, scale } = unbiasedTraces(x, N, n, covariance)
  return traceOfSquare > NOISE * scale ? squareOfTrace / traceOfSquare : 0
}

/** A, B of `correctedEffectiveDimension`, and tr(C)², the scale of their rounding errors. */
export function unbiasedTraces(
  x: Float32Array,
  N: number,
  n: number,
  covariance: Float64Array,
): { squareOfTrace: number; traceOfSquare: number; scale: number } {
  if (N < 4) throw new RangeError(`${N} points: unbiased traces need four or more`)
  const { trace, traceOfSquare } = traces(covariance, n)
  const NQ = N * fourthMoment(x, N, n)
  const s = (N - 1) / (N * (N - 2) * (N - 3))
  return {
    squareOfTrace: s * (2 * traceOfSquare + (N * N - 3 * N + 1) * trace * trace - NQ),
    traceOfSquare: s * ((N - 1) * (N - 2) * traceOfSquare + trace * trace - NQ),
    scale: trace * trace,
  }
}
