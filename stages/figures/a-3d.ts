import { effectiveDimension } from "./effective-dimension.ts"
import { isPlanar } from "./networks.ts"
import { overTime } from "./over-time.ts"

/** ED of two-dimensional inputs over t: a strongly chaotic network expands them, and compresses them once trained. */
export default overTime({
  ...effectiveDimension,
  id: "A-3d",
  title: "Effective dimensionality over time: two-dimensional inputs",
  source: import.meta.url,
  dimensions: { shown: isPlanar, order: "descending" },
  inPaper: new Map([[2, "Fig. 3d"]]),
})
