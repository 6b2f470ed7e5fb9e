import { float64, int32, table } from "./table.ts"

export const learning = table("learning", {
  doc: "how well saved networks tell the classes of points, by epoch",
  format: "parquet",
  columns: {
    epoch: int32("epochs of training done", { unit: "epochs" }),
    points: int32("points looked at"),
    loss: float64("mean softmax cross-entropy at the last step", { unit: "nats" }),
    accuracy: float64("share of the points classified right at the last step"),
  },
})
