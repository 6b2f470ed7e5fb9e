import { rows } from "../leaves/smnist.ts"
import { readerAccuracy } from "./reader-accuracy.ts"
import { stepOf } from "./sequential.ts"

/**
 * The structure of the states stays for some time, but the output layer can read them at the trained step alone (Horoi et
 * al. 2020, low-dimensional dynamics, abstract): the curves of B-info, from where they end.
 */
export default readerAccuracy({
  id: "C-1",
  title: "Who can tell the digit from the state, while the dynamics drift without input",
  source: import.meta.url,
  at: (t) => (stepOf(t) >= rows ? stepOf(t) - rows : undefined),
  steps: `rows with t >= ${rows - 1}`,
  axis: `blank rows k after step ${rows} (square-root scale)`,
  xName: "k",
  x: { type: "sqrt" },
})
