import { embeddingFigure } from "./embedding-frames.ts"

/** Sharper clusters on the way (Horoi et al. 2020, Fig. 5); the text does not say at which step. */
export default embeddingFigure({
  id: "B-5",
  title: "Hidden states after 10 and 16 of 28 rows",
  source: import.meta.url,
  steps: [10, 16],
})
