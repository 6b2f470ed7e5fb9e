import { float64, int32, table } from "./table.ts"

export const blanks = table("blanks", {
  doc: "how many points the network has seen nothing of yet, by step and class",
  format: "parquet",
  columns: {
    t: int32("step", { unit: "steps" }),
    label: int32("class of the points; -1 for all points together"),
    points: int32("number of points"),
    zeroStates: float64("share of points whose hidden state is exactly zero"),
    blankInputs: float64("share of points whose input rows up to this step are all zero"),
  },
})
