/** Order statistics and moments of small samples. NaN among the values, or too few of them, gives NaN. */

/**
 * Sample quantiles at the probabilities `ps` in [0, 1], by linear interpolation between order statistics: with
 * h = (n-1)p, x₍⌊h⌋₎ + (h-⌊h⌋)(x₍⌊h⌋+1₎ - x₍⌊h⌋₎). Source: Hyndman & Fan 1996, type 7. `values` need not be sorted.
 */
export function quantiles(values: ArrayLike<number>, ps: readonly number[]): number[] {
  // Ascending, NaN last.
  const sorted = Float64Array.from(values).sort()
  if (sorted.length === 0 || Number.isNaN(sorted.at(-1))) return ps.map(() => Number.NaN)
  return ps.map((p) => {
    if (!(p >= 0 && p <= 1)) throw new RangeError(`probability ${p}: 0 ≤ p ≤ 1 expected`)
    const h = (sorted.length - 1) * p
    const below = sorted[Math.floor(h)]!
    const above = sorted[Math.ceil(h)]!
    // Equal neighbours first: ∞ - ∞ is NaN.
    return below === above ? below : below + (h - Math.floor(h)) * (above - below)
  })
}

/** Middle value, or the mean of the two middle ones. */
export const median = (values: ArrayLike<number>): number => quantiles(values, [0.5])[0]!

/** Σ xᵢ / n. */
export function mean(values: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i]!
  return sum / values.length
}

/** Sample standard deviation, √(Σ (xᵢ - x̄)² / (n-1)). NaN below two values. */
export function sd(values: ArrayLike<number>): number {
  if (values.length < 2) return Number.NaN
  const centre = mean(values)
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += (values[i]! - centre) * (values[i]! - centre)
  return Math.sqrt(sum / (values.length - 1))
}

/** Ranks 1 … n in ascending order; equal values share the mean of their ranks. */
function averageRanks(values: ArrayLike<number>): Float64Array {
  const order = Int32Array.from({ length: values.length }, (_, i) => i).sort((i, j) => values[i]! - values[j]!)
  const ranks = new Float64Array(values.length)
  for (let start = 0, end = 0; start < order.length; start = end) {
    while (end < order.length && values[order[end]!] === values[order[start]!]) end++
    for (let i = start; i < end; i++) ranks[order[i]!] = (start + end + 1) / 2
  }
  return ranks
}

/**
 * Spearman's rank correlation of pairs (xᵢ, yᵢ): Pearson's correlation of the average ranks, in [-1, 1]. NaN when all xᵢ
 * or all yᵢ are equal. RangeError when the lengths differ. Source: Kendall & Gibbons 1990, chapter 3 (ties).
 */
export function spearman(x: ArrayLike<number>, y: ArrayLike<number>): number {
  if (x.length !== y.length) throw new RangeError(`spearman: ${x.length} values against ${y.length}`)
  for (let i = 0; i < x.length; i++) if (Number.isNaN(x[i]) || Number.isNaN(y[i])) return Number.NaN
  const [a, b] = [averageRanks(x), averageRanks(y)]
  const middle = (x.length + 1) / 2
  let [aa, ab, bb] = [0, 0, 0]
  for (let i = 0; i < x.length; i++) {
    aa += (a[i]! - middle) * (a[i]! - middle)
    ab += (a[i]! - middle) * (b[i]! - middle)
    bb += (b[i]! - middle) * (b[i]! - middle)
  }
  return ab / Math.sqrt(aa * bb)
}
