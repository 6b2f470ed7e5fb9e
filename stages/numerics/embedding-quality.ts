/** How faithful an embedding in the plane is, in numbers to stand beside the picture. */
import { classPurity, eachDistanceRow, kNearest, type Points } from "./nearest-neighbours.ts"

/** N points x n units and their embedding, N x 2; row-major. */
export interface EmbeddedPoints {
  readonly x: Points
  readonly N: number
  readonly n: number
  readonly y: Float64Array
}

/**
 * Trustworthiness (Venna & Kaski 2001, equation 2): are neighbours in the plane neighbours in truth?
 *
 *   T = 1 - 2 / (N k (2N - 3k - 1)) Σ_i Σ_{j ∈ U_i} (r_ij - k),
 *
 * U_i the points among the k nearest of i in the plane but not in full space, r_ij >= 1 the rank of j from i in full space
 * (of equal distances the lower index ranks first). In [0, 1]; about .5 for a random layout, 1 if no neighbour is false.
 * Throws RangeError unless 1 <= k < N / 2, where the normalisation holds.
 */
export function trustworthiness({ x, N, n, y }: EmbeddedPoints, k: number): number {
  if (!(k >= 1 && k < N / 2)) throw new RangeError(`${k} neighbours of ${N} points: fewer than half are needed`)
  const near = kNearest(y, N, 2, k).indices
  let penalty = 0
  eachDistanceRow(x, N, n, x, (i, row) => {
    for (const j of near.subarray(i * k, (i + 1) * k)) penalty += Math.max(rank(row, i, j) - k, 0)
  })
  return 1 - (2 * penalty) / (N * k * (2 * N - 3 * k - 1))
}

/** Rank of j by distance from i, 1 for the nearest: one more than the points before it, i itself left out. */
function rank(row: Float64Array, i: number, j: number): number {
  const own = row[j]!
  let before = 0
  for (let p = 0; p < j; p++) before += row[p]! <= own ? 1 : 0
  for (let p = j + 1; p < row.length; p++) before += row[p]! < own ? 1 : 0
  const self = i < j ? row[i]! <= own : row[i]! < own
  return before + (self ? 0 : 1)
}

export interface EmbeddingQuality {
  /** For 15 neighbours. */
  readonly trustworthiness: number
  /** Mean share of the 15 nearest with a point's own label, in full space. */
  readonly purityFull: number
  /** The same in the plane. */
  readonly purityEmbedded: number
}

/** Neighbours that all three numbers look at. */
const NEIGHBOURS = 15

/** Throws RangeError for 30 points or fewer. labels: N. */
export function embeddingQuality(points: EmbeddedPoints, labels: ArrayLike<number>): EmbeddingQuality {
  const { x, N, n, y } = points
  return {
    trustworthiness: trustworthiness(points, NEIGHBOURS),
    purityFull: classPurity(x, N, n, labels, NEIGHBOURS),
    purityEmbedded: classPurity(y, N, 2, labels, NEIGHBOURS),
  }
}
