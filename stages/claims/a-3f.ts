import { every } from "../../artifacts/leaf.ts"
import { probes } from "../../schemas/probes.ts"
import { toRows } from "../../schemas/table.ts"
import { isNetwork, tEval } from "../leaves/clusters.ts"
import { mean } from "../numerics/quantiles.ts"
import { atLeast, bySeed, claim, edgeOfChaos, type Part, regimes, strongChaos } from "./claim.ts"
import { heldOutCurve } from "./measures.ts"

export default claim({
  id: "A-3f",
  title: "d = 2: the strongly chaotic network generalises to held-out clusters",
  study: "clusters",
  source: import.meta.url,
  gathers: { probes: every(probes, isNetwork) },
  judge: ({ probes }): Part[] => {
    const fixed = ({ g }: { g: number }) => {
      const accuracies = [...bySeed(probes, { d: 2, g, trained: true }, heldOutCurve(tEval)).values()].map(
        (curve) => curve[tEval]!,
      )
      return { value: mean(accuracies), n: accuracies.length }
    }
    /** Mean over the random splits of a network; they cover more clusters than the fixed one. */
    const random = ({ g }: { g: number }) => {
      const accuracies = [
        ...bySeed(probes, { d: 2, g, trained: true }, ({ value }) => {
          const rows = toRows(value).filter(({ probe, split, t }) => probe === "holdout" && split > 0 && t === tEval)
          return rows.length > 0 ? mean(rows.map(({ accuracy }) => accuracy)) : undefined
        }).values(),
      ]
      return { value: mean(accuracies), n: accuracies.length }
    }
    const quantity = "mean over seeds of the accuracy of logistic regression on held-out clusters at t = 10"
    return [
      { part: "g = 250", quantity, ...fixed(strongChaos), ...atLeast(0.95) },
      { part: "g = 20", quantity, ...fixed(edgeOfChaos) },
      ...regimes.map((regime) => ({
        part: `g = ${regime.g}, random splits`,
        quantity: `${quantity}, mean over random splits`,
        ...random(regime),
      })),
    ]
  },
})
