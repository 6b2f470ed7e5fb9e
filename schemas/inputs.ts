import { float64, int32, table, utf8 } from "./table.ts"

export const inputs = table("inputs", {
  doc: "what the points of a classification task are like, a set of points a row",
  format: "parquet",
  columns: {
    set: utf8("`centres` of the clusters, or the points at which states are measured, `evaluation`"),
    points: int32("number of points"),
    width: int32("numbers a point is shown in all", { unit: "steps × d" }),
    classes: int32("number of classes"),
    smallestClass: int32("points of the smallest class"),
    largestClass: int32("points of the largest class"),
    extent: float64("largest |x| of a coordinate"),
    nearest: float64("smallest distance of two points of different clusters; 0 with a single cluster"),
    ed: float64("effective dimensionality (Σλ)² / Σλ², the participation ratio"),
    rank: int32("directions in which the points differ: λ above 1e-10 of the largest"),
  },
})
