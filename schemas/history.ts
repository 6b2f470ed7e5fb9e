import { float64, int32, table } from "./table.ts"

export const history = table("history", {
  doc: "training by epoch",
  format: "parquet",
  columns: {
    epoch: int32("epochs done", { unit: "epochs" }),
    loss: float64("mean loss over the updates of the epoch; at epoch 0 the validation loss"),
    validationLoss: float64("mean loss on the validation points after the epoch"),
    validationAccuracy: float64("share of validation points classified right after the epoch"),
    learningRate: float64("learning rate during the epoch"),
    skipped: int32("updates left out because the float32 loss of the batch was exactly 0"),
  },
})
