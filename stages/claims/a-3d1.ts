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
  most,
  type Part,
  pairs,
  shareOf,
  strongChaos,
} from "./claim.ts"
import { edAt, edCurve } from "./measures.ts"

/** Before training the strongly chaotic network has at least so many times the dimension of the other. */
const factor = 2
/** Last step of the curves of the paper. */
const last = 15

export default claim({
  id: "A-3d1",
  title: "d = 2: the strongly chaotic network expands the dimension much more, before and after training",
  study: "clusters",
  source: import.meta.url,
  gathers: { dimension: every(dimension, isNetwork) },
  judge: ({ dimension }): Part[] => {
    const ratios = (trained: boolean, edOf: (one: (typeof dimension)[number]) => number | undefined) => {
      const of = (regime: { g: number }) => bySeed(dimension, { d: 2, ...regime, trained }, edOf)
      return pairs(of(strongChaos), of(edgeOfChaos), excess)
    }
    const before = ratios(false, edAt(tEval))
    const after = ratios(true, (one) => {
      const curve = edCurve(last)(one)
      return curve && Math.max(...curve)
    })
    return [
      {
        part: "before",
        quantity: `share of seeds with ED at t = 10 for g = 250 >= ${factor} times that for g = 20, before training`,
        ...shareOf(before, (ratio) => ratio >= factor),
        ...atLeast(most),
      },
      {
        part: "after",
        quantity: `share of seeds with a larger maximum of ED over t = 0..${last} for g = 250, after training`,
        ...shareOf(after, (ratio) => ratio > 1),
        ...atLeast(most),
      },
      medianOf("before, ratio", "ED at t = 10 for g = 250 / that for g = 20, before training", before),
      medianOf(
        "after, ratio",
        `the maximum of ED over t = 0..${last} for g = 250 / that for g = 20, after training`,
        after,
      ),
    ]
  },
})
