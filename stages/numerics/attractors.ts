/** What an orbit of a map settles on. */
import { covariance, means } from "./covariance.ts"
import { eigenvalues } from "./eigenvalues.ts"
import { atan2 } from "./elementary.ts"
import { gatherRows } from "./frames.ts"
import { dimensionFrom, type IntrinsicDimension } from "./intrinsic-dimension.ts"
import { lyapunovSpectrum } from "./lyapunov.ts"
import { eachDistanceRow, kNearest } from "./nearest-neighbours.ts"
import { componentsFor, principalComponents, projectTop, spectrum } from "./principal-components.ts"
import { quantiles } from "./quantiles.ts"
import { stream } from "./random.ts"
import { leastAt, periodOf } from "./recurrence.ts"
import type { TangentMap } from "./tangent-map.ts"

export interface AttractorOptions {
  /** States of the orbit that is looked at. */
  readonly orbit: number
  /** Euclidean distance within which states count as one. */
  readonly tolerance: number
  /** Longest period looked for. */
  readonly maxPeriod: number
  /** Lyapunov exponents up to this size, in nats a step, count as zero. */
  readonly zeroExponent: number
}

/**
 * `fixed-point` and `cycle` come back to within the tolerance; the others are told by the two largest Lyapunov exponents:
 * `chaos` λ1 > 0, `curve` λ1 = 0 > λ2, `neutral` λ1 = λ2 = 0: a torus, or what is approached too slowly to tell;
 * `unsettled` λ1 < 0: on the way to something that recurs. `unbounded` orbits go away for ever.
 */
export type AttractorKind = "fixed-point" | "cycle" | "curve" | "neutral" | "chaos" | "unsettled" | "unbounded"

export interface Attractor {
  readonly kind: AttractorKind
  /** p; 0 where no period was found. */
  readonly period: number
  /** ‖Fᵖ(h) - h‖² / 2, with p = 1 where there is no period; 0 if unbounded. */
  readonly residual: number
  /** Spectral radius of ∂Fᵖ/∂h, above 1 where the orbit is not stable; 0 where there is no period. */
  readonly radius: number
  /** λ1 >= λ2 in nats a step; λ2 = λ1 for n = 1. */
  readonly exponents: readonly [number, number]
  /** States on it, m × n, row-major: the p of a cycle in order of time, else random ones of the orbit; none if unbounded. */
  readonly points: Float32Array
  /** The distance from a point to its nearest, as in `dimension`, is between these for eight in ten; 0 with a period. */
  readonly spacing: readonly [number, number]
  /** Intrinsic dimension of the points; of chaos by neighbours that are not so in time. Not estimated with a period. */
  readonly dimension: IntrinsicDimension
  /** Principal components that explain 90 % of the variance of the points. */
  readonly pca90: number
  /** Mean and two leading principal axes of the points; absent where phases are counted, or there are none. */
  readonly plane?: { readonly centre: Float64Array; readonly axes: Float64Array }
}

/** States that stand for an orbit without a period. */
const sampled = 1024
/** Part of an orbit beyond which its memory is not looked for. */
const longestMemory = 1 / 16
/** Pairs of states that the memory is measured on. */
const pairs = 256
/** Of the likelihood estimate of the dimension. */
const neighbours = 20
/** No state of bounded units comes near. */
const unboundedSize = 1e6

/** The attractor of an orbit that has settled: `o.orbit` states × n, row-major. */
export function attractorOf(map: TangentMap, orbit: Float64Array, o: AttractorOptions): Attractor {
  const { n } = map
  const last = orbit.slice(-n)
  const bounded = last.every((value) => Math.abs(value) < unboundedSize)
  const period = bounded ? periodOf(orbit, n, o.maxPeriod, o.tolerance) : 0
  const exponents = leadingExponents(map, last, o.orbit, Math.max(period, 1))
  if (!bounded) return { kind: "unbounded", period, residual: 0, radius: 0, exponents, ...nowhere }
  const { residual, J } = returnOf(map, last, Math.max(period, 1))
  if (period === 0) {
    const kind = kindOf(exponents, o)
    const memory = kind === "chaos" ? memoryOf(orbit, n) : 0
    return { kind, period, residual, radius: 0, exponents, ...sampleOf(orbit, n, memory) }
  }
  const kind = period === 1 ? "fixed-point" : "cycle"
  return { kind, period, residual, radius: eigenvalues(J, n)[0]!.modulus, exponents, ...cycleOf(orbit, n, period) }
}

/** Over about `steps` steps, a whole number of periods. */
function leadingExponents(map: TangentMap, start: Float64Array, steps: number, period: number) {
  const { exponents } = lyapunovSpectrum(map, start, {
    k: Math.min(2, map.n),
    transient: Math.floor(steps / 8),
    steps: steps - (steps % period),
    interval: 1,
    blocks: 1,
  })
  const [first, second = first] = [...exponents].sort((a, b) => b - a)
  return [first!, second!] as const
}

function kindOf([first, second]: readonly [number, number], { zeroExponent }: AttractorOptions): AttractorKind {
  if (Math.abs(first) > zeroExponent) return first > 0 ? "chaos" : "unsettled"
  return second < -zeroExponent ? "curve" : "neutral"
}

