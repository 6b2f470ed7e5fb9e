import { every } from "../../artifacts/leaf.ts"
import { dimension } from "../../schemas/dimension.ts"
import { isNetwork } from "../leaves/clusters.ts"
import { median } from "../numerics/quantiles.ts"
import { atMost, bySeed, claim, compression, pointwise, strongChaos, within } from "./claim.ts"
import { edCurve } from "./measures.ts"

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
    const curves = bySeed(dimension, { d: 2, ...strongChaos, trained: true }, edCurve(last))
    const n = curves.size
    const curve = pointwise([...curves.values()], median)
    return [
      {
        part: "peak",
        quantity: `step of the largest median ED over t = 0..${last}`,
        value: curve?.indexOf(Math.max(...curve)),
        n,
        ...within(6, 8),
      },
      {
        part: "compression",
        quantity: `median ED at t = ${compressed} / its maximum up to then; ∞ where all states coincide`,
        // Up to there: of a dimension that goes on rising afterwards, the end is no compression.
        value: curve && compression(curve[compressed]!, Math.max(...curve.slice(0, compressed + 1))),
        n,
        ...atMost(0.7),
      },
    ]
  },
})
