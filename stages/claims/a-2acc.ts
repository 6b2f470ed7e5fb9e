import { every } from "../../artifacts/leaf.ts"
import { readout } from "../../schemas/readout.ts"
import { isNetwork, tEval } from "../leaves/clusters.ts"
import { median } from "../numerics/quantiles.ts"
import { atLeast, bySeed, claim, equalTo, regimes } from "./claim.ts"
import { accuracyAt } from "./measures.ts"

export default claim({
  id: "A-2acc",
  title: "d = 200: both networks reach perfect test accuracy",
  study: "clusters",
  source: import.meta.url,
  gathers: { readout: every(readout, isNetwork) },
  judge: ({ readout }) =>
    regimes.flatMap(({ g }) => {
      const accuracies = [...bySeed(readout, { d: 200, g, trained: true }, accuracyAt(tEval)).values()]
      const told = { quantity: "test accuracy on fresh samples at t = 10", n: accuracies.length }
      return [
        { part: `g = ${g}, median`, ...told, value: median(accuracies), ...equalTo(1) },
        { part: `g = ${g}, worst`, ...told, value: Math.min(...accuracies), ...atLeast(0.99) },
      ]
    }),
})
