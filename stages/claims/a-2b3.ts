import { every } from "../../artifacts/leaf.ts"
import { dimension } from "../../schemas/dimension.ts"
import { isNetwork, tEval } from "../leaves/clusters.ts"
import { spearman } from "../numerics/quantiles.ts"
import { atLeast, bySeed, claim, nearlyAll, regimes, shareOf } from "./claim.ts"
import { edCurve } from "./measures.ts"

/** Rank correlation of t and ED from which on the dimension falls. */
const falling = -0.95

/**
 * An ED of 1.00, to two decimals, is one: a single direction is left, nothing can fall further, and what still changes is
 * close to rounding.
 */
const floor = 1.005

/**
 * Rank correlation of t and ED up to the step from which on ED is 1.00: the ties of a curve that stays at its floor would
 * cap the correlation below any bound, at -.92 for one that is there from t = 5 on. A curve that leaves the floor again is
 * taken whole. NaN of a constant curve, which does not fall, and where all states come to coincide (ED 0), which is no
 * dimension.
 */
function fall(curve: readonly number[]): number {
  if (curve.includes(0)) return Number.NaN
  const raised = curve.map((ed) => Math.max(ed, floor))
  const settled = raised.findLastIndex((ed) => ed > floor) + 1
  const fallen = raised.slice(0, settled + 1)
  return spearman([...fallen.keys()], fallen)
}

export default claim({
  id: "A-2b3",
  title: "d = 200: the dimension of trained networks falls with t",
  study: "clusters",
  source: import.meta.url,
  gathers: { dimension: every(dimension, isNetwork) },
  judge: ({ dimension }) =>
    regimes.map(({ g }) => {
      const falls = [...bySeed(dimension, { d: 200, g, trained: true }, edCurve(tEval)).values()].map(fall)
      return {
        part: `g = ${g}`,
        quantity: `share of seeds with Spearman(t, ED) <= ${falling} over t = 0..10, to where ED stays below ${floor}`,
        ...shareOf(falls, (rho) => rho <= falling),
        ...atLeast(nearlyAll),
      }
    }),
})
