import { every } from "../../artifacts/leaf.ts"
import { geometry } from "../../schemas/geometry.ts"
import { isNetwork } from "../leaves/clusters.ts"
import { median } from "../numerics/quantiles.ts"
import { atLeast, bySeed, claim, edgeOfChaos, most, type Part, pairs, regimes, shareOf, strongChaos } from "./claim.ts"
import { geometryAtEval } from "./measures.ts"

const quantity = "share η² of the scatter in the plane of two components that lies between the classes, at t = 10"

export default claim({
  id: "A-3c",
  title: "d = 2: in the plane of two principal components the strongly chaotic network separates the classes better",
  study: "clusters",
  source: import.meta.url,
  gathers: { geometry: every(geometry, isNetwork) },
  judge: ({ geometry }): Part[] => {
    const of = ({ g }: { g: number }) => bySeed(geometry, { d: 2, g, trained: true }, geometryAtEval)
    const [strong, edge] = [of(strongChaos), of(edgeOfChaos)]
    const gaps = (column: "separation" | "silhouette") => pairs(strong, edge, (sc, eoc) => sc[column] - eoc[column])
    const isLarger = (gap: number) => gap > 0
    return [
      {
        part: "separation",
        quantity: `share of seeds in which g = 250 has a larger ${quantity}`,
        ...shareOf(gaps("separation"), isLarger),
        ...atLeast(most),
      },
      {
        part: "silhouette",
        quantity: "share of seeds in which g = 250 has a larger mean silhouette of the classes in that plane",
        ...shareOf(gaps("silhouette"), isLarger),
      },
      ...regimes.map((regime) => ({
        part: `g = ${regime.g}`,
        quantity: `median over seeds of the ${quantity}`,
        value: median([...of(regime).values()].map(({ separation }) => separation)),
        n: of(regime).size,
      })),
    ]
  },
})
