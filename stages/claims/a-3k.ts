import { every } from "../../artifacts/leaf.ts"
import { readout } from "../../schemas/readout.ts"
import { isVariant, tEval } from "../leaves/clusters.ts"
import { median } from "../numerics/quantiles.ts"
import { atLeast, bySeed, claim, type Part, regimes } from "./claim.ts"
import { accuracyAt } from "./measures.ts"
import { at, ofSettings, settingOf } from "./variants.ts"

const counts = [40, 60, 120, 240]

export default claim({
  id: "A-3K",
  title: "d = 2: with more clusters the strongly chaotic network solves the task where that at the edge of chaos fails",
  study: "clusters",
  source: import.meta.url,
  gathers: {
    readout: every(
      readout,
      ofSettings(
        counts.map((clusters) => settingOf({ clusters })),
        { d: 2, trained: true },
      ),
      isVariant,
    ),
  },
  judge: ({ readout }) => {
    const swept = counts.map((clusters) => {
      const [eoc, sc] = regimes.map(({ g }) => {
        const found = bySeed(at(readout, settingOf({ clusters })), { d: 2, g, trained: true }, accuracyAt(tEval))
        return { g, accuracy: median([...found.values()]), n: found.size }
      })
      return { clusters, eoc: eoc!, sc: sc! }
    })
    const apart = swept.filter(({ eoc, sc }) => sc.accuracy >= 0.95 && eoc.accuracy <= 0.85)
    const tested = swept.filter(({ eoc, sc }) => eoc.n > 0 && sc.n > 0)
    return [
      {
        part: "some K",
        quantity: `numbers of clusters K of {${counts.join(", ")}} with median test accuracy at t = 10 >= .95 for g = 250 and <= .85 for g = 20`,
        // One K is enough; that there is none takes the whole sweep.
        value: apart.length > 0 || tested.length === counts.length ? apart.length : undefined,
        n: tested.length > 0 ? Math.min(...tested.flatMap(({ eoc, sc }) => [eoc.n, sc.n])) : 0,
        ...atLeast(1),
      },
      ...swept.flatMap(({ clusters, eoc, sc }) =>
        [eoc, sc].map(
          ({ g, accuracy, n }): Part => ({
            part: `K = ${clusters}, g = ${g}`,
            quantity: "median over seeds of test accuracy at t = 10",
            value: accuracy,
            n,
          }),
        ),
      ),
    ]
  },
})
