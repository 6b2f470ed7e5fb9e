import { every } from "../../artifacts/leaf.ts"
import { dimension } from "../../schemas/dimension.ts"
import { toRows } from "../../schemas/table.ts"
import { spearman } from "../numerics/quantiles.ts"
import { bySeed, claim, curveOf, isNetwork, regimes, tEval } from "./claim.ts"

/** Share of the realisations in which the dimension must fall: 27 of 30. */
const share = 0.9

export default claim({
  id: "A-2b3",
  title: "d = 200: the dimension of trained networks falls with t",
  study: "clusters",
  source: import.meta.url,
  gathers: { dimension: every(dimension, isNetwork) },
  judge: ({ dimension }) =>
    regimes.map(({ g }) => {
      const correlations = [
        ...bySeed(dimension, { d: 200, g, trained: true }, ({ value }) => {
          const whole = toRows(value).filter(({ label }) => label === -1)
          const curve = curveOf(whole, tEval, ({ ed }) => ed)
          return curve && spearman([...curve.keys()], curve)
        }).values(),
      ]
      const n = correlations.length
      return {
        part: `g = ${g}`,
        quantity: "share of seeds with Spearman(t, ED) <= -.95 over t = 0..10",
        criterion: ">= 27/30",
        // A constant curve has no rank correlation, and does not fall.
        value: correlations.filter((rho) => rho <= -0.95).length / n,
        n,
        holds: (value: number) => value >= share,
      }
    }),
})
