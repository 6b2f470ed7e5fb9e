/**
 * UMAP into the plane (McInnes, Healy & Melville 2018) by umap-js. The library takes exp, log and pow from the engine,
 * whose versions differ in the last bits (Node 24 from 22): it is lent ours.
 */
import { UMAP } from "umap-js"
import { withOurMath } from "./borrowed-math.ts"
import { kNearest } from "./nearest-neighbours.ts"

export interface UmapOptions {
  /** N points x n units, row-major. */
  readonly x: Float32Array
  readonly N: number
  readonly n: number
  /** Neighbours a point, itself counted. Default 15. */
  readonly neighbours?: number
  /** Least distance of points in the plane. Default .1. */
  readonly minDist?: number
  /** Default: the library's, 500 up to 2500 points and down to 200 from 7500. */
  readonly epochs?: number
  /** N x 2, row-major, used as it is; default uniform in [-10, 10)². */
  readonly start?: Float64Array
  /** Uniform in [0, 1). */
  readonly random: () => number
  readonly onEpoch?: (epoch: number, epochs: number) => void
}

/**
 * Embedding of N points, N x 2, row-major. Neighbours are exact, not the library's approximate search, so that only the
 * layout depends on `random`. Throws RangeError unless 2 <= neighbours < N.
 */
export function umap(options: UmapOptions): Float64Array {
  const { x, N, n, neighbours = 15, minDist = 0.1, epochs, start, random, onEpoch } = options
  if (!(neighbours >= 2 && neighbours < N)) throw new RangeError(`${neighbours} neighbours among ${N} points`)
  const model = new UMAP({
    nNeighbors: neighbours,
    minDist,
    random,
    ...(epochs === undefined ? {} : { nEpochs: epochs }),
  })
  const { indices, distances } = kNearest(x, N, n, neighbours - 1)
  model.setPrecomputedKNN(...withSelf(indices, distances, N))
  const points = Array.from({ length: N }, (_, i) => Array.from(x.subarray(i * n, (i + 1) * n)))
  const total = withOurMath(() => model.initializeFit(points))
  typeLists(model)
  const embedding = model.getEmbedding()
  // The library optimises these very rows, so that writing to them sets the start.
  if (start)
    embedding.forEach((row, i) => {
      row[0] = start[2 * i]!
      row[1] = start[2 * i + 1]!
    })
  for (let epoch = 1; epoch <= total; epoch++) {
    withOurMath(() => model.step())
    onEpoch?.(epoch, total)
  }
  return Float64Array.from(model.getEmbedding().flat())
}

/**
 * The library joins its lists of edges in a way that makes engines keep them as hash tables: as typed arrays an epoch takes
 * less than half the time.
 */
function typeLists(model: UMAP): void {
  const state: Record<string, ArrayLike<number>> = Reflect.get(model, "optimizationState")
  for (const name of ["head", "tail"]) state[name] = Int32Array.from(state[name]!)
  for (const name of ["epochsPerSample", "epochOfNextSample", "epochsPerNegativeSample", "epochOfNextNegativeSample"])
    state[name] = Float64Array.from(state[name]!)
}

/** The library's form of neighbour lists: a row a point, itself first at distance 0. */
function withSelf(indices: Int32Array, distances: Float64Array, N: number): [number[][], number[][]] {
  const k = indices.length / N
  const rows = <T>(row: (i: number) => T): T[] => Array.from({ length: N }, (_, i) => row(i))
  return [
    rows((i) => [i, ...indices.subarray(i * k, (i + 1) * k)]),
    rows((i) => [0, ...distances.subarray(i * k, (i + 1) * k)]),
  ]
}
