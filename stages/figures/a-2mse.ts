import { every, figure, type Labels } from "../../artifacts/figure.ts"
import { dimension } from "../../schemas/dimension.ts"
import { bandNote } from "./bands.ts"
import { edPanel, edSamples } from "./effective-dimension-of-variants.ts"
import type { Curve } from "./layers.ts"
import { missing } from "./networks.ts"
import { gainKeys } from "./over-time.ts"
import { drawSheet } from "./sheet.ts"
import { gainColours, ink } from "./style.ts"
import { variantOf } from "./variants.ts"

const id = "A-2mse"
const title = "Effective dimensionality over time: another loss, and linear units"

/** The variants, a panel each. */
const shown = [
  { name: "d = 200, mean squared error", d: 200, loss: "mse", activation: "tanh" },
  { name: "d = 200, linear units", d: 200, loss: "cross-entropy", activation: "identity" },
  { name: "d = 2, mean squared error", d: 2, loss: "mse", activation: "tanh" },
]

/** Name of the panel that a table belongs to. */
function panelOf(labels: Labels): string | undefined {
  const network = variantOf(labels, { loss: "cross-entropy", activation: "tanh" })
  return shown.find(
    ({ d, loss, activation }) => network?.d === d && network.loss === loss && network.activation === activation,
  )?.name
}

/** Compression with another loss and with linear units is said in the paper, not shown. */
export default figure({
  id,
  title,
  study: "clusters",
  source: import.meta.url,
  gathers: { dimension: every(dimension, (labels) => panelOf(labels) !== undefined) },
  draw: ({ dimension }) => {
    if (dimension.length === 0)
      return missing(id, "dimension", "rows of a network with loss mse or activation identity")
    const colours = gainColours(dimension.map(({ labels }) => Number(labels.g)))
    const groups = shown
      .map(({ name }) => ({
        name,
        curves: [...colours]
          .flatMap(([g, colour]) =>
            [false, true].map(
              (trained): Curve => ({
                series: `g = ${g}, ${trained ? "after" : "before"}`,
                colour,
                dashed: !trained,
                ...edSamples(
                  dimension.filter(
                    ({ labels }) => panelOf(labels) === name && labels.g === g && labels.trained === trained,
                  ),
                ),
              }),
            ),
          )
          .filter(({ samples }) => samples.length > 0),
      }))
      .filter(({ curves }) => curves.length > 0)
    return drawSheet(id, title, (plot) => ({
      panels: groups.map(({ name, curves }) => edPanel(plot, curves, { name, width: 400, height: 290 })),
      legend: [
        ...gainKeys(colours),
        { label: "before training", colour: ink, shape: "dashed" },
        { label: "after training", colour: ink, shape: "line" },
      ],
      caption: `ED = (Σλ)² / Σλ² of the covariance of all points at each t; the vertical line is the step of evaluation. ${bandNote(groups.flatMap(({ curves }) => curves))}`,
    }))
  },
})
