import { every } from "../../artifacts/leaf.ts"
import { readout } from "../../schemas/readout.ts"
import { toRows } from "../../schemas/table.ts"
import { median } from "../numerics/quantiles.ts"
import { bySeed, claim, isNetwork, regimes, tEval } from "./claim.ts"

export default claim({
  id: "A-2acc",
  title: "d = 200: both networks reach perfect test accuracy",
  study: "clusters",
  source: import.meta.url,
  gathers: { readout: every(readout, isNetwork) },
  judge: ({ readout }) =>
    regimes.flatMap(({ g }) => {
      const found = bySeed(
        readout,
        { d: 200, g, trained: true },
        ({ value }) => toRows(value).find(({ t }) => t === tEval)?.accuracy,
      )
      const accuracies = [...found.values()]
      const n = accuracies.length
      const quantity = "test accuracy on fresh samples at t = 10"
      return [
        {
          part: `g = ${g}, median`,
          quantity,
          criterion: "median = 1",
          value: median(accuracies),
          n,
          holds: (value: number) => value === 1,
        },
        {
          part: `g = ${g}, worst`,
          quantity,
          criterion: "min >= .99",
          value: Math.min(...accuracies),
          n,
          holds: (value: number) => value >= 0.99,
        },
      ]
    }),
})
