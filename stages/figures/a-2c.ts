import { isPlanar } from "./networks.ts"
import { overTime } from "./over-time.ts"
import { heldOutAccuracy } from "./probe-accuracy.ts"

/** Generalisation to held-out clusters over t, for high-dimensional inputs: at chance before training, perfect after. */
export default overTime({
  ...heldOutAccuracy,
  id: "A-2c",
  title: "Generalisation to held-out clusters: high-dimensional inputs",
  source: import.meta.url,
  dimensions: { shown: (d) => !isPlanar(d), order: "descending" },
  inPaper: new Map([[200, "Fig. 2c"]]),
})
