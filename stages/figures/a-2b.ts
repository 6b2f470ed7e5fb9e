import { effectiveDimension } from "./effective-dimension.ts"
import { isPlanar } from "./networks.ts"
import { overTime } from "./over-time.ts"

/** ED of high-dimensional inputs over t: it falls, and training makes it fall further. */
export default overTime({
  ...effectiveDimension,
  id: "A-2b",
  title: "Effective dimensionality over time: high-dimensional inputs",
  source: import.meta.url,
  dimensions: { shown: (d) => !isPlanar(d), order: "descending" },
  inPaper: new Map([[200, "Fig. 2b"]]),
})
