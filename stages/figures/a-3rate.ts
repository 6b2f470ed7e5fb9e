import { every, figure } from "../../artifacts/figure.ts"
import { dimension } from "../../schemas/dimension.ts"
import { lyapunov } from "../../schemas/lyapunov.ts"
import { isVariant, le1Of } from "../leaves/clusters.ts"
import { bandNote } from "./bands.ts"
import { edPanel, edSamples } from "./effective-dimension-of-variants.ts"
import { exponentPanel, rateOf, rateSamples, strongCurve, strongGain } from "./learning-rate.ts"
import { ascending, missing } from "./networks.ts"
import { drawSheet } from "./sheet.ts"

const id = "A-3rate"
const title = "Expansion, compression and chaos by learning rate: two-dimensional inputs, strongly chaotic networks"
const d = 2

/** Shades of red, the colour of strong chaos, for rates in ascending order. */
const shades = ["#f2a48f", "#d9534a", "#9e1b32", "#4a0a1c"]

/** Doubling the rate quenches chaos, halving it leaves out the later compression: said in the paper, not shown. */
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
    const rates = ascending(dimension.flatMap(({ labels }) => rateOf(labels, d) ?? []))
    const curves = rates.map((rate, i) => ({
      series: `rate × ${rate}`,
      colour: shades[i % shades.length]!,
      dashed: false,
      ...edSamples(dimension.filter(({ labels }) => rateOf(labels, d) === rate)),
    }))
    const exponents = strongCurve(rateSamples(lyapunov, d, le1Of))
    if (curves.length === 0) return missing(id, "dimension", `rows of a trained network, d = ${d}, g = ${strongGain}`)
    if (exponents.samples.length === 0)
      return missing(id, "lyapunov", `rows of a trained network, d = ${d}, g = ${strongGain}`)
    return drawSheet(id, title, (plot) => ({
      panels: [
        edPanel(plot, curves, { name: `d = ${d}: dimension over time`, width: 440, height: 300 }),
        exponentPanel(plot, exponents, d),
      ],
      legend: curves.map(({ series, colour }) => ({ label: `learning ${series}`, colour, shape: "line" })),
      caption: `After training; all settings but the learning rate are those of the baseline. ${bandNote([...curves, exponents])}`,
    }))
  },
})
