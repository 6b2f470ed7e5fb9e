import { int32, table, vector } from "./table.ts"

/** Hidden states, ordered by step, then by point: every step has the same points. */
export const states = table("states", {
  doc: "hidden states h_t of the recorded points at the recorded steps",
  format: "arrow",
  frames: "t",
  columns: {
    t: int32("step: number of updates after the first", { unit: "steps" }),
    point: int32("index of the point in its table"),
    label: int32("class of the point"),
    cluster: int32("cluster of the point"),
    prediction: int32("class with the largest output o_t of the network's own readout"),
    h: vector("hidden state h_t", { unit: "n" }),
  },
})
