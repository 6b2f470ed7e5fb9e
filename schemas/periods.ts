import { float64, int32, table, utf8 } from "./table.ts"

export const periods = table("periods", {
  doc: "period of the network without input, told in three ways, one a row",
  format: "parquet",
  columns: {
    method: utf8(
      "`accuracy`: autocorrelation of the readout's accuracy over blank rows; `recurrence`: of the states themselves; `eigenvalue`: 2π/|arg λ| of the leading complex pair of R",
    ),
    period: float64("period, the median over orbits; 0 if there is none", { unit: "steps" }),
    low: float64("lower quartile over orbits; the period where there is one value", { unit: "steps" }),
    high: float64("upper quartile over orbits; the period where there is one value", { unit: "steps" }),
    strength: float64(
      "height of the largest peak of the autocorrelation, at most 1, the median over orbits; |λ| of the pair over the largest |λ|; 0 if there is none",
    ),
    lag: int32("lag of that peak, the median over orbits: may be a multiple of the period; 0 of eigenvalues", {
      unit: "steps",
    }),
    n: int32("accuracies, orbits or eigenvalues"),
    share: float64("share of the orbits that have a period; 1 or 0 where there is one value"),
  },
})
