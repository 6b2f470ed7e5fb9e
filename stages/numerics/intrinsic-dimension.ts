/** Intrinsic dimension of a cloud of points from the distances to their nearest neighbours. */
import { log } from "./elementary.ts"
import { kNearest, type Points } from "./nearest-neighbours.ts"

/** Fewest distinct points of which a dimension is estimated. */
const fewest = 20

export interface IntrinsicDimension {
  /** By the two nearest neighbours; 0 if not estimated. */
  readonly twoNN: number
  /** By maximum likelihood over the k nearest; 0 if not estimated. */
  readonly mle: number
  /** Whether there were enough distinct points, at distances that are not all alike. */
  readonly estimated: boolean
}

const none: IntrinsicDimension = { twoNN: 0, mle: 0, estimated: false }

/**
 * Both estimates of N points in n coordinates, and how many points were left out because they equal an earlier one: a
 * neighbour at distance 0 says nothing of the dimension, and both estimates divide by that distance.
 *
 * x: N × n, row-major; k >= 2: neighbours of the likelihood, at most one less than the distinct points. Result in
 * directions. Rounding of the coordinates is noise of dimension n: points that differ by little more measure that.
 */
export function intrinsicDimension(
  x: Points,
  N: number,
  n: number,
  k: number,
): IntrinsicDimension & { duplicates: number } {
  if (!(k >= 2)) throw new RangeError(`${k} neighbours: the likelihood needs two or more`)
  const rows = distinctRows(x, N, n)
  const duplicates = N - rows.length
  if (rows.length < Math.max(fewest, k + 1)) return { ...none, duplicates }
  const points = new Float64Array(rows.length * n)
  rows.forEach((row, i) => {
    points.set(x.subarray(row * n, (row + 1) * n), i * n)
  })
  return { ...dimensionFrom(kNearest(points, rows.length, n, k).distances, k), duplicates }
}

/** Both estimates from the distances of each point to its k nearest, N × k, ascending in each row, > 0. */
export function dimensionFrom(distances: Float64Array, k: number): IntrinsicDimension {
  const [a, b] = [twoNN(distances, k), likeliest(distances, k)]
  return a > 0 && b > 0 && a + b < Number.POSITIVE_INFINITY ? { twoNN: a, mle: b, estimated: true } : none
}

/** Indices of the rows that equal no earlier row, ascending. */
function distinctRows(x: Points, N: number, n: number): number[] {
  const compare = (p: number, q: number): number => {
    for (let j = 0; j < n; j++) if (x[p * n + j] !== x[q * n + j]) return x[p * n + j]! - x[q * n + j]!
    return 0
  }
  const order = Array.from({ length: N }, (_, i) => i).sort((p, q) => compare(p, q) || p - q)
  return order.filter((row, i) => i === 0 || compare(order[i - 1]!, row) !== 0).sort((p, q) => p - q)
}

/** Share of the largest ratios that `twoNN` leaves out: they reach beyond where the density is even. */
const discarded = 0.1

/**
 * TwoNN (Facco, d'Errico, Rodriguez & Laio 2017): where the density is even over the second neighbour's distance, the
 * ratio μ = r2 / r1 follows F(μ) = 1 - μ^-d. Result: slope through the origin of -ln(1 - F) over ln μ, with the empirical
 * F(μ_(i)) = i / N, without the largest tenth of the ratios.
 * distances: N × k, ascending in each row, k >= 2.
 */
function twoNN(distances: Float64Array, k: number): number {
  const N = distances.length / k
  const ratios = Float64Array.from({ length: N }, (_, i) => log(distances[i * k + 1]! / distances[i * k]!)).sort()
  let product = 0
  let square = 0
  for (let i = 0; i < Math.floor((1 - discarded) * N); i++) {
    product -= ratios[i]! * log(1 - (i + 1) / N)
    square += ratios[i]! * ratios[i]!
  }
  return product / square
}

/**
 * Maximum likelihood of a Poisson process around each point (Levina & Bickel 2004, equation 8), 1/d = mean of
 * ln(T_k / T_j) over j < k, averaged over the points as 1/d (MacKay & Ghahramani 2005), which weighs every neighbour alike.
 * distances: N × k, ascending in each row.
 */
function likeliest(distances: Float64Array, k: number): number {
  const N = distances.length / k
  let sum = 0
  for (let i = 0; i < N; i++)
    for (let j = 0; j < k - 1; j++) sum += log(distances[i * k + k - 1]! / distances[i * k + j]!)
  return (N * (k - 1)) / sum
}
