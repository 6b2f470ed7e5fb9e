/** Correlation dimension of an orbit: how the number of pairs of its states within a distance grows with the distance. */
import { log } from "./elementary.ts"
import { eachDistanceRow, type Points } from "./nearest-neighbours.ts"

export interface CorrelationOptions {
  /** States, evenly spaced in time, whose distances to all others are counted. */
  readonly references: number
  /** States no more than this many steps apart are not counted as pairs (Theiler 1986). */
  readonly theiler: number
}

export interface CorrelationSum {
  /** Squares of the radii, ascending, √1.25 apart or less. */
  readonly squares: Float64Array
  /** Pairs nearer than each radius. */
  readonly counts: Float64Array
  /** All pairs. */
  readonly pairs: number
}

/** Bits of a float64's upper word below those that name its exponent and first two binary digits: four cells an octave. */
const dropped = 18
const cells = 1 << (31 - dropped)

/**
 * Correlation sum C(r) = counts / pairs at radii whose squares are 1, 1.25, 1.5 or 1.75 times a power of two: the cell of
 * a squared distance is then in its bit pattern, and counting takes no logarithm. The radii span the distances found.
 *
 * x: N × n, row-major, in order of time.
 */
export function correlationSum(x: Points, N: number, n: number, o: CorrelationOptions): CorrelationSum {
  const found = new Float64Array(cells)
  const times = Float64Array.from({ length: Math.min(o.references, N) }, (_, k) =>
    Math.floor((k * N) / Math.min(o.references, N)),
  )
  const queries = new Float64Array(times.length * n)
  times.forEach((t, k) => {
    queries.set(x.subarray(t * n, (t + 1) * n), k * n)
  })
  let pairs = 0
  eachDistanceRow(x, N, n, queries, (k, row) => {
    const words = new Uint32Array(row.buffer, row.byteOffset, 2 * N)
    const [before, after] = [Math.max(0, times[k]! - o.theiler), Math.min(N, times[k]! + o.theiler + 1)]
    for (let p = 0; p < before; p++) found[words[2 * p + 1]! >>> dropped]!++
    for (let p = after; p < N; p++) found[words[2 * p + 1]! >>> dropped]!++
    pairs += before + N - after
  })
  return { ...accumulated(found), pairs }
}

/** Counts below the upper ends of the cells, from the first to the last that holds a pair. */
function accumulated(found: Float64Array): { squares: Float64Array; counts: Float64Array } {
  const first = found.findIndex((count) => count > 0)
  const last = found.findLastIndex((count) => count > 0)
  const length = first < 0 ? 0 : last - first + 1
  const squares = new Float64Array(length)
  const words = new Uint32Array(squares.buffer)
  const counts = new Float64Array(length)
  for (let i = 0, sum = 0; i < length; i++) {
    sum += found[first + i]!
    counts[i] = sum
    words[2 * i + 1] = (first + i + 1) << dropped
  }
  return { squares, counts }
}

export interface CorrelationDimension {
  /** Slope of ln C over ln r; 0 if not estimated. */
  readonly dimension: number
  /** Half the difference of the slopes in the lower and the upper half of the range: large where there is no scaling. */
  readonly error: number
  /** Ends of the range. */
  readonly low: number
  readonly high: number
}

const none: CorrelationDimension = { dimension: 0, error: 0, low: 0, high: 0 }

/** The range goes from where a state has this many neighbours on average, ... */
const neighbours = 10
/** ... below which single states show, to where it has this share of all, beyond which the edges of the set do. */
const share = 1 / 16
/** Radii whose square is below this share of the largest measure the rounding of coordinates to float32. */
const rounding = 1e-12
/** Radii in each half of the range. */
const fewest = 3

/**
 * Correlation dimension of N states (Grassberger & Procaccia 1983): slope of the least-squares line of ln C(r) over ln r.
 * The range of r is that in which a state has 10 to N/16 neighbours on average, above rounding; fewer than six radii in it
 * are not fitted, as of fixed points and of short cycles.
 *
 * x: N × n, row-major, in order of time. Dimensions above 2 log10 N cannot be told from N states (Eckmann & Ruelle 1992).
 */
export function correlationDimension(x: Points, N: number, n: number, o: CorrelationOptions): CorrelationDimension {
  const { squares, counts, pairs } = correlationSum(x, N, n, o)
  const inRange = (count: number) => count * N >= neighbours * pairs && count <= share * pairs
  const least = rounding * (squares.at(-1) ?? 0)
  const chosen = Array.from(counts.keys()).filter((i) => inRange(counts[i]!) && squares[i]! > least)
  if (chosen.length < 2 * fewest) return none
  const points = chosen.map((i) => ({ x: log(squares[i]!) / 2, y: log(counts[i]! / pairs) }))
  const middle = Math.floor(points.length / 2)
  const [lower, upper] = [slope(points.slice(0, middle)), slope(points.slice(middle))]
  return {
    dimension: slope(points),
    error: Math.abs(upper - lower) / 2,
    low: Math.sqrt(squares[chosen[0]!]!),
    high: Math.sqrt(squares[chosen.at(-1)!]!),
  }
}

/** Slope of the least-squares line. */
function slope(points: readonly { readonly x: number; readonly y: number }[]): number {
  const mean = (of: (point: { x: number; y: number }) => number) =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length
  const [mx, my] = [mean(({ x }) => x), mean(({ y }) => y)]
  return mean(({ x, y }) => (x - mx) * (y - my)) / mean(({ x }) => (x - mx) * (x - mx))
}
