/** Orbits of maps, and when they come back. */
import type { Points } from "./nearest-neighbours.ts"
import type { TangentMap } from "./tangent-map.ts"

/** h, F(h), F²(h), … from `start`, which is not changed: `count` states, count × n, row-major. */
export function orbitOf(map: TangentMap, start: ArrayLike<number>, count: number): Float64Array {
  const { n } = map
  const h = Float64Array.from(start)
  const orbit = new Float64Array(count * n)
  const none = new Float64Array(0)
  for (let t = 0; t < count; t++) {
    orbit.set(h, t * n)
    map.advance(h, none)
  }
  return orbit
}

/**
 * Smallest period p ≤ maxPeriod of an orbit's later half: every p-th state before the last one, back to the middle, lies
 * within `tolerance` of it, and the first of them so near that no drift could lead out of the tolerance in as many returns
 * as the half has steps: a rotation by nearly a fraction of a turn has no period. 0 if there is none; at least four returns
 * are asked for. orbit: states × n, row-major; 1 means a fixed point.
 */
export function periodOf(orbit: Float64Array, n: number, maxPeriod: number, tolerance: number): number {
  const last = orbit.length / n - 1
  const half = Math.floor(last / 2)
  const isBack = (steps: number, within: number) => areNear(orbit, last * n, (last - steps) * n, n, within)
  for (let p = 1; p <= Math.min(maxPeriod, half / 4); p++) {
    if (!isBack(p, tolerance / half)) continue
    let steps = 2 * p
    while (steps <= half && isBack(steps, tolerance)) steps += p
    if (steps > half) return p
  }
  return 0
}

/** Whether the n values from `a` and from `b` on lie within a Euclidean distance. */
export function areNear(values: Points, a: number, b: number, n: number, within: number): boolean {
  let square = 0
  for (let j = 0; j < n && square <= within * within; j++) {
    const difference = values[a + j]! - values[b + j]!
    square += difference * difference
  }
  return square <= within * within
}

/** Position of the least of some values, the first of equal ones. */
export function leastAt(values: Float64Array): number {
  let at = 0
  for (let p = 1; p < values.length; p++) if (values[p]! < values[at]!) at = p
  return at
}
