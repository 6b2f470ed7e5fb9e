import { every } from "../../artifacts/leaf.ts"
import { attractors } from "../../schemas/attractors.ts"
import { lyapunov } from "../../schemas/lyapunov.ts"
import type { Row } from "../../schemas/table.ts"
import { isNetwork, le1Of } from "../leaves/clusters.ts"
import { atLeast, bySeed, claim, edgeOfChaos, medianOf, nearlyAll, shareOf } from "./claim.ts"
import { attractorsOf } from "./measures.ts"

/** Share of the states that end on an attractor which must be of one class. */
const pure = 0.99
/** Largest q = ½ |F(h) - h|² of a state at rest. */
const atRest = 1e-8

type Attractor = Row<typeof attractors>
const isFixedPoint = ({ kind }: Attractor) => kind === "fixed-point"

/** What must be true of all that the recorded states of a network end on. States count as one within 1e-3. */
const conditions = {
  "fixed points": {
    quantity: "all states end on two fixed points at most",
    satisfies: (found: readonly Attractor[]) => found.length <= 2 && found.every(isFixedPoint),
  },
  "one a class": {
    quantity: `every class has attractors of its own, each with >= ${pure} of one class`,
    satisfies: (found: readonly Attractor[]) =>
      new Set(found.map(({ label }) => label)).size === 2 && found.every(({ purity }) => purity >= pure),
  },
  "at rest": {
    quantity: `all states end on fixed points with q = |F(h) - h|²/2 < ${atRest}`,
    satisfies: (found: readonly Attractor[]) => found.every((one) => isFixedPoint(one) && one.residual < atRest),
  },
  stable: {
    quantity: "all states end on fixed points whose Jacobian has a spectral radius < 1",
    satisfies: (found: readonly Attractor[]) => found.every((one) => isFixedPoint(one) && one.radius < 1),
  },
}

export default claim({
  id: "A-2d1",
  title: "d = 200, edge of chaos: two stable fixed points, one for each class",
  study: "clusters",
  source: import.meta.url,
  gathers: { attractors: every(attractors, isNetwork), lyapunov: every(lyapunov, isNetwork) },
  judge: ({ attractors, lyapunov }) => {
    const network = { d: 200, ...edgeOfChaos, trained: true }
    const ends = [...bySeed(attractors, network, attractorsOf).values()]
    const exponents = [...bySeed(lyapunov, network, le1Of).values()]
    return [
      ...Object.entries(conditions).map(([part, { quantity, satisfies }]) => ({
        part,
        quantity: `share of seeds in which ${quantity}`,
        ...shareOf(ends, satisfies),
        ...atLeast(nearlyAll),
      })),
      {
        part: "LE1",
        quantity: "share of seeds with a largest Lyapunov exponent < 0",
        ...shareOf(exponents, (le1) => le1 < 0),
        ...atLeast(nearlyAll),
      },
      medianOf("median LE1", "the largest Lyapunov exponent, nats a step", exponents),
    ]
  },
})
