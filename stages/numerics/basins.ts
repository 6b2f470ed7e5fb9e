/** Which end states of a map lie on the same attractor. */
import { type Attractor, type AttractorOptions, attractorOf } from "./attractors.ts"
import { gatherRows } from "./frames.ts"
import { eachDistanceRow } from "./nearest-neighbours.ts"
import { median } from "./quantiles.ts"
import { areNear, orbitOf } from "./recurrence.ts"
import type { TangentMap } from "./tangent-map.ts"

/** States late on N orbits, N × length × n, row-major, in order of time; each orbit's last state is its end. */
export interface Trails {
  readonly values: Float32Array
  readonly length: number
}

export interface Basins {
  /** In the order of their first ends. */
  readonly attractors: readonly Attractor[]
  /** Attractor of each end, N values. */
  readonly of: Int32Array
}

/** States of an orbit that are compared with an attractor. */
const compared = 64

/**
 * Sorts the ends by attractor. The first end without one is followed for `o.orbit` more steps; unless that orbit is on an
 * attractor known already, it is a new one, and takes all trails that lie on it. Yields the share of ends sorted.
 */
export function* basinsOf(map: TangentMap, trails: Trails, o: AttractorOptions): Generator<number, Basins> {
  const { n } = map
  const width = trails.length * n
  const of = new Int32Array(trails.values.length / width).fill(-1)
  const attractors: Attractor[] = []
  for (let i = 0; i < of.length; i++) {
    if (of[i]! >= 0) continue
    const orbit = orbitOf(map, trails.values.subarray((i + 1) * width - n, (i + 1) * width), o.orbit)
    const trail = spread(Float32Array.from(orbit), n)
    of[i] = attractors.findIndex((known) => areOn(known, trail, n, o)[0])
    if (of[i]! < 0) {
      const found = attractorOf(map, orbit, o)
      of[i] = attractors.push(found) - 1
      const open = Array.from(of, (_, j) => j).filter((j) => of[j]! < 0)
      const on = areOn(found, { ...trails, values: gatherRows(trails.values, width, open) }, n, o)
      open.forEach((j, at) => {
        if (on[at]) of[j] = of[i]!
      })
    }
    yield of.reduce((sorted, a) => sorted + (a >= 0 ? 1 : 0), 0) / of.length
  }
  return { attractors, of }
}

/** One trail of states evenly spaced over an orbit, up to its last. */
function spread(orbit: Float32Array, n: number): Trails {
  const states = orbit.length / n
  const length = Math.min(compared, states)
  const chosen = Array.from({ length }, (_, s) => Math.floor(((s + 1) * states) / length) - 1)
  return { values: gatherRows(orbit, n, chosen), length }
}

/**
 * Which trails lie on an attractor, by the median m of their states' distances to its nearest points. With a period, m is
 * within the tolerance. Without one, m is as the distance of its own points to one another: not larger, and not smaller
 * as at the centre of a cloud; and the trail does not come back to its end, as it would on a cycle within that cloud.
 * Those of an unbounded orbit are not finite.
 */
function areOn(attractor: Attractor, trails: Trails, n: number, { tolerance }: AttractorOptions): boolean[] {
  const { values, length } = trails
  const { kind, period, points, spacing } = attractor
  const ends = Array.from({ length: values.length / (length * n) }, (_, i) => (i + 1) * length - 1)
  if (kind === "unbounded") return ends.map((end) => !Number.isFinite(values[end * n]))
  const nearest = new Float64Array(values.length / n)
  eachDistanceRow(points, points.length / n, n, values, (q, row) => {
    nearest[q] = Math.sqrt(row.reduce((least, square) => Math.min(least, square), Number.POSITIVE_INFINITY))
  })
  return ends.map((end) => {
    const m = median(nearest.subarray(end - length + 1, end + 1))
    if (period > 0) return m <= tolerance
    if (!(m >= spacing[0] && m <= Math.max(tolerance, spacing[1]))) return false
    for (let state = end - length + 1; state < end; state++)
      if (areNear(values, state * n, end * n, n, tolerance)) return false
    return true
  })
}

/**
 * Of an odd map, F(-h) = -F(h): the attractor that is minus attractor `a`; itself if it is symmetric, -1 if no end lies on
 * it.
 */
export function mirrorOf(attractors: readonly Attractor[], a: number, n: number, o: AttractorOptions): number {
  const { kind, points } = attractors[a]!
  if (kind === "unbounded") return a
  const trail = spread(
    points.map((value) => -value),
    n,
  )
  return attractors.findIndex((other) => other.kind !== "unbounded" && areOn(other, trail, n, o)[0])
}
