import { rows } from "../leaves/smnist.ts"
import { readerAccuracy } from "./reader-accuracy.ts"
import { stepOf } from "./sequential.ts"

/**
 * Early states tell the digit, but not to the output layer (Horoi et al. 2020, section 4): readers refitted at each step
 * against the network's own, and against the same readers of an untrained network and of the image rows so far.
 */
export default readerAccuracy({
  id: "B-info",
  title: "Who can tell the digit from the state, while the image is read",
  source: import.meta.url,
  at: (t) => (stepOf(t) <= rows ? stepOf(t) : undefined),
  steps: `rows with t < ${rows}`,
  axis: "rows read",
  xName: "step",
  x: { domain: [1, rows] },
  ticks: [1, 4, 8, 12, 16, 20, 24, 28],
})
