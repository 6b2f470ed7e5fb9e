/** Which end states of a map lie on the same attractor. */
import { type Attractor, type AttractorOptions, attractorOf } from "./attractors.ts"
import { gatherRows } from "./frames.ts"
import { eachDistanceRow } from "./nearest-neighbours.ts"
import { median } from "./quantiles.ts"
import { areNear, leastAt, orbitOf } from "./recurrence.ts"
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
 * Which trails lie on an attractor, by the median m of their states' distances from it. Of cycles and curves m is within
 * the tolerance. Of the others m is no larger than the distances of their own points to one another, and of chaos no
 * smaller either: the centre of a cloud of many dimensions is nearer to its points than they are to one another. A trail
 * that comes back to its end is on a cycle within the cloud. Trails of unbounded orbits are not finite.
 */
function areOn(attractor: Attractor, trails: Trails, n: number, { tolerance }: AttractorOptions): boolean[] {
  const { values, length } = trails
  const { kind, period, points, spacing } = attractor
  const ends = Array.from({ length: values.length / (length * n) }, (_, i) => (i + 1) * length - 1)
  if (kind === "unbounded") return ends.map((end) => !Number.isFinite(values[end * n]))
  const distanceOf = kind === "curve" ? distanceFromCurve(points, n) : nearest
  const distances = new Float64Array(values.length / n)
  eachDistanceRow(points, points.length / n, n, values, (state, row) => {
    distances[state] = distanceOf(row)
  })
  return ends.map((end) => {
    const m = median(distances.subarray(end - length + 1, end + 1))
    if (period > 0 || kind === "curve") return m <= tolerance
    if (kind !== "chaos") return m <= Math.max(tolerance, spacing[1])
    if (!(m >= spacing[0] && m <= spacing[1])) return false
    for (let state = end - length + 1; state < end; state++)
      if (areNear(values, state * n, end * n, n, tolerance)) return false
    return true
  })
}

/** Distance of a state to its nearest point; row: squared distances to all. */
const nearest = (row: Float64Array): number => Math.sqrt(row[leastAt(row)]!)

/** A curve may bow out from the chord of two points by this share of it, ... */
const bow = 1 / 20
/** ... and chords are no longer than this share of the curve's diameter. */
const longestChord = 1 / 4

/**
 * Distance of a state from a closed curve through points, from its squared distances to them. An orbit near a resonance
 * fills its curve slowly and leaves gaps: a state x in a gap lies beside the chord from its nearest point a to the nearest
 * point b on the other side, |ab|² >= |xa|² + |xb|², and its distance is what its height over the chord exceeds the bow by.
 */
function distanceFromCurve(points: Float32Array, n: number): (row: Float64Array) => number {
  const m = points.length / n
  const squares = new Float64Array(m * m)
  eachDistanceRow(points, m, n, points, (p, row) => squares.set(row, p * m))
  const longest = longestChord * longestChord * squares.reduce((most, square) => Math.max(most, square), 0)
  return (row) => {
    const a = leastAt(row)
    let b = -1
    for (let p = 0; p < m; p++) {
      const chord = squares[a * m + p]!
      if (chord >= row[a]! + row[p]! && chord <= longest && (b < 0 || row[p]! < row[b]!)) b = p
    }
    if (b < 0) return Math.sqrt(row[a]!)
    const chord = Math.sqrt(squares[a * m + b]!)
    const foot = (row[a]! - row[b]! + chord * chord) / (2 * chord)
    return Math.max(0, Math.sqrt(Math.max(0, row[a]! - foot * foot)) - bow * chord)
  }
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
