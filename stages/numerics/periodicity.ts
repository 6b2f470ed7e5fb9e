/** How regularly a series, or an orbit, comes back to where it was. */

/**
 * Autocorrelation r(τ) = Σ_k (a_k - ā)(a_{k+τ} - ā) / Σ_k (a_k - ā)² at lags τ = 0 … maxLag. The sum above has τ terms
 * fewer than the one below, so that of equal returns the earliest is the highest. Source: Box, Jenkins & Reinsel 1994,
 * section 2.1.5.
 *
 * Result in [-1, 1], r(0) = 1; all 0 for a constant series. RangeError unless 0 ≤ maxLag < number of values.
 */
export function autocorrelation(values: ArrayLike<number>, maxLag: number): Float64Array {
  const N = values.length
  if (!(maxLag >= 0 && maxLag < N)) throw new RangeError(`lag ${maxLag} of ${N} values`)
  // From the first value, so that of a constant nothing is left.
  const a = Float64Array.from(values, (value) => value - values[0]!)
  const mean = a.reduce((sum, value) => sum + value, 0) / N
  for (let k = 0; k < N; k++) a[k]! -= mean
  const r = new Float64Array(maxLag + 1)
  for (let lag = 0; lag <= maxLag; lag++) for (let k = 0; k + lag < N; k++) r[lag]! += a[k]! * a[k + lag]!
  const square = r[0]!
  return square > 0 ? r.map((sum) => sum / square) : r
}

/**
 * The same of an orbit in n dimensions by mean square distances, r(τ) = 1 - ⟨|h_{t+τ} - h_t|²⟩ / 2⟨|h_t - m|²⟩: 1 where
 * every state comes back after τ steps, about 0 where states are unrelated. Every lag has the same number of t, all those
 * that the longest lag leaves.
 *
 * orbit: states × n, row-major. An orbit that stays within `still` (root mean square distance) of its mean m, or is not
 * finite, gives 0 at all lags. RangeError unless 0 ≤ maxLag < number of states.
 */
export function recurrence(orbit: Float32Array, n: number, maxLag: number, still: number): Float64Array {
  const T = orbit.length / n
  if (!(maxLag >= 0 && maxLag < T)) throw new RangeError(`lag ${maxLag} of ${T} states`)
  const r = new Float64Array(maxLag + 1)
  const variance = varianceOf(orbit, n)
  if (!(variance > still * still && variance < Number.POSITIVE_INFINITY)) return r
  const last = (T - maxLag) * n
  for (let lag = 0; lag <= maxLag; lag++) {
    let sum = 0
    for (let at = 0, later = lag * n; at < last; at++, later++) {
      const difference = orbit[later]! - orbit[at]!
      sum += difference * difference
    }
    r[lag] = 1 - sum / (T - maxLag) / (2 * variance)
  }
  return r
}

/** Mean square distance from the mean. */
function varianceOf(orbit: Float32Array, n: number): number {
  const T = orbit.length / n
  const mean = new Float64Array(n)
  for (let at = 0; at < orbit.length; at++) mean[at % n]! += orbit[at]!
  let sum = 0
  for (let at = 0; at < orbit.length; at++) {
    const distance = orbit[at]! - mean[at % n]! / T
    sum += distance * distance
  }
  return sum / T
}

export interface Period {
  /** In steps, not rounded. */
  readonly period: number
  /** Height and lag of the largest peak, which may be at a multiple of the period. */
  readonly strength: number
  readonly lag: number
}

/** Of peaks whose heights differ by less, which rounding may do, the first counts as the largest. */
const equal = 1e-6

/**
 * The period of an autocorrelation: place of its first peak at a lag of two or more that has at least the share `alike` of
 * the height of the largest. Not that of the largest itself: a rotation by 2π/5.5 a step comes back best after 11 steps.
 * Between lags the curve is the parabola through a peak and its two neighbours, true to 5 % for sinusoids of period 2.6 or
 * more; of shorter ones a multiple may come out. Undefined where no peak is above 0.
 *
 * r: value at lag 0, 1, …; alike in (0, 1]. Of a wave of period 2P and power a with another of period P and power b, the
 * peak at P is (b - a)/(b + a) as high as that at 2P, so that .5 gives P where b > 3a.
 */
export function periodIn(r: Float64Array, alike: number): Period | undefined {
  const peaks: { lag: number; place: number; top: number }[] = []
  for (let lag = 2; lag + 1 < r.length; lag++) {
    const [before, height, after] = [r[lag - 1]!, r[lag]!, r[lag + 1]!]
    if (!(height > before && height >= after && height > 0)) continue
    const offset = (before - after) / (2 * (before - 2 * height + after))
    peaks.push({ lag, place: lag + offset, top: height - ((before - after) * offset) / 4 })
  }
  const largest = peaks.reduce((most, peak) => (most && r[most.lag]! >= r[peak.lag]! - equal ? most : peak), peaks[0])
  if (largest === undefined) return undefined
  const first = peaks.find(({ top }) => top >= alike * largest.top)!
  return { period: first.place, strength: r[largest.lag]!, lag: largest.lag }
}
