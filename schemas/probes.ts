import { bool, float64, int32, table, utf8 } from "./table.ts"

export const probes = table("probes", {
  doc: "how well a reader of the hidden states tells the classes, by step",
  format: "parquet",
  columns: {
    probe: utf8(
      "`train`: logistic regression on its own points; `holdout`: on clusters or points kept out; `knn`: nearest neighbours, on split 0; `readout`: the network’s own, on all points and on those of split 0 kept out",
    ),
    t: int32("step", { unit: "steps" }),
    C: float64("inverse strength of the L2 penalty; 0 where there is none"),
    split: int32("index of the split; -1 where all points serve"),
    accuracy: float64("share of points classified right"),
    iterations: int32("iterations of the optimiser"),
    gradientNorm: float64("largest absolute component of the gradient at the end"),
    converged: bool("whether the optimality bound was met"),
    margin: float64("smallest signed margin over the points, in units of the weight norm; 0 where it does not apply"),
  },
})
