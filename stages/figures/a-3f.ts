import { isPlanar } from "./networks.ts"
import { overTime } from "./over-time.ts"
import { heldOutAccuracy } from "./probe-accuracy.ts"

/** Generalisation to held-out clusters over t, for two-dimensional inputs. */
export default overTime({
  ...heldOutAccuracy,
  id: "A-3f",
  title: "Generalisation to held-out clusters: two-dimensional inputs",
  source: import.meta.url,
  dimensions: { shown: isPlanar, order: "descending" },
  inPaper: new Map([[2, "Fig. 3f"]]),
})
