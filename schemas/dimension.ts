import { float64, int32, table } from "./table.ts"

export const dimension = table("dimension", {
  doc: "dimension of the hidden states by step",
  format: "parquet",
  columns: {
    t: int32("step", { unit: "steps" }),
    label: int32("class of the points; -1 for all points together"),
    points: int32("number of points"),
    ed: float64("effective dimensionality (Σλ)² / Σλ², the participation ratio"),
    edCorrected: float64("participation ratio corrected for the finite number of points"),
    pca90: int32("leading principal components that explain 90 % of the variance"),
    variance: float64("total variance, the trace of the covariance"),
  },
})
