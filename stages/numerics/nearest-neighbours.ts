/** Nearest neighbours by Euclidean distance, all pairs computed. */
import { copyPadded, linear, padded } from "./linear/linear.ts"

/** Points of n coordinates, row-major. */
export type Points = Float32Array | Float64Array

export interface Neighbours {
  /** Row q: the k nearest points of query q, nearest first, of equal distance the lower index first. Q x k. */
  readonly indices: Int32Array
  /** Their Euclidean distances. Q x k. */
  readonly distances: Float64Array
}

/** Queries whose distances are held at a time. */
const BLOCK = 32

/**
 * The k nearest of N points to each query, or to each of the points themselves, a point not being its own neighbour (a
 * twin at distance 0 is).
 *
 * x: N x n; queries: Q x n. Distances are sums of squared differences in float64, equal for twins to the bit. Throws
 * RangeError unless 1 <= k <= number of candidates.
 */
export function kNearest(x: Points, N: number, n: number, k: number, queries?: Points): Neighbours {
  const Q = queries ? queries.length / n : N
  const candidates = queries ? N : N - 1
  if (x.length !== N * n || !Number.isInteger(Q)) throw new RangeError(`rows are not of ${n} coordinates`)
  if (!(k >= 1 && k <= candidates)) throw new RangeError(`${k} neighbours of ${candidates} candidates`)
  const indices = new Int32Array(Q * k)
  const distances = new Float64Array(Q * k)
  eachDistanceRow(x, N, n, queries ?? x, (q, row) => {
    nearestOf(row, queries ? -1 : q, indices.subarray(q * k, (q + 1) * k), distances.subarray(q * k, (q + 1) * k))
  })
  return { indices, distances: distances.map(Math.sqrt) }
}

/**
 * Calls `visit(q, row)` for each query in order, row[p] = squared distance of query q and point p (N numbers, valid during
 * the call). The module's shared memory is in use meanwhile.
 */
export function eachDistanceRow(
  x: Points,
  N: number,
  n: number,
  queries: Points,
  visit: (q: number, row: Float64Array) => void,
): void {
  const { kernels, reserve } = linear()
  const Q = queries.length / n
  const stride = padded(n, 2)
  const P = padded(N, 4)
  const { points, block, out } = reserve({ points: P * stride, block: BLOCK * stride, out: BLOCK * P })
  copyPadded(points, x, { N, n, stride })
  for (let first = 0; first < Q; first += BLOCK) {
    const rows = Math.min(BLOCK, Q - first)
    copyPadded(block, queries.subarray(first * n), { N: rows, n, stride })
    kernels.squaredDistances(block.byteOffset, padded(rows, 2), points.byteOffset, P, stride, out.byteOffset)
    for (let q = 0; q < rows; q++) visit(first + q, out.subarray(q * P, q * P + N))
  }
}

/** Insertion into the sorted list of the k nearest so far; `self` is passed over. */
function nearestOf(row: Float64Array, self: number, indices: Int32Array, squares: Float64Array): void {
  const last = squares.length - 1
  squares.fill(Number.POSITIVE_INFINITY)
  for (let p = 0; p < row.length; p++) {
    const square = row[p]!
    if (square >= squares[last]! || p === self) continue
    let at = last
    for (; at > 0 && squares[at - 1]! > square; at--) {
      squares[at] = squares[at - 1]!
      indices[at] = indices[at - 1]!
    }
    squares[at] = square
    indices[at] = p
  }
}

/**
 * Mean share of a point's k nearest others that carry its label, in [0, 1]; unrelated labels of equal frequency give
 * about 1 / classes.
 * x: N x n; labels: N. k: 15 in the studies.
 */
export function classPurity(x: Points, N: number, n: number, labels: ArrayLike<number>, k = 15): number {
  const { indices } = kNearest(x, N, n, k)
  let same = 0
  for (let at = 0; at < indices.length; at++) if (labels[indices[at]!] === labels[Math.floor(at / k)]) same++
  return same / indices.length
}

/** Points of n coordinates with a label each. */
export interface LabelledPoints {
  readonly x: Points
  readonly labels: ArrayLike<number>
}

/**
 * Share of test points whose label is the commonest among their k nearest training points; of equally common labels that
 * of the nearest. In [0, 1].
 */
export function kNNAccuracy(train: LabelledPoints, test: LabelledPoints, n: number, k: number): number {
  const { indices } = kNearest(train.x, train.labels.length, n, k, test.x)
  const Q = test.labels.length
  let right = 0
  for (let q = 0; q < Q; q++) {
    const votes = new Map<number, number>()
    for (const p of indices.subarray(q * k, (q + 1) * k))
      votes.set(train.labels[p]!, (votes.get(train.labels[p]!) ?? 0) + 1)
    let [winner, most] = [-1, 0]
    for (const [label, count] of votes) if (count > most) [winner, most] = [label, count]
    if (winner === test.labels[q]) right++
  }
  return right / Q
}
