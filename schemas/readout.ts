import { float64, int32, table } from "./table.ts"

export const readout = table("readout", {
  doc: "accuracy of the network's own readout by what it was shown",
  format: "parquet",
  columns: {
    rowsShown: int32("input rows shown", { unit: "steps" }),
    blankSteps: int32("steps with zero input after them", { unit: "steps" }),
    t: int32("step at which the output is read, from 0", { unit: "steps" }),
    accuracy: float64("share of points classified right"),
    loss: float64("mean cross-entropy", { unit: "nats" }),
  },
})
