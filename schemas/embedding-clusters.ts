import { float64, int32, table, utf8 } from "./table.ts"

export const embeddingClusters = table("embedding-clusters", {
  doc: "which classes make up the clusters of an embedding, and whether they still are together at its last step",
  format: "parquet",
  columns: {
    method: utf8("`umap` or `t-sne`"),
    t: int32("step", { unit: "steps" }),
    cluster: int32("rank by size, from 0; -1 for all points together"),
    label: int32("class"),
    points: int32("points in the cluster, of whatever class"),
    members: int32("points in the cluster that are of this class"),
    oddsRatio: float64(
      "odds of the class in the cluster over its odds among all other points, ½ added to each of the four counts; 1 where there are no others",
    ),
    kept: float64(
      "share of these members of which more than half of the nearest neighbours at the last step are of their class; 0 without members",
    ),
  },
})
