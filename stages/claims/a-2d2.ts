import { every } from "../../artifacts/leaf.ts"
import { attractors } from "../../schemas/attractors.ts"
import { dimension } from "../../schemas/dimension.ts"
import { lyapunov } from "../../schemas/lyapunov.ts"
import { readout } from "../../schemas/readout.ts"
import { isNetwork, le1Of, tEval } from "../leaves/clusters.ts"
import { above, atLeast, bySeed, claim, medianOf, nearlyAll, type Part, pairs, shareOf, strongChaos } from "./claim.ts"
import { accuracyAt, attractorsOf, edAt } from "./measures.ts"

/** Exponent from which on a network counts as chaotic, nats a step. */
const chaotic = 0.05
/** Accuracy at t_eval, and what must be lost of it by the late step. */
const separated = 0.99
const lost = 0.05
const late = 30
/** The dimension is compared between these steps: just after t_eval, and when mixing has begun. */
const [compressed, mixing] = [11, 15]

export default claim({
  id: "A-2d2",
  title: "d = 200, strongly chaotic: chaos separates the classes by t_eval, and mixes them again afterwards",
  study: "clusters",
  source: import.meta.url,
  gathers: {
    lyapunov: every(lyapunov, isNetwork),
    readout: every(readout, isNetwork),
    dimension: every(dimension, isNetwork),
    attractors: every(attractors, isNetwork),
  },
  judge: ({ lyapunov, readout, dimension, attractors }) => {
    const network = { d: 200, ...strongChaos, trained: true }
    const exponents = [...bySeed(lyapunov, network, le1Of).values()]
    const accuracies = bySeed(readout, network, accuracyAt(tEval))
    const losses = pairs(accuracies, bySeed(readout, network, accuracyAt(late)), (a, b) => a - b)
    const ed = (t: number) => bySeed(dimension, network, edAt(t))
    const rises = pairs(ed(mixing), ed(compressed), (later, earlier) => later - earlier)
    const ends = [...bySeed(attractors, network, attractorsOf).values()]

    const inMost = (part: string, what: string, found: readonly number[], satisfies: (value: number) => boolean) => ({
      part,
      quantity: `share of seeds with ${what}`,
      ...shareOf(found, satisfies),
      ...atLeast(nearlyAll),
    })
    return [
      inMost("chaotic", `a largest Lyapunov exponent > ${chaotic} nats a step`, exponents, (le1) => le1 > chaotic),
      inMost("separated", `test accuracy >= ${separated} at t = 10`, [...accuracies.values()], (a) => a >= separated),
      inMost(
        "mixed",
        `test accuracy lower by >= ${lost} at t = ${late} than at t = 10`,
        losses,
        (loss) => loss >= lost,
      ),
      {
        ...medianOf("spreading", `ED at t = ${mixing} less that at t = ${compressed}`, rises),
        ...above(0),
      },
      medianOf("median LE1", "the largest Lyapunov exponent, nats a step", exponents),
      medianOf("median loss", `test accuracy at t = 10 less that at t = ${late}`, losses),
      medianOf(
        "attractors",
        "the number of attractors on which the states end",
        ends.map(({ length }) => length),
      ),
      medianOf(
        "purity",
        "the share of states that end where their class is the commonest",
        ends.map(
          (found) =>
            found.reduce((sum, { members, purity }) => sum + members * purity, 0) /
            found.reduce((sum, { members }) => sum + members, 0),
        ),
      ),
    ] satisfies Part[]
  },
})
