import { every } from "../../artifacts/leaf.ts"
import { geometry } from "../../schemas/geometry.ts"
import { isNetwork } from "../leaves/clusters.ts"
import { atLeast, bySeed, claim, medianOf, nearlyAll, type Part, pairs, regimes, shareOf } from "./claim.ts"
import { geometryAtEval } from "./measures.ts"

/** What training does to each mean distance of two points. */
const distances = [
  { part: "between", of: "of different classes", verb: "grows", changed: (ratio: number) => ratio > 1 },
  { part: "within", of: "of one class", verb: "shrinks", changed: (ratio: number) => ratio < 1 },
] as const

export default claim({
  id: "A-2dist",
  title: "d = 200: the dimension drops because training moves the classes apart and makes each of them tighter",
  study: "clusters",
  source: import.meta.url,
  gathers: { geometry: every(geometry, isNetwork) },
  judge: ({ geometry }) =>
    regimes.flatMap(({ g }) => {
      const [before, after] = [false, true].map((trained) => bySeed(geometry, { d: 200, g, trained }, geometryAtEval))
      return distances.flatMap(({ part, of, verb, changed }): Part[] => {
        const ratios = pairs(after!, before!, (a, b) => a[part] / b[part])
        const distance = `the mean distance of two points ${of} at t = 10`
        return [
          {
            part: `g = ${g}, ${part}`,
            quantity: `share of seeds in which ${distance} ${verb} by training`,
            ...shareOf(ratios, changed),
            ...atLeast(nearlyAll),
          },
          medianOf(`g = ${g}, ${part}, ratio`, `${distance}, after / before training`, ratios),
        ]
      })
    }),
})
