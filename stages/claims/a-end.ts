import { every } from "../../artifacts/leaf.ts"
import { dimension } from "../../schemas/dimension.ts"
import { median } from "../numerics/quantiles.ts"
import { bySeed, claim, isNetwork, labelledBy, regimes, tEval } from "./claim.ts"
import { edAt } from "./measures.ts"

const hasOtherClusters = labelledBy("d", "g", "seed", "trained", "clusters")

/** Inputs of d dimensions in K clusters; without K, as many as at the baseline, which has no such label. */
const tasks: readonly { readonly d: number; readonly K?: number }[] = [
  { d: 200 },
  { d: 2 },
  { d: 2, K: 40 },
  { d: 2, K: 120 },
  { d: 2, K: 240 },
]

/** The paper says that dimension is as low as simple class boundaries allow, and sets no bar: nor is one set here. */
export default claim({
  id: "A-end",
  title: "trained networks keep the dimension that the classes need",
  study: "clusters",
  source: import.meta.url,
  gathers: { dimension: every(dimension, (labels) => isNetwork(labels) || hasOtherClusters(labels)) },
  judge: ({ dimension }) =>
    tasks.flatMap(({ d, K }) =>
      regimes.map(({ g }) => {
        const tables = dimension.filter(({ labels }) => labels.clusters === K)
        const found = [...bySeed(tables, { d, g, trained: true }, edAt(tEval)).values()]
        const clusters = K === undefined ? "as many clusters as the study has, 60 in the paper" : `${K} clusters`
        return {
          part: K === undefined ? `d = ${d}, g = ${g}` : `d = ${d}, K = ${K}, g = ${g}`,
          quantity: `median over seeds of ED at t = 10 after training, ${clusters}`,
          value: median(found),
          n: found.length,
        }
      }),
    ),
})
