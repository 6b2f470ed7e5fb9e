import { float64, int32, table, vector } from "./table.ts"

/** With the weights of the last epoch, all that training needs to go on with the same bits as if it had not ended. */
export const checkpoint = table("checkpoint", {
  doc: "state of the optimizer and of the schedule after the last epoch, one moment a row",
  format: "arrow",
  columns: {
    moment: int32("rmsprop: 0 the mean square, 1 the momentum; adam: 0 the mean, 1 the mean square"),
    updates: int32("updates done"),
    learningRate: float64("learning rate of the next epoch"),
    best: float64("schedule: least validation loss that was progress; infinite before any"),
    waited: int32("schedule: epochs without progress since", { unit: "epochs" }),
    R: vector("moment of the recurrent weights; zeros for what is not trained", { unit: "n × n" }),
    U: vector("moment of the input weights", { unit: "n × d" }),
    W: vector("moment of the output weights", { unit: "classes × n" }),
    b1: vector("moment of the bias of the units", { unit: "n" }),
    b2: vector("moment of the bias of the outputs", { unit: "classes" }),
  },
})
