import { every } from "../../artifacts/leaf.ts"
import { dimension } from "../../schemas/dimension.ts"
import { lyapunov } from "../../schemas/lyapunov.ts"
import { isVariant, le1Of } from "../leaves/clusters.ts"
import { median } from "../numerics/quantiles.ts"
import { atLeast, atMost, bySeed, claim, pointwise, strongChaos } from "./claim.ts"
import { edCurve } from "./measures.ts"
import { at, ofSettings, type Setting, settingOf } from "./variants.ts"

const usual = settingOf({ learningRate: 0.001 })
const doubled = settingOf({ learningRate: 0.002 })
const halved = settingOf({ learningRate: 0.0005 })
const of = { d: 2, ...strongChaos, trained: true }
/** Step by which the dimension has come down at the baseline. Curves are looked at up to there, as in A-3d2. */
const last = 11

export default claim({
  id: "A-3rate",
  title: "d = 2, strongly chaotic: doubling the learning rate quenches chaos, halving it leaves the compression out",
  study: "clusters",
  source: import.meta.url,
  gathers: {
    dimension: every(dimension, ofSettings([usual, doubled, halved], of), isVariant),
    lyapunov: every(lyapunov, ofSettings([usual, doubled], of), isVariant),
  },
  judge: ({ dimension, lyapunov }) => {
    const exponent = (setting: Setting) => {
      const found = [...bySeed(at(lyapunov, setting), of, le1Of).values()]
      return { le1: median(found), n: found.length }
    }
    const expansion = (setting: Setting) => {
      const found = [...bySeed(at(dimension, setting), of, edCurve(last)).values()]
      const curve = pointwise(found, median) ?? []
      const most = Math.max(...curve)
      return { most, compression: (most - curve[last]!) / most, n: found.length }
    }
    const [slow, fast] = [exponent(usual), exponent(doubled)]
    const [low, base, high] = [expansion(halved), expansion(usual), expansion(doubled)]
    // Half of a negative exponent is no quenched chaos.
    const met = [slow.le1 > 0 && fast.le1 <= slow.le1 / 2, high.most < base.most]
    const le1 = { quantity: "median over seeds of the largest Lyapunov exponent, nats a step" }
    const most = { quantity: "largest over t = 0..11 of the median ED" }
    const compression = { quantity: "1 - median ED at t = 11 / its maximum up to then" }
    return [
      {
        part: "doubled",
        quantity:
          "how many hold: median LE1 <= half of that at the baseline; largest median ED of t = 0..11 below that at the baseline",
        value: met.filter(Boolean).length,
        n: Math.min(slow.n, fast.n, base.n, high.n),
        ...atLeast(1),
      },
      { part: "halved", ...compression, value: low.compression, n: low.n, ...atMost(0.15) },
      { part: "baseline, compression", ...compression, value: base.compression, n: base.n },
      { part: "baseline, LE1", ...le1, value: slow.le1, n: slow.n },
      { part: "doubled, LE1", ...le1, value: fast.le1, n: fast.n },
      { part: "baseline, expansion", ...most, value: base.most, n: base.n },
      { part: "doubled, expansion", ...most, value: high.most, n: high.n },
    ]
  },
})
