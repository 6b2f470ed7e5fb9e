import { every } from "../../artifacts/leaf.ts"
import { dimension } from "../../schemas/dimension.ts"
import { isNetwork, tEval } from "../leaves/clusters.ts"
import { below, bySeed, claim, compression, medianOf, pairs, regimes } from "./claim.ts"
import { edAt } from "./measures.ts"

/** The edge of chaos must compress more. */
const bounds = { 20: 0.1, 250: 0.3 } as const

export default claim({
  id: "A-2b2",
  title: "d = 200: training compresses the representation at t_eval",
  study: "clusters",
  source: import.meta.url,
  gathers: { dimension: every(dimension, isNetwork) },
  judge: ({ dimension }) =>
    regimes.map(({ g }) => {
      const edOf = (trained: boolean) => bySeed(dimension, { d: 200, g, trained }, edAt(tEval))
      const ratios = pairs(edOf(true), edOf(false), compression)
      const quantity = "ED after / before training at t = 10; ∞ where all states coincide after it"
      return { ...medianOf(`g = ${g}`, quantity, ratios), ...below(bounds[g]) }
    }),
})
