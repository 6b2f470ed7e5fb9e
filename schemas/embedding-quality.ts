import { float64, int32, table, utf8 } from "./table.ts"

export const embeddingQuality = table("embedding-quality", {
  doc: "what an embedding keeps, in numbers",
  format: "parquet",
  columns: {
    method: utf8("`umap` or `t-sne`"),
    t: int32("step", { unit: "steps" }),
    points: int32("number of points"),
    purityFull: float64("mean share of the same class among the 15 nearest neighbours in the full space"),
    purityEmbedded: float64("the same in the embedding"),
    trustworthiness: float64("trustworthiness at 15 neighbours"),
    objective: float64("final value of the method's objective; 0 where the method does not report one"),
  },
})
