import { every } from "../../artifacts/leaf.ts"
import { dimension } from "../../schemas/dimension.ts"
import { lyapunov } from "../../schemas/lyapunov.ts"
import { isVariant, le1Of, tEval } from "../leaves/clusters.ts"
import { median, spearman } from "../numerics/quantiles.ts"
import { atMost, bySeed, claim, strongChaos } from "./claim.ts"
import { edAt } from "./measures.ts"
import { at, ofSettings, settingOf } from "./variants.ts"

/** The rate of the baseline times 1/2, 1, 2 and 4. */
const rates = [0.0005, 0.001, 0.002, 0.004]
const settings = rates.map((learningRate) => settingOf({ learningRate }))
const of = { d: 200, ...strongChaos, trained: true }
const where = ofSettings(settings, of)

/** Rank correlation of the rate with what each rate gives, for every seed that has all rates. */
function correlations(byRate: readonly ReadonlyMap<number, number>[]): readonly number[] {
  const seeds = [...byRate[0]!.keys()].filter((seed) => byRate.every((found) => found.has(seed)))
  return seeds.map((seed) => {
    const rho = spearman(
      rates,
      byRate.map((found) => found.get(seed)!),
    )
    // What is the same at every rate has no rank correlation, and does not fall with the rate.
    return Number.isNaN(rho) ? 0 : rho
  })
}

export default claim({
  id: "A-2rate",
  title: "d = 200, strongly chaotic: the higher the learning rate, the more chaos is damped and dimension compressed",
  study: "clusters",
  source: import.meta.url,
  gathers: { dimension: every(dimension, where, isVariant), lyapunov: every(lyapunov, where, isVariant) },
  judge: ({ dimension, lyapunov }) => {
    const found = {
      "largest Lyapunov exponent": settings.map((setting) => bySeed(at(lyapunov, setting), of, le1Of)),
      "ED at t = 10": settings.map((setting) => bySeed(at(dimension, setting), of, edAt(tEval))),
    }
    return Object.entries(found).map(([name, byRate]) => {
      const rhos = correlations(byRate)
      return {
        part: name,
        quantity: `median over seeds of Spearman(learning rate, ${name}), at ${rates.length} rates from .0005 to .004`,
        value: median(rhos),
        n: rhos.length,
        ...atMost(-0.8),
      }
    })
  },
})
