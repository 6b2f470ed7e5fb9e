import { float64, int32, table } from "./table.ts"

export const spectrum = table("spectrum", {
  doc: "spectrum of the covariance of all points by step",
  format: "parquet",
  columns: {
    t: int32("step", { unit: "steps" }),
    component: int32("principal component, from 0"),
    variance: float64("eigenvalue λ of the covariance"),
    share: float64("share of the total variance"),
  },
})
