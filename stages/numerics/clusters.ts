/**
 * The clusters task: points around K centres in d dimensions. Matrices are row-major, one point a row.
 * Source: Farrell, Recanatesi, Lajoie & Shea-Brown 2019, section 2 (task) and its public parameters.
 */
import { pow } from "./elementary.ts"
import type { RandomStream } from "./random.ts"

/**
 * Least distance between two centres for noise of standard deviation σ in d ≥ 1 dimensions:
 * σ (0.59943537 (d-1)^0.57832581 + 4.891638480163717), in units of σ. Grows with d as the noise's own radius does.
 */
export const minimumSeparation = (sigma: number, d: number): number =>
  sigma * (0.59943537 * pow(d - 1, 0.57832581) + 4.891638480163717)

export interface CentresWanted {
  readonly clusters: number
  readonly d: number
  /** Centres lie in [-halfWidth, halfWidth]^d. */
  readonly halfWidth: number
  /** Least Euclidean distance between two centres. */
  readonly separation: number
  readonly random: RandomStream
  /** Draws allowed in all, accepted or not. */
  readonly maxTries: number
}

/** `centres` is clusters × d. When the tries ran out, `count` centres had been placed. */
export type Centres =
  | { readonly placed: true; readonly centres: Float64Array }
  | { readonly placed: false; readonly count: number; readonly tries: number }

/** Draws centres uniformly in the hypercube and accepts those far enough from every earlier one. */
export function placeCentres(wanted: CentresWanted): Centres {
  const { clusters, d, halfWidth, separation, random, maxTries } = wanted
  const centres = new Float64Array(clusters * d)
  let count = 0
  for (let tries = 0; tries < maxTries && count < clusters; tries++) {
    const candidate = centres.subarray(count * d, (count + 1) * d)
    random.fillUniform(candidate, -halfWidth, halfWidth)
    if (isFarFromAll(candidate, centres.subarray(0, count * d), separation)) count++
  }
  return count === clusters ? { placed: true, centres } : { placed: false, count, tries: maxTries }
}

function isFarFromAll(candidate: Float64Array, earlier: Float64Array, separation: number): boolean {
  const d = candidate.length
  for (let start = 0; start < earlier.length; start += d) {
    let squared = 0
    for (let j = 0; j < d; j++) {
      const difference = candidate[j]! - earlier[start + j]!
      squared += difference * difference
    }
    if (squared < separation * separation) return false
  }
  return true
}

/** Label of cluster i is i mod `classes`, so that class sizes differ by at most one. */
export const evenLabels = (clusters: number, classes: number): Int32Array =>
  Int32Array.from({ length: clusters }, (_, i) => i % classes)

/**
 * Cluster of each of `count` draws, in random order. Every cluster comes ⌊count/clusters⌋ or ⌈count/clusters⌉ times;
 * which ones come once more is random.
 */
export function drawEvenly(count: number, clusters: number, random: RandomStream): Int32Array {
  const order = random.permutation(clusters)
  const draws = Int32Array.from({ length: count }, (_, i) => order[i % clusters]!)
  random.shuffle(draws)
  return draws
}

/**
 * One point for each of `indices`: its centre plus N(0, σ² I_d), written to `out` (indices.length × d, float32).
 * `centres` is clusters × d. RangeError unless `out` has a whole number of columns and every index names a centre.
 */
export function drawAround(
  centres: Float64Array,
  indices: Int32Array,
  sigma: number,
  random: RandomStream,
  out: Float32Array,
): void {
  const d = out.length / indices.length
  if (indices.length > 0 && !Number.isInteger(d))
    throw new RangeError(`${out.length} values for ${indices.length} points`)
  random.fillNormal(out, 0, sigma)
  for (let i = 0; i < indices.length; i++) {
    const start = indices[i]! * d
    if (start < 0 || start + d > centres.length) throw new RangeError(`cluster ${indices[i]} has no centre`)
    for (let j = 0; j < d; j++) out[i * d + j]! += centres[start + j]!
  }
}
