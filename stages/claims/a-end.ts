import { every } from "../../artifacts/leaf.ts"
import { dimension } from "../../schemas/dimension.ts"
import { tEval } from "../leaves/clusters.ts"
import { bySeed, claim, medianOf, regimes } from "./claim.ts"
import { edAt } from "./measures.ts"
import { at, ofSettings } from "./variants.ts"

/** Inputs of d dimensions in K clusters; without K, as many as at the baseline, which has no such label. */
const tasks: readonly { readonly d: number; readonly K?: number }[] = [
  { d: 200 },
  { d: 2 },
  { d: 2, K: 40 },
  { d: 2, K: 120 },
  { d: 2, K: 240 },
]
const settingOf = (K: number | undefined) => (K === undefined ? {} : { clusters: K })

/** The paper says that dimension is as low as simple class boundaries allow, and sets no bar: nor is one set here. */
export default claim({
  id: "A-end",
  title: "trained networks keep the dimension that the classes need",
  study: "clusters",
  source: import.meta.url,
  gathers: { dimension: every(dimension, ofSettings(tasks.map(({ K }) => settingOf(K)))) },
  judge: ({ dimension }) =>
    tasks.flatMap(({ d, K }) =>
      regimes.map(({ g }) => {
        const found = bySeed(at(dimension, settingOf(K)), { d, g, trained: true }, edAt(tEval))
        const clusters = K === undefined ? "as many clusters as the study has, 60 in the paper" : `${K} clusters`
        return medianOf(
          K === undefined ? `d = ${d}, g = ${g}` : `d = ${d}, K = ${K}, g = ${g}`,
          `ED at t = 10 after training, ${clusters}`,
          [...found.values()],
        )
      }),
    ),
})
