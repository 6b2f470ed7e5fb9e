import { isNearEdge, isPlanar } from "./networks.ts"
import { pcFrames } from "./pc-frames.ts"

/** States of high-dimensional inputs over t, in networks that started strongly chaotic. */
export default pcFrames({
  id: "A-2e",
  title: "Trained, initially strongly chaotic networks: states of high-dimensional inputs over time",
  source: import.meta.url,
  shows: ({ d, g }) => !isPlanar(d) && !isNearEdge(g),
})
