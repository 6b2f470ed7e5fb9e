import { int32, table, vector } from "./table.ts"

/** A network at chosen epochs; epoch 0 is the network before training. h_t = φ(R h_{t-1} + U x_t + b1), o_t = W h_t + b2. */
export const weights = table("weights", {
  doc: "weights of one network, one saved epoch a row",
  format: "arrow",
  columns: {
    epoch: int32("epochs of training done", { unit: "epochs" }),
    R: vector("recurrent weights, from unit j to unit i at i·n + j", { unit: "n × n" }),
    U: vector("input weights", { unit: "n × d" }),
    W: vector("output weights", { unit: "classes × n" }),
    b1: vector("bias of the units", { unit: "n" }),
    b2: vector("bias of the outputs", { unit: "classes" }),
  },
})
