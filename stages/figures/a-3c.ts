import { isPlanar } from "./networks.ts"
import { pcFrames } from "./pc-frames.ts"

/** States of two-dimensional inputs over t: the gains below each other, the one nearest the edge of chaos on top. */
export default pcFrames({
  id: "A-3c",
  title: "Trained networks: states of two-dimensional inputs over time",
  source: import.meta.url,
  shows: ({ d }) => isPlanar(d),
})
