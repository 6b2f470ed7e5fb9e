import { float64, int32, table } from "./table.ts"

export const snapshots = table("snapshots", {
  doc: "points in the plane of the two leading principal components, refitted at each step",
  format: "parquet",
  columns: {
    t: int32("step", { unit: "steps" }),
    point: int32("index of the point"),
    label: int32("class of the point"),
    pc1: float64("coordinate on the first component; sign matched to the step before"),
    pc2: float64("coordinate on the second component; sign matched to the step before"),
  },
})
