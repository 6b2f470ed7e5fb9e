import { every } from "../../artifacts/leaf.ts"
import { dimension } from "../../schemas/dimension.ts"
import { isNetwork, tEval } from "../leaves/clusters.ts"
import {
  atLeast,
  bySeed,
  claim,
  edgeOfChaos,
  excess,
  medianOf,
  nearlyAll,
  pairs,
  shareOf,
  strongChaos,
} from "./claim.ts"
import { edAt } from "./measures.ts"

export default claim({
  id: "A-2b4",
  title: "d = 200: the strongly chaotic network compresses less than that at the edge of chaos",
  study: "clusters",
  source: import.meta.url,
  gathers: { dimension: every(dimension, isNetwork) },
  judge: ({ dimension }) => {
    const edOf = (regime: { g: number }) => bySeed(dimension, { d: 200, ...regime, trained: true }, edAt(tEval))
    const ratios = pairs(edOf(strongChaos), edOf(edgeOfChaos), excess)
    return [
      {
        part: "g = 250 above g = 20",
        quantity: "share of seeds with a larger ED at t = 10 for g = 250 than for g = 20, after training",
        ...shareOf(ratios, (ratio) => ratio > 1),
        ...atLeast(nearlyAll),
      },
      medianOf("ratio", "ED at t = 10 for g = 250 / that for g = 20, after training", ratios),
    ]
  },
})
