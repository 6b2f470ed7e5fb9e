import { every } from "../../artifacts/leaf.ts"
import { dimension } from "../../schemas/dimension.ts"
import { below, claim, medianOf, regimes } from "./claim.ts"
import { compressions, ofSetting } from "./variants.ts"

/** As with cross-entropy: the edge of chaos must compress more. */
const bounds = { 20: 0.1, 250: 0.3 } as const

export default claim({
  id: "A-2mse",
  title: "d = 200: training on the mean squared error compresses the representation too",
  study: "clusters",
  source: import.meta.url,
  gathers: { dimension: every(dimension, ofSetting({ loss: "mse" }, { d: 200 })) },
  judge: ({ dimension }) =>
    regimes.map(({ g }) => {
      const ratios = compressions(dimension, { d: 200, g })
      return { ...medianOf(`g = ${g}`, "ED after / before training at t = 10", ratios), ...below(bounds[g]) }
    }),
})
