import { embeddingFigure } from "./embedding-frames.ts"

/** The sharpest clusters, at the step at which the digit is read (Horoi et al. 2020, Fig. 6). */
export default embeddingFigure({
  id: "B-6",
  title: "Hidden states after all 28 rows",
  source: import.meta.url,
  steps: [28],
})
