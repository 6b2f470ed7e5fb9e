/** Entropy and mutual information of whole numbers, from how often they occur. */
import { log } from "./elementary.ts"
import { positionsOf } from "./frames.ts"
import type { RandomStream } from "./random.ts"

/** A random variable's values at N points. */
type Values = Int32Array

/** 0, 1, … for the distinct pairs (a_i, b_i). */
export function pairsOf(a: Values, b: Values): Values {
  const codes = new Map<string, number>()
  return a.map((value, i) => {
    const pair = `${value},${b[i]}`
    const code = codes.get(pair) ?? codes.size
    codes.set(pair, code)
    return code
  })
}

/** Entropy of the observed frequencies, -Σ p ln p, and the number of distinct values. */
export function entropy(x: Values): { readonly nats: number; readonly values: number } {
  const counts = new Map<number, number>()
  for (const value of x) counts.set(value, (counts.get(value) ?? 0) + 1)
  // In ascending order, so that the order of the points does not count.
  const sorted = Float64Array.from(counts.values()).sort()
  let nats = 0
  for (const count of sorted) nats -= (count / x.length) * log(count / x.length)
  return { nats, values: counts.size }
}

export interface Information {
  /** Of the observed frequencies, in nats, >= 0 but for rounding. */
  readonly nats: number
  /** The same less its bias to first order in 1/N. */
  readonly corrected: number
  /** Entropy of x given z in nats, the upper bound. */
  readonly entropy: number
}

/**
 * Mutual information of x and y given z, I = H(x,z) + H(y,z) - H(x,y,z) - H(z). Each entropy of K occupied values is too
 * small by (K - 1) / 2N on average (Miller 1955, Madow's correction), so that of independent variables I is too large.
 *
 * x, y, z: N values each; z all equal gives the plain I(x; y). RangeError when the lengths differ, or for no points.
 */
export function mutualInformation(x: Values, y: Values, z: Values): Information {
  const N = x.length
  if (N === 0 || y.length !== N || z.length !== N) throw new RangeError(`${N}, ${y.length} and ${z.length} values`)
  const [xz, yz] = [pairsOf(x, z), pairsOf(y, z)]
  const [a, b, both, given] = [entropy(xz), entropy(yz), entropy(pairsOf(xz, y)), entropy(z)]
  const nats = a.nats + b.nats - both.nats - given.nats
  const bias = (both.values + given.values - a.values - b.values) / (2 * N)
  return { nats, corrected: nats - bias, entropy: a.nats - given.nats }
}

/** x with its values in random order among the points of equal z: what chance alone would tell of it. */
export function shuffledWithin(x: Values, z: Values, random: RandomStream): Values {
  const shuffled = x.slice()
  for (const positions of positionsOf(z).values())
    random.permutation(positions.length).forEach((from, to) => {
      shuffled[positions[to]!] = x[positions[from]!]!
    })
  return shuffled
}
