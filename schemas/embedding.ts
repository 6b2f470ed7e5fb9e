import { float64, int32, table, utf8 } from "./table.ts"

export const embedding = table("embedding", {
  doc: "hidden states in two dimensions",
  format: "parquet",
  columns: {
    method: utf8("`umap` or `t-sne`"),
    t: int32("step", { unit: "steps" }),
    point: int32("index of the point"),
    label: int32("class of the point"),
    x: float64("first coordinate"),
    y: float64("second coordinate"),
  },
})
