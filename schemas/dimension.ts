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
