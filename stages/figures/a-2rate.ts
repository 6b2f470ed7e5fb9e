import { every, figure } from "../../artifacts/figure.ts"
import { dimension } from "../../schemas/dimension.ts"
import { lyapunov } from "../../schemas/lyapunov.ts"
import { toRows } from "../../schemas/table.ts"
import { isVariant, le1Of, tEval } from "../leaves/clusters.ts"
import { bandNote, dimensionLaw } from "./bands.ts"
import {
  exponentPanel,
  rateOf,
  ratePanel,
  rateSamples,
  strongColours,
  strongCurve,
  strongGain,
} from "./learning-rate.ts"
import { missing } from "./networks.ts"
import { gainKeys } from "./over-time.ts"
import { drawSheet } from "./sheet.ts"

const id = "A-2rate"
const title = "Chaos and compression against the learning rate"
const d = 200

/** Higher rates damp chaos more and compress more: said in the paper, not shown. */
export default figure({
  id,
  title,
  study: "clusters",
  source: import.meta.url,
  gathers: {
    dimension: every(dimension, (labels) => rateOf(labels, d) !== undefined, isVariant),
    lyapunov: every(lyapunov, (labels) => rateOf(labels, d) !== undefined, isVariant),
  },
  draw: ({ dimension, lyapunov }) => {
    const exponents = strongCurve(rateSamples(lyapunov, d, le1Of))
    const dimensions = strongCurve(
      rateSamples(dimension, d, ({ value }) => toRows(value).find(({ t, label }) => t === tEval && label === -1)?.ed),
      dimensionLaw,
    )
    if (exponents.samples.length === 0)
      return missing(id, "lyapunov", `rows of a trained network, d = ${d}, g = ${strongGain}`)
    if (dimensions.samples.length === 0)
      return missing(id, "dimension", `rows with label -1 and t = ${tEval}, d = ${d}, g = ${strongGain}`)
    return drawSheet(id, title, (plot) => ({
      panels: [
        exponentPanel(plot, exponents, d),
        ratePanel(plot, dimensions, `d = ${d}: dimension at t = ${tEval}`, "effective dimensionality"),
      ],
      legend: gainKeys(strongColours),
      caption: `After training; all settings but the learning rate are those of the baseline. ${bandNote([exponents, dimensions])}`,
    }))
  },
})
