import { every } from "../../artifacts/leaf.ts"
import { probes } from "../../schemas/probes.ts"
import { tEval } from "../leaves/clusters.ts"
import { mean } from "../numerics/quantiles.ts"
import { bySeed, claim, regimes, within } from "./claim.ts"
import { heldOutCurve } from "./measures.ts"
import { ofSetting } from "./variants.ts"

/**
 * Negative control of A-2c, which the paper does not have: there the network has learnt the labels of the clusters that
 * logistic regression is kept from. Labels are random, so where the network never saw these clusters either, nobody can
 * tell their classes. Split 0 is the one that holds out the clusters which the network was kept from.
 */
export default claim({
  id: "A-2strict",
  title: "d = 200: clusters that are kept out of training altogether are classified at chance",
  study: "clusters",
  source: import.meta.url,
  gathers: { probes: every(probes, ofSetting({ strict: true }, { d: 200, trained: true })) },
  judge: ({ probes }) =>
    regimes.map(({ g }) => {
      const found = bySeed(probes, { d: 200, g, trained: true }, (one) => heldOutCurve(tEval)(one)?.[tEval])
      return {
        part: `g = ${g}`,
        quantity: "mean over seeds of the accuracy of logistic regression on held-out clusters at t = 10",
        value: mean([...found.values()]),
        n: found.size,
        ...within(0.35, 0.65),
      }
    }),
})
