import { float64, int32, table, utf8 } from "./table.ts"

export const information = table("information", {
  doc: "mutual information of the class with where a point ends, without input",
  format: "parquet",
  columns: {
    variable: utf8(
      "`attractor`; `attractor-mod-sign`: h and -h count as one; `attractor-and-phase`; `phase`: beyond what the attractor tells",
    ),
    values: int32("values that the variable takes: of `attractor` the number of attractors"),
    points: int32("number of points"),
    bits: float64("mutual information of the observed frequencies, which is too large by chance", { unit: "bits" }),
    corrected: float64(
      "the same less the bias after Miller and Madow, which is not all of it where values are many; may be below 0",
      { unit: "bits" },
    ),
    chance: float64("mean over shuffles of the classes, of which the bias can be subtracted too", { unit: "bits" }),
    chanceSd: float64("standard deviation over these shuffles", { unit: "bits" }),
    entropy: float64("entropy of the class, of `phase` that which the attractor leaves: the upper bound", {
      unit: "bits",
    }),
  },
})
