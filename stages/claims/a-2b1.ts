import { every } from "../../artifacts/leaf.ts"
import { dimension } from "../../schemas/dimension.ts"
import { inputs } from "../../schemas/inputs.ts"
import { toRows } from "../../schemas/table.ts"
import { isNetwork, isTask } from "../leaves/clusters.ts"
import { atMost, bySeed, claim, medianOf, pairs, regimes } from "./claim.ts"
import { edAt } from "./measures.ts"

/** Deviations allowed; on a plane the nonlinearity bends more of what there is. */
const tasks = [
  { d: 200, bound: 0.05 },
  { d: 2, bound: 0.2 },
]

export default claim({
  id: "A-2b1",
  title: "at t = 0 the dimension of trained networks is about that of their inputs",
  study: "clusters",
  source: import.meta.url,
  gathers: { dimension: every(dimension, isNetwork), inputs: every(inputs, isTask) },
  judge: ({ dimension, inputs }) =>
    tasks.flatMap(({ d, bound }) => {
      const edOfInputs = bySeed(inputs, { d }, ({ value }) => toRows(value).find(({ set }) => set === "evaluation")?.ed)
      return regimes.map(({ g }) => {
        const edAtStart = bySeed(dimension, { d, g, trained: true }, edAt(0))
        const deviations = pairs(edAtStart, edOfInputs, (h, x) => Math.abs(h / x - 1))
        const quantity = "|ED of the states at t = 0 / ED of the inputs - 1|"
        return { ...medianOf(`d = ${d}, g = ${g}`, quantity, deviations), ...atMost(bound) }
      })
    }),
})
