import { overTime } from "./over-time.ts"
import { trainingAccuracy } from "./probe-accuracy.ts"

/** Linear separability over t. The paper draws it for two-dimensional inputs, and says that it is perfect for d = n. */
export default overTime({
  ...trainingAccuracy,
  id: "A-3e",
  title: "Training accuracy of logistic regression over time",
  source: import.meta.url,
  dimensions: { shown: () => true, order: "ascending" },
  inPaper: new Map([
    [2, "Fig. 3e"],
    [200, "section 2, not shown"],
  ]),
})
