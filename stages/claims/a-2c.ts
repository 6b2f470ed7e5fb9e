import { every } from "../../artifacts/leaf.ts"
import { probes } from "../../schemas/probes.ts"
import { toRows } from "../../schemas/table.ts"
import { mean, spearman } from "../numerics/quantiles.ts"
import { bySeed, claim, isNetwork, type Part, regimes } from "./claim.ts"

/** Step at which the loss reads the output. */
const tEval = 10

export default claim({
  id: "A-2c",
  title: "d = 200: untrained networks do not generalise to held-out clusters; trained ones do, rising to perfect",
  study: "clusters",
  source: import.meta.url,
  gathers: { probes: every(probes, isNetwork) },
  judge: ({ probes }) =>
    regimes.flatMap(({ g }): Part[] => {
      /** Mean over the seeds of the accuracy on held-out clusters, by t = 0..10. */
      const curveOf = (trained: boolean) => {
        const at = (step: number) => [
          ...bySeed(
            probes,
            { d: 200, g, trained },
            ({ value }) =>
              toRows(value).find(({ probe, t, split }) => probe === "holdout" && split === 0 && t === step)?.accuracy,
          ).values(),
        ]
        const curves = Array.from({ length: tEval + 1 }, (_, t) => at(t))
        return { n: curves[0]!.length, curve: curves.every((of) => of.length > 0) ? curves.map(mean) : undefined }
      }
      const before = curveOf(false)
      const after = curveOf(true)
      const steps = Array.from({ length: tEval + 1 }, (_, t) => t)
      const quantity = "mean accuracy of logistic regression on held-out clusters"
      const furthest = before.curve?.reduce((worst, a) => (Math.abs(a - 0.5) > Math.abs(worst - 0.5) ? a : worst))
      return [
        {
          part: `g = ${g}, before`,
          quantity: `${quantity}, furthest from 1/2 over t = 0..10`,
          criterion: "in [.35, .65]",
          value: furthest,
          n: before.n,
          holds: (value) => value >= 0.35 && value <= 0.65,
        },
        {
          part: `g = ${g}, after`,
          quantity: `${quantity} at t = 10`,
          criterion: ">= .98",
          value: after.curve?.[tEval],
          n: after.n,
          holds: (value) => value >= 0.98,
        },
        {
          part: `g = ${g}, rising`,
          quantity: `Spearman of t and ${quantity}`,
          criterion: ">= .9",
          value: after.curve && spearman(steps, after.curve),
          n: after.n,
          holds: (value) => value >= 0.9,
        },
      ]
    }),
})
