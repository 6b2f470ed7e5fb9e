import { every } from "../../artifacts/leaf.ts"
import { probes } from "../../schemas/probes.ts"
import { isNetwork, tEval } from "../leaves/clusters.ts"
import { mean } from "../numerics/quantiles.ts"
import { above, atLeast, bySeed, claim, edgeOfChaos, type Part, pairs, pointwise, strongChaos } from "./claim.ts"
import { trainingFits } from "./measures.ts"

/** First step from which chaos must help before training: earlier states are close to the inputs. */
const first = 3

export default claim({
  id: "A-3e",
  title: "d = 2: the strongly chaotic network makes the classes linearly separable",
  study: "clusters",
  source: import.meta.url,
  gathers: { probes: every(probes, isNetwork) },
  judge: ({ probes }): Part[] => {
    /** Training accuracy of logistic regression, C = 1, by t = 0..10. */
    const curves = ({ g }: { g: number }, trained: boolean) =>
      bySeed(probes, { d: 2, g, trained }, (one) => trainingFits(tEval)(one)?.map(({ accuracy }) => accuracy))
    const after = (regime: { g: number }) => [...curves(regime, true).values()].map((curve) => curve[tEval]!)
    const gaps = pairs(curves(strongChaos, false), curves(edgeOfChaos, false), (sc, eoc) =>
      sc.map((accuracy, t) => accuracy - eoc[t]!),
    )
    const gap = pointwise(gaps, mean)
    const quantity = "mean over seeds of the training accuracy of logistic regression (C = 1) at t = 10"
    const [strong, edge] = [after(strongChaos), after(edgeOfChaos)]
    return [
      { part: "after", quantity: `${quantity}, g = 250`, value: mean(strong), n: strong.length, ...atLeast(0.99) },
      {
        part: "before",
        quantity: `mean over seeds of that accuracy for g = 250 less that for g = 20, its smallest over t = ${first}..10, before training`,
        value: gap && Math.min(...gap.slice(first)),
        n: gaps.length,
        ...above(0),
      },
      { part: "after, g = 20", quantity: `${quantity}, g = 20`, value: mean(edge), n: edge.length },
    ]
  },
})
