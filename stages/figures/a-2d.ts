import { isNearEdge, isPlanar } from "./networks.ts"
import { pcFrames } from "./pc-frames.ts"

/** States of high-dimensional inputs over t, in networks that started near the edge of chaos. */
export default pcFrames({
  id: "A-2d",
  title: "Trained networks near the edge of chaos: states of high-dimensional inputs over time",
  source: import.meta.url,
  shows: ({ d, g }) => !isPlanar(d) && isNearEdge(g),
})
