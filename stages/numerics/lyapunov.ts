/** Lyapunov exponents: mean rates at which small differences grow along an orbit. */
import { log } from "./elementary.ts"
import { type Linear, openLinear } from "./linear/linear.ts"
import { sd } from "./quantiles.ts"
import { stream } from "./random.ts"
import type { TangentMap } from "./tangent-map.ts"

export interface LyapunovOptions {
  /** Number of exponents, 1 ≤ k ≤ n, from the largest down. */
  readonly k: number
  /** Steps left out, in which the orbit settles on its attractor and the frame on its directions. */
  readonly transient: number
  /** Steps averaged over. */
  readonly steps: number
  /** Steps from one orthonormalisation to the next; the result depends on it by rounding alone. */
  readonly interval: number
  /** Blocks of consecutive steps whose means give the standard errors. */
  readonly blocks: number
}

/** Of one orbit, nats a step. */
export interface LyapunovSpectrum {
  /** k values, in the order of the frame: descending, but for nearly equal ones. */
  readonly exponents: Float64Array
  /** Standard deviation of the block means / √blocks; 0 for a single block. k values. */
  readonly standardErrors: Float64Array
}

/** ln of the smallest normal float64, in place of -∞: a direction that a singular Jacobian sends to 0. */
export const lowestLog = -708.3964185322641

let opened: Linear | undefined

/**
 * Memory for the frame of one orbit at a time, the maps in between having theirs: k vectors of n numbers, and three more
 * that stay zero.
 */
function reserveFrame(k: number, n: number): Frame {
  opened ??= openLinear()
  const { vectors } = opened.reserve({ vectors: (k + 3) * n })
  vectors.fill(0)
  const rows = Array.from({ length: k }, (_, i) => vectors.subarray(i * n, (i + 1) * n))
  return { Q: vectors.subarray(0, k * n), rows, kernels: opened.kernels }
}

/** k vectors of n numbers, the rows of Q, in the memory of the kernels. */
interface Frame extends Pick<Linear, "kernels"> {
  readonly Q: Float64Array
  /** Views of each. */
  readonly rows: readonly Float64Array[]
}

/**
 * The k largest Lyapunov exponents λ_i = lim (1/T) Σ_t ln r_ii(t) by repeated orthonormalisation: a frame Q of k vectors
 * is carried along, J Q = Q' r, with Q' orthonormal and r triangular (Benettin, Galgani, Giorgilli & Strelcyn 1980, part
 * 2; Shimada & Nagashima 1979). The r of one orthonormalisation after `interval` steps is the product of those of every
 * step, so that the interval changes no sum.
 *
 * start: n values, not changed. The frame starts from fixed random directions. A direction that vanishes to rounding,
 * or to a length below 1e-145, counts as `lowestLog` for the interval and is replaced: short intervals resolve exponents
 * that lie far apart, beyond 36 nats an interval none does. Numbers that overflow make exponents that are not finite. Throws
 * RangeError unless 1 ≤ k ≤ n and 1 ≤ blocks ≤ steps.
 */
export function lyapunovSpectrum(map: TangentMap, start: Float64Array, o: LyapunovOptions): LyapunovSpectrum {
  const { n } = map
  if (!(o.k >= 1 && o.k <= n)) throw new RangeError(`${o.k} exponents of a map of ${n} coordinates`)
  if (!(o.blocks >= 1 && o.blocks <= o.steps)) throw new RangeError(`${o.blocks} blocks of ${o.steps} steps`)
  const h = start.slice()
  const frame = reserveFrame(o.k, n)
  stream(0, "lyapunov", "frame").fillNormal(frame.Q, 0, 1)
  orthonormalise(frame, new Float64Array(o.k))

  /** Adds the growth over `count` steps to `growth`. */
  const carry = (count: number, growth: Float64Array): void => {
    for (let t = 1; t <= count; t++) {
      map.advance(h, frame.Q)
      if (t % o.interval === 0 || t === count) orthonormalise(frame, growth)
    }
  }
  carry(o.transient, new Float64Array(o.k))
  const total = new Float64Array(o.k)
  const means: Float64Array[] = []
  for (let b = 0, done = 0; b < o.blocks; b++) {
    const count = Math.floor(((b + 1) * o.steps) / o.blocks) - done
    const growth = new Float64Array(o.k)
    carry(count, growth)
    done += count
    means.push(growth.map((sum) => sum / count))
    growth.forEach((sum, i) => {
      total[i]! += sum
    })
  }
  const errorOf = (_: number, i: number) => sd(means.map((block) => block[i]!)) / Math.sqrt(o.blocks)
  return {
    exponents: total.map((sum) => sum / o.steps),
    standardErrors: o.blocks > 1 ? total.map(errorOf) : new Float64Array(o.k),
  }
}

