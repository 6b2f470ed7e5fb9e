import { embeddingFigure } from "./embedding-frames.ts"

/** Clusters by digit as early as step 4 (Horoi et al. 2020, Fig. 4), when most of an image is still to come. */
export default embeddingFigure({
  id: "B-4",
  title: "Hidden states after 4 of 28 rows",
  source: import.meta.url,
  steps: [4],
})
