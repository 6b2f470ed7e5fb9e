/**
 * The gamma distribution with shape k, scale θ and a fixed location l: density ((x-l)/θ)^(k-1) e^(-(x-l)/θ) / (θ Γ(k))
 * for x > l. Maximum likelihood fit and quantiles, so that a band over realisations is a median and a central share.
 *
 * Sources: Abramowitz & Stegun 1964, 6.1.40-41 and 6.3.18 (asymptotic series), 6.5.29 (incomplete gamma function);
 * Minka 2002, Estimating a gamma distribution (Newton's iteration for the shape).
 */
import { exp, log, log1p } from "./elementary.ts"
import { mean } from "./quantiles.ts"

/** From here on the asymptotic series below reach float64's precision; smaller arguments are raised to it first. */
const asymptotic = 10

function positive(x: number): number {
  if (x <= 0) throw new RangeError(`${x}: a positive number expected`)
  return x
}

/** ln Γ(x) - ((x - ½) ln x - x + ½ ln 2π) for x ≥ 10: Stirling's series. */
function stirling(x: number): number {
  const z = 1 / (x * x)
  const high = 1 / 1680 - z * (1 / 1188 - z * (691 / 360360 - z / 156))
  return (1 / 12 - z * (1 / 360 - z * (1 / 1260 - z * high))) / x
}

/** ln Γ(x) for x > 0, within 1e-14 absolutely or relatively, whichever is larger. RangeError for x ≤ 0. */
export function lgamma(x: number): number {
  let product = 1
  let raised = positive(x)
  for (; raised < asymptotic; raised++) product *= raised
  const halfLogTwoPi = 0.9189385332046728
  return (raised - 0.5) * log(raised) - raised + halfLogTwoPi + stirling(raised) - log(product)
}

/** ln x - ψ(x) for x > 0, without cancellation for large x, where it is about 1/(2x). */
function logMinusDigamma(x: number): number {
  let sum = 0
  let raised = positive(x)
  for (; raised < asymptotic; raised++) sum += 1 / raised
  const z = 1 / (raised * raised)
  const high = 1 / 240 - z * (1 / 132 - z * (691 / 32760 - z / 12))
  const series = 1 / (2 * raised) + z * (1 / 12 - z * (1 / 120 - z * (1 / 252 - z * high)))
  return series + (sum - log(raised / x))
}

/**
 * Digamma function ψ(x) = d ln Γ(x) / dx for x > 0, within 1e-14 absolutely or relatively, whichever is larger.
 * RangeError for x ≤ 0.
 */
export const digamma = (x: number): number => log(x) - logMinusDigamma(x)

/** Trigamma function ψ′(x) for x > 0, within 1e-14 relatively. RangeError for x ≤ 0. */
export function trigamma(x: number): number {
  let sum = 0
  let raised = positive(x)
  for (; raised < asymptotic; raised++) sum += 1 / (raised * raised)
  const z = 1 / (raised * raised)
  const high = 1 / 30 - z * (5 / 66 - z * (691 / 2730 - (z * 7) / 6))
  const series = 1 / 6 - z * (1 / 30 - z * (1 / 42 - z * high))
  return sum + (1 + (0.5 + series / raised) / raised) / raised
}

export interface Gamma {
  readonly shape: number
  readonly scale: number
  readonly location: number
}

/** `converged` is false when Newton's iteration still moved after 50 steps. */
export type GammaFit =
  | (Gamma & { readonly degenerate: false; readonly converged: boolean })
  | { readonly degenerate: true }

/**
 * Fits shape and scale to `values` by maximum likelihood, with the location given. With z = x - l and z̄ their mean, the
 * likelihood equations are kθ = z̄ and ln k - ψ(k) = ln z̄ - mean(ln z).
 * Degenerate, as the likelihood then has no maximum: a value at or below the location or not finite; fewer than two
 * values; no width, taken as a relative standard deviation of z below about 1e-5.
 */
export function fitGamma(values: ArrayLike<number>, location: number): GammaFit {
  const z = Float64Array.from(values, (x) => x - location)
  if (z.length < 2 || !z.every((x) => x > 0 && x < Number.POSITIVE_INFINITY)) return { degenerate: true }
  const centre = mean(z)
  // ln z̄ - mean(ln z) = mean(δ - ln(1+δ)) with δ = z/z̄ - 1: no cancellation between logarithms.
  const spread = mean(z.map((x) => x / centre - 1 - log1p(x / centre - 1)))
  if (!(spread > 1e-10)) return { degenerate: true }
  let shape = (3 - spread + Math.sqrt((spread - 3) * (spread - 3) + 24 * spread)) / (12 * spread)
  let converged = false
  for (let step = 0; step < 50 && !converged; step++) {
    const excess = logMinusDigamma(shape) - spread
    const next = 1 / (1 / shape + excess / (shape * (1 - shape * trigamma(shape))))
    converged = Math.abs(next - shape) <= 1e-12 * shape
    shape = next
  }
  return { degenerate: false, shape, scale: centre / shape, location, converged }
}

/** ln(x^k e^-x / Γ(k+1)) at x = e^y. For large k the three large terms are merged before they can cancel. */
function logLeadingTerm(k: number, y: number): number {
  const x = exp(y)
  if (k < asymptotic) return k * y - x - lgamma(k + 1)
  const deviation = (x - k) / k
  const logarithm = Math.abs(deviation) < 0.5 ? log1p(deviation) : y - log(k)
  return k * (logarithm - deviation) - stirling(k) - log(2 * Math.PI * k) / 2
}

/** Σ xⁱ / ((k+1) … (k+i)) over i ≥ 0: the regularised incomplete gamma function P(k, x) over its leading term. */
function incompleteSeries(k: number, x: number): number {
  let term = 1
  let sum = 1
  for (let i = 1; term > 1e-17 * sum; i++) {
    term *= x / (k + i)
    sum += term
  }
  return sum
}

/**
 * Value below which a share `p` of the distribution lies, within 1e-11 relative to its distance from the location; the
 * location itself at p = 0. RangeError unless shape > 0 and 0 ≤ p ≤ .999999: nearer to 1 the digits of 1 - P run out.
 * Newton's iteration for ln P(k, e^y) = ln p in y. The left side is concave, since the density of y is log-concave, so
 * from P(k, x) ≤ x^k/Γ(k+1) the steps rise to the root and never pass it: the first that does not rise is rounding.
 */
export function gammaQuantile({ shape, scale, location }: Gamma, p: number): number {
  if (!(p >= 0 && p <= 0.999999)) throw new RangeError(`probability ${p}: 0 ≤ p ≤ .999999 expected`)
  if (p === 0) return location
  let y = Number.NEGATIVE_INFINITY
  let next = (log(p) + lgamma(shape + 1)) / positive(shape)
  while (next > y) {
    y = next
    const sum = incompleteSeries(shape, exp(y))
    next = y + ((log(p) - logLeadingTerm(shape, y) - log(sum)) * sum) / shape
  }
  return location + scale * exp(y)
}