/** Squares of shorter vectors' coordinates leave the normal numbers, and with them the norm its digits. */
const shortest = 1e-145

/** A vector whose norm falls below this share when its part along the others is taken away is orthogonalised again. */
const cancelled = 0.5

/**
 * Orthonormalises the rows of Q in turn and adds the logarithms of the triangular factor's diagonal to `growth`, by the
 * modified Gram-Schmidt method, with a second pass where digits cancel (Daniel, Gragg, Kaufman & Stewart 1976). Each
 * finished row is taken out of all that follow: the same operations on every row as if the earlier ones were taken out of
 * it in its turn, and independent of one another. growth: k.
 */
function orthonormalise({ Q, rows, kernels }: Frame, growth: Float64Array): void {
  const n = Q.length / rows.length
  const before = rows.map(norm)
  rows.forEach((v, i) => {
    let length = norm(v)
    const lost = Number.isFinite(length) && length <= Math.max(Number.EPSILON * before[i]!, shortest)
    growth[i]! += lost ? lowestLog : log(length)
    // A direction that is lost goes on as a unit vector that the earlier rows do not span.
    for (let j = 0; lost && !(length * length * n > 0.5); j++) {
      v.fill(0)
      v[j] = 1
      removeEarlier(Q, i, v)
      length = norm(v)
    }
    scale(v, 1 / length)
    if (lost || length < cancelled * before[i]!) {
      removeEarlier(Q, i, v)
      scale(v, 1 / norm(v))
    }
    kernels.removeFromFollowing(v.byteOffset, n, rows.length - 1 - i)
  })
}

/** v ← v - Σ_j (q_j · v) q_j over the rows j < i of Q, one after the other. */
function removeEarlier(Q: Float64Array, i: number, v: Float64Array): void {
  const n = v.length
  for (let row = 0; row < i * n; row += n) {
    let product = 0
    for (let j = 0; j < n; j++) product += Q[row + j]! * v[j]!
    for (let j = 0; j < n; j++) v[j]! -= product * Q[row + j]!
  }
}

function norm(v: Float64Array): number {
  let sum = 0
  for (let j = 0; j < v.length; j++) sum += v[j]! * v[j]!
  return Math.sqrt(sum)
}

function scale(v: Float64Array, factor: number): void {
  for (let j = 0; j < v.length; j++) v[j]! *= factor
}

/** Dimension of an attractor by its exponents. */
export interface KaplanYorke {
  readonly dimension: number
  /** false where the exponents given are too few: the dimension then is at least their number. */
  readonly exact: boolean
}

/**
 * Kaplan-Yorke (Lyapunov) dimension D = j + (λ_1 + … + λ_j) / |λ_{j+1}| with the largest j for which the sum is not
 * negative (Kaplan & Yorke 1979). exponents: descending, all or the first of n. 0 if λ_1 < 0, n if all n together are not
 * negative.
 */
export function kaplanYorke(exponents: ArrayLike<number>, n: number): KaplanYorke {
  let sum = 0
  for (let j = 0; j < exponents.length; j++) {
    const next = sum + exponents[j]!
    if (next < 0) return { dimension: j + sum / -exponents[j]!, exact: true }
    sum = next
  }
  return { dimension: exponents.length, exact: exponents.length === n }
}
