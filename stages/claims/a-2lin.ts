import { every } from "../../artifacts/leaf.ts"
import { dimension } from "../../schemas/dimension.ts"
import { below, claim, edgeOfChaos, medianOf } from "./claim.ts"
import { compressions, ofSetting } from "./variants.ts"

/** Linear units diverge at the gain of strong chaos, so the claim is about the edge of chaos alone. */
const of = { d: 200, ...edgeOfChaos }

export default claim({
  id: "A-2lin",
  title: "d = 200: training compresses the representation of linear units too",
  study: "clusters",
  source: import.meta.url,
  gathers: { dimension: every(dimension, ofSetting({ activation: "identity" }, of)) },
  judge: ({ dimension }) => {
    const quantity = "ED after / before training at t = 10"
    return [{ ...medianOf(`g = ${of.g}`, quantity, compressions(dimension, of)), ...below(0.3) }]
  },
})
