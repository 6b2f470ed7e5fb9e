/** How far apart classes of points lie. */
import { eachDistanceRow, type LabelledPoints } from "./nearest-neighbours.ts"

export interface ClassDistances {
  /** Mean distance of two points of one class; 0 if there are no such pairs. */
  readonly within: number
  /** Mean distance of two points of different classes; 0 if there are no such pairs. */
  readonly between: number
  /** Smallest distance of two points of different classes; 0 if there are no such pairs. */
  readonly gap: number
}

/** Euclidean distances over all pairs of points. x: N × n, row-major; labels: N. */
export function classDistances({ x, labels }: LabelledPoints, n: number): ClassDistances {
  const N = labels.length
  const within = { sum: 0, pairs: 0 }
  const between = { sum: 0, pairs: 0 }
  let gap = Number.POSITIVE_INFINITY
  eachDistanceRow(x, N, n, x, (i, row) => {
    for (let j = 0; j < i; j++) {
      const pairs = labels[i] === labels[j] ? within : between
      pairs.sum += Math.sqrt(row[j]!)
      pairs.pairs++
      if (pairs === between) gap = Math.min(gap, row[j]!)
    }
  })
  const mean = ({ sum, pairs }: typeof within) => (pairs > 0 ? sum / pairs : 0)
  return { within: mean(within), between: mean(between), gap: between.pairs > 0 ? Math.sqrt(gap) : 0 }
}

/** For each point the position of its class among the classes, and the number of points of each. */
function classesOf(labels: ArrayLike<number>): { of: Int32Array; sizes: number[] } {
  const found = new Map<number, number>()
  const sizes: number[] = []
  const of = Int32Array.from(labels, (label) => {
    const at = found.get(label) ?? found.set(label, found.size).size - 1
    sizes[at] = (sizes[at] ?? 0) + 1
    return at
  })
  return { of, sizes }
}

/**
 * Mean silhouette (Rousseeuw 1987): s = (b - a) / max(a, b), a the mean distance of a point to the others of its class, b
 * the least of its mean distances to the other classes; 0 for a point that is alone in its class, or with a = b = 0.
 * In [-1, 1]; 0 for a single class. x: N × n, row-major; labels: N.
 */
export function silhouette({ x, labels }: LabelledPoints, n: number): number {
  const { of, sizes } = classesOf(labels)
  if (sizes.length < 2) return 0
  const sums = new Float64Array(sizes.length)
  let total = 0
  eachDistanceRow(x, labels.length, n, x, (i, row) => {
    const own = of[i]!
    sums.fill(0)
    for (let j = 0; j < row.length; j++) sums[of[j]!]! += Math.sqrt(row[j]!)
    if (sizes[own] === 1) return
    const a = sums[own]! / (sizes[own]! - 1)
    let b = Number.POSITIVE_INFINITY
    for (let c = 0; c < sizes.length; c++) if (c !== own) b = Math.min(b, sums[c]! / sizes[c]!)
    if (a !== b) total += (b - a) / Math.max(a, b)
  })
  return total / labels.length
}

/** Below this share of the squared trace, the determinant of a 2 × 2 matrix is rounding error. */
const singular = 1e-14

/**
 * Separation of the classes by linear discriminants in a plane: Pillai's trace tr(T⁻¹ B) divided by its largest value,
 * min(2, K - 1) for K classes; T = scatter about the mean, B = scatter of the class means. It is the mean of η² = F / (1 + F)
 * over the discriminants, F the Fisher ratio of the scatter between to within classes: for two classes η² of the best
 * direction. In [0, 1]: 1 when every class is one point, where Fisher's ratio is infinite. 0 for a single class or point.
 *
 * y: N × 2, row-major; labels: N. Points on a line count as one direction.
 */
export function discriminantSeparation(y: Float64Array, labels: ArrayLike<number>): number {
  const { of, sizes } = classesOf(labels)
  const centre = [0, 0]
  const sums = new Float64Array(2 * sizes.length)
  for (let i = 0; i < y.length; i++) centre[i & 1]! += y[i]! / of.length
  const T = { uu: 0, uv: 0, vv: 0 }
  const B = { uu: 0, uv: 0, vv: 0 }
  for (let i = 0; i < of.length; i++) {
    const [u, v] = [y[2 * i]! - centre[0]!, y[2 * i + 1]! - centre[1]!]
    addOuter(T, u, v, 1)
    sums[2 * of[i]!]! += u
    sums[2 * of[i]! + 1]! += v
  }
  sizes.forEach((size, c) => {
    addOuter(B, sums[2 * c]! / size, sums[2 * c + 1]! / size, size)
  })
  const trace = T.uu + T.vv
  const determinant = T.uu * T.vv - T.uv * T.uv
  if (sizes.length < 2 || trace === 0) return 0
  if (determinant <= singular * trace * trace) return Math.min(1, (B.uu + B.vv) / trace)
  const pillai = (T.vv * B.uu - 2 * T.uv * B.uv + T.uu * B.vv) / determinant
  return Math.min(1, pillai / Math.min(2, sizes.length - 1))
}

/** matrix += weight (u, v)ᵀ(u, v). */
function addOuter(matrix: { uu: number; uv: number; vv: number }, u: number, v: number, weight: number): void {
  matrix.uu += weight * u * u
  matrix.uv += weight * u * v
  matrix.vv += weight * v * v
}
