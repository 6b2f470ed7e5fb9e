import { every } from "../../artifacts/leaf.ts"
import { dimension } from "../../schemas/dimension.ts"
import { readout } from "../../schemas/readout.ts"
import { tEval } from "../leaves/clusters.ts"
import { median } from "../numerics/quantiles.ts"
import { atLeast, bySeed, claim, edgeOfChaos, excess, strongChaos } from "./claim.ts"
import { accuracyAt, edCurve } from "./measures.ts"
import { ofSetting } from "./variants.ts"

const mse = { loss: "mse" }
const edge = { d: 2, ...edgeOfChaos, trained: true }
const strong = { d: 2, ...strongChaos, trained: true }
/** Last step of the curves of ED. */
const last = 11

export default claim({
  id: "A-3mse",
  title: "d = 2: trained on the mean squared error, the network at the edge of chaos can expand and solve the task",
  study: "clusters",
  source: import.meta.url,
  gathers: {
    readout: every(readout, ofSetting(mse, { d: 2, trained: true })),
    dimension: every(dimension, ofSetting(mse, edge)),
  },
  judge: ({ readout, dimension }) => {
    const quantity = "median over seeds of test accuracy on fresh samples at t = 10"
    const [atEdge, inChaos] = [edge, strong].map((of) => [...bySeed(readout, of, accuracyAt(tEval)).values()])
    const expansions = [...bySeed(dimension, edge, edCurve(last)).values()].map((ed) => excess(Math.max(...ed), ed[0]!))
    return [
      { part: "g = 20, accuracy", quantity, value: median(atEdge!), n: atEdge!.length, ...atLeast(0.95) },
      {
        part: "g = 20, expansion",
        quantity: "median over seeds of the largest ED of t = 0..11 / ED at t = 0",
        value: median(expansions),
        n: expansions.length,
      },
      { part: "g = 250, accuracy", quantity, value: median(inChaos!), n: inChaos!.length },
    ]
  },
})
