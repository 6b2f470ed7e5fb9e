import { bool, float64, int32, table } from "./table.ts"

export const geometry = table("geometry", {
  doc: "geometry of the classes, and intrinsic dimension of all states, by step",
  format: "parquet",
  columns: {
    t: int32("step", { unit: "steps" }),
    points: int32("number of points"),
    within: float64("mean distance of two points of one class"),
    between: float64("mean distance of two points of different classes"),
    gap: float64("smallest distance of two points of different classes"),
    silhouette: float64("mean silhouette of the classes in the plane of the two leading components, in [-1, 1]"),
    separation: float64(
      "linear discriminants in that plane: mean share η² of their scatter that lies between the classes, in [0, 1]; Fisher's ratio is η² / (1 - η²)",
    ),
    twoNN: float64("intrinsic dimension by two nearest neighbours; 0 if not estimated"),
    mle: float64("intrinsic dimension by maximum likelihood over k nearest neighbours; 0 if not estimated"),
    duplicates: int32("points left out of the intrinsic dimension because they equal another"),
    estimated: bool("whether there were enough distinct points for the intrinsic dimension"),
  },
})