/** Residual of p steps from h, and J = (∂Fᵖ/∂h)ᵀ, n × n: the rows are the images of the unit vectors. */
function returnOf(map: TangentMap, h: Float64Array, p: number): { residual: number; J: Float64Array } {
  const { n } = map
  const end = h.slice()
  const J = Float64Array.from({ length: n * n }, (_, at) => (at % (n + 1) === 0 ? 1 : 0))
  for (let t = 0; t < p; t++) map.advance(end, J)
  return { residual: end.reduce((sum, value, i) => sum + (value - h[i]!) * (value - h[i]!), 0) / 2, J }
}

type Shape = Pick<Attractor, "points" | "spacing" | "dimension" | "pca90" | "plane">

/** Few points, or none. */
const sparse = { spacing: [0, 0], dimension: { twoNN: 0, mle: 0, estimated: false } } as const
const nowhere: Shape = { ...sparse, points: new Float32Array(0), pca90: 0 }

function cycleOf(orbit: Float64Array, n: number, period: number): Shape {
  const points = Float32Array.from(orbit.subarray(-period * n))
  const pca90 = period === 1 ? 0 : componentsFor(spectrum(covariance(points, period, n), n), 0.9)
  return { ...sparse, points, pca90 }
}

/**
 * Random states of an orbit without a period. Not consecutive ones: neighbours on a slow curve would lie on its first part
 * only, and regular spacing along a curve is not the even density that TwoNN asks for.
 */
function sampleOf(orbit: Float64Array, n: number, memory: number): Shape {
  const times = stream(0, "attractors", "sample")
    .permutation(orbit.length / n)
    .subarray(0, sampled)
  const points = gatherRows(Float32Array.from(orbit), n, times)
  const { variances, components } = principalComponents(covariance(points, times.length, n), n, Math.min(2, n))
  const distances = distancesApart(points, times, n, memory)
  const nearest = Float64Array.from(times, (_, i) => distances[i * neighbours]!)
  const [least, most] = quantiles(nearest, [0.1, 0.9])
  return {
    points,
    spacing: [least!, most!],
    dimension: dimensionFrom(distances, neighbours),
    pca90: componentsFor(variances, 0.9),
    plane: { centre: means(points, times.length, n), axes: components },
  }
}

/**
 * Last lag τ, up to a part of the orbit, at which Σ_t |h_{t+τ} - h_t|² is less than half of what it is for unrelated states;
 * 0 if there is none.
 */
function memoryOf(orbit: Float64Array, n: number): number {
  const states = orbit.length / n
  const longest = Math.floor(states * longestMemory)
  const stride = Math.ceil((states - longest) / pairs)
  /** Mean square distance of states `lag` apart. */
  const displacement = (lag: number): number => {
    let sum = 0
    let count = 0
    for (let t = 0; t + longest < states; t += stride, count++)
      for (let j = 0; j < n; j++) {
        const difference = orbit[(t + lag) * n + j]! - orbit[t * n + j]!
        sum += difference * difference
      }
    return sum / count
  }
  const values = Float32Array.from(orbit)
  const variance = spectrum(covariance(values, states, n), n).reduce((sum, lambda) => sum + lambda, 0)
  let lag = longest
  while (lag > 0 && displacement(lag) >= variance) lag--
  return lag
}

/**
 * Distances of each point to the nearest that differ from it, ascending, taken so that all of them and the point lie more
 * than `memory` steps apart in time. On a slow orbit the states just before and after are near, and neighbours come in
 * passes: both measure the line of the orbit and not the set it fills (Theiler 1986).
 * times: step of each point. Result: points × neighbours, ∞ where there are not so many.
 */
function distancesApart(points: Float32Array, times: Int32Array, n: number, memory: number): Float64Array {
  const distances = new Float64Array(times.length * neighbours).fill(Number.POSITIVE_INFINITY)
  eachDistanceRow(points, times.length, n, points, (i, row) => {
    const open = row.map((square) => (square > 0 ? square : Number.POSITIVE_INFINITY))
    const close = (time: number) => {
      for (let p = 0; p < open.length; p++) if (Math.abs(times[p]! - time) <= memory) open[p] = Number.POSITIVE_INFINITY
    }
    close(times[i]!)
    for (let k = 0; k < neighbours; k++) {
      const p = leastAt(open)
      distances[i * neighbours + k] = Math.sqrt(open[p]!)
      close(times[p]!)
    }
  })
  return distances
}

/**
 * Where on an attractor a state is, in [0, 1): k / p nearest to the k-th of the p states of a cycle; else the angle about
 * the mean in the plane of the two leading components, in turns. 0 for fixed points, unbounded orbits, and n = 1.
 * h: n values.
 */
export function phaseOf({ period, points, plane }: Attractor, h: Float32Array): number {
  const n = h.length
  if (period > 0) return kNearest(points, period, n, 1, h).indices[0]! / period
  if (plane === undefined || n < 2) return 0
  const [u, v] = projectTop(h, plane.centre, plane.axes, 2)
  const turns = atan2(v!, u!) / (2 * Math.PI)
  return turns < 0 ? Math.min(turns + 1, 1 - Number.EPSILON / 2) : turns
}
