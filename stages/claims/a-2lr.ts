import { every } from "../../artifacts/leaf.ts"
import { probes } from "../../schemas/probes.ts"
import { isNetwork } from "../leaves/clusters.ts"
import { median } from "../numerics/quantiles.ts"
import { bySeed, claim, equalTo, type Part, regimes } from "./claim.ts"
import { trainingFits } from "./measures.ts"

/** Step up to which the paper claims it. */
const last = 15
/** A penalty too weak to cost accuracy: tells states that are not separable from a fit that is held back. */
const weak = 1e4

export default claim({
  id: "A-2LR",
  title: "d = 200: logistic regression separates the classes perfectly up to t = 15, before and after training",
  study: "clusters",
  source: import.meta.url,
  gathers: { probes: every(probes, isNetwork) },
  judge: ({ probes }) =>
    regimes.flatMap(({ g }) =>
      [false, true].flatMap((trained): Part[] => {
        /** Worst step of every seed. */
        const worst = (column: "accuracy" | "margin", C: number) =>
          [...bySeed(probes, { d: 200, g, trained }, trainingFits(last, C)).values()].map((fits) =>
            Math.min(...fits.map((fit) => fit[column])),
          )
        const part = `g = ${g}, ${trained ? "after" : "before"}`
        const over = `over seeds and t = 0..${last}`
        const [usual, unpenalised, margins] = [worst("accuracy", 1), worst("accuracy", weak), worst("margin", 1)]
        return [
          {
            part,
            quantity: `smallest training accuracy of logistic regression (C = 1) ${over}`,
            value: Math.min(...usual),
            n: usual.length,
            ...equalTo(1),
          },
          {
            part: `${part}, C = ${weak}`,
            quantity: `smallest training accuracy with nearly no penalty ${over}`,
            value: Math.min(...unpenalised),
            n: unpenalised.length,
          },
          {
            part: `${part}, margin`,
            quantity: `median over seeds of the smallest signed margin over t = 0..${last} (C = 1)`,
            value: median(margins),
            n: margins.length,
          },
        ]
      }),
    ),
})
