import { every } from "../../artifacts/leaf.ts"
import { probes } from "../../schemas/probes.ts"
import { isNetwork, tEval } from "../leaves/clusters.ts"
import { mean, spearman } from "../numerics/quantiles.ts"
import { atLeast, bySeed, claim, type Part, pointwise, regimes, within } from "./claim.ts"
import { heldOutCurve } from "./measures.ts"

export default claim({
  id: "A-2c",
  title: "d = 200: untrained networks do not generalise to held-out clusters; trained ones do, rising to perfect",
  study: "clusters",
  source: import.meta.url,
  gathers: { probes: every(probes, isNetwork) },
  judge: ({ probes }) =>
    regimes.flatMap(({ g }): Part[] => {
      /** Mean over the seeds of the accuracy on held-out clusters, by t = 0..10. */
      const meanCurve = (trained: boolean) => {
        const found = bySeed(probes, { d: 200, g, trained }, heldOutCurve(tEval))
        return { n: found.size, curve: pointwise([...found.values()], mean) }
      }
      const before = meanCurve(false)
      const after = meanCurve(true)
      // The ties of a curve that stays at its maximum would cap the rank correlation below any bound: at .86 for a curve
      // that is perfect from t = 4 on. It is taken over the rise, to the first step at the maximum.
      const rise = after.curve?.slice(0, after.curve.indexOf(Math.max(...after.curve)) + 1)
      const quantity = "mean accuracy of logistic regression on held-out clusters"
      const furthest = before.curve?.reduce((worst, a) => (Math.abs(a - 0.5) > Math.abs(worst - 0.5) ? a : worst))
      return [
        {
          part: `g = ${g}, before`,
          quantity: `${quantity}, furthest from 1/2 over t = 0..10`,
          value: furthest,
          n: before.n,
          ...within(0.35, 0.65),
        },
        {
          part: `g = ${g}, after`,
          quantity: `${quantity} at t = 10`,
          value: after.curve?.[tEval],
          n: after.n,
          ...atLeast(0.98),
        },
        {
          part: `g = ${g}, rising`,
          quantity: `Spearman of t and ${quantity}, from t = 0 to its first maximum`,
          value: rise && spearman([...rise.keys()], rise),
          n: after.n,
          ...atLeast(0.9),
        },
      ]
    }),
})
