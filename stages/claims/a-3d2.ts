import { every } from "../../artifacts/leaf.ts"
import { dimension } from "../../schemas/dimension.ts"
import { toRows } from "../../schemas/table.ts"
import { median } from "../numerics/quantiles.ts"
import { bySeed, claim, curveOf, isNetwork, pointwise } from "./claim.ts"

/** Last step that is looked at, and the one by which the dimension has come down. */
const last = 15
const compressed = 11

export default claim({
  id: "A-3d2",
  title: "d = 2: the strongly chaotic network expands to t = 7, then compresses to t = 11",
  study: "clusters",
  source: import.meta.url,
  gathers: { dimension: every(dimension, isNetwork) },
  judge: ({ dimension }) => {
    const curves = bySeed(dimension, { d: 2, g: 250, trained: true }, ({ value }) => {
      const whole = toRows(value).filter(({ label }) => label === -1)
      return curveOf(whole, last, ({ ed }) => ed)
    })
    const n = curves.size
    const curve = pointwise([...curves.values()], median)
    return [
      {
        part: "peak",
        quantity: "step of the largest median ED",
        criterion: "in {6, 7, 8}",
        value: curve?.indexOf(Math.max(...curve)),
        n,
        holds: (value) => value >= 6 && value <= 8,
      },
      {
        part: "compression",
        // Up to there: of a dimension that goes on rising afterwards, the end is no compression.
        quantity: "median ED at t = 11 / its maximum up to then",
        criterion: "<= .7",
        value: curve && curve[compressed]! / Math.max(...curve.slice(0, compressed + 1)),
        n,
        holds: (value) => value <= 0.7,
      },
    ]
  },
})
