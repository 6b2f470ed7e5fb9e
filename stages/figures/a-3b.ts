import { every, figure } from "../../artifacts/figure.ts"
import { readout } from "../../schemas/readout.ts"
import { toRows } from "../../schemas/table.ts"
import { median } from "../numerics/quantiles.ts"
import {
  ascending,
  type ClustersLabels,
  drawSheet,
  evaluationStep,
  faint,
  gainColours,
  ink,
  isClusters,
  missing,
  type Panel,
  type Plot,
  regime,
} from "./style.ts"

const id = "A-3b"
const title = "Test accuracy of trained networks"
/** Chance for two classes: the axis starts here unless a network does worse. */
const chance = 0.5
/** Margins in px. */
const [marginLeft, marginRight] = [48, 20]
/** Share of a gain's column that its strip of dots fills. */
const strip = 0.5

type Accuracy = ClustersLabels & { readonly accuracy: number }

/** Dots side by side in the order of their seeds, so that no two hide each other and a seed has one place in all strips. */
function stripOf(column: number, accuracies: readonly Accuracy[], seeds: readonly number[]) {
  const place = (seed: number) => (seeds.indexOf(seed) + 0.5) / seeds.length - 0.5
  return accuracies.map((accuracy) => ({ ...accuracy, x: column + strip * place(accuracy.seed) }))
}

function panelOf(plot: Plot, accuracies: readonly Accuracy[], floor: number): Panel {
  const gains = ascending(accuracies.map(({ g }) => g))
  const colours = gainColours(gains)
  const seeds = ascending(accuracies.map(({ seed }) => seed))
  const strips = gains.map((g) => accuracies.filter((accuracy) => accuracy.g === g))
  const medians = strips.map((of, column) => ({
    left: column - strip / 2 - 0.06,
    right: column + strip / 2 + 0.06,
    y: median(of.map(({ accuracy }) => accuracy)),
  }))
  return {
    title: `d = ${accuracies[0]!.d}`,
    width: marginLeft + marginRight + 130 * gains.length,
    height: 280,
    options: {
      marginLeft,
      marginTop: 26,
      marginBottom: 40,
      marginRight,
      x: { domain: [-0.5, gains.length - 0.5], ticks: [] },
      y: { domain: [floor, 1], insetTop: 8, insetBottom: 4 },
      marks: [
        plot.gridY({ stroke: ink, strokeOpacity: 0.1 }),
        plot.ruleY(medians, { x1: "left", x2: "right", y: "y", stroke: ink, strokeWidth: 1.5 }),
        plot.dot(
          strips.flatMap((of, column) => stripOf(column, of, seeds)),
          { x: "x", y: "accuracy", r: 2.6, fill: ({ g }: Accuracy) => colours.get(g)!, fillOpacity: 0.75 },
        ),
        plot.text(medians, { x: "right", y: "y", text: ({ y }) => y.toFixed(3), textAnchor: "start", dx: 5 }),
        plot.axisX(
          gains.map((_, column) => column),
          {
            tickFormat: (column: number) => [`g = ${gains[column]}`, regime(gains[column]!)].filter(Boolean).join("\n"),
            label: null,
          },
        ),
        plot.axisY({ label: "test accuracy", labelAnchor: "center", labelArrow: "none" }),
      ],
    },
  }
}

/** Accuracy of the network's own readout at the evaluation step, each seed a dot. Fig. 3b is the panel d = 2. */
export default figure({
  id,
  title,
  study: "clusters",
  source: import.meta.url,
  gathers: { readout: every(readout, (labels) => isClusters(labels) && labels.trained) },
  draw: ({ readout }) => {
    const accuracies = readout.flatMap(({ labels, value }) =>
      isClusters(labels) && labels.trained
        ? toRows(value)
            .filter(({ t, rowsShown }) => t === evaluationStep && rowsShown === 1)
            .map(({ accuracy }) => ({ ...labels, accuracy }))
        : [],
    )
    if (accuracies.length === 0)
      return missing(id, "readout", `a row with t = ${evaluationStep} and rowsShown = 1 of a trained network`)
    const floor = Math.min(chance, ...accuracies.map(({ accuracy }) => Math.floor(accuracy * 10) / 10))
    const dimensions = ascending(accuracies.map(({ d }) => d)).toReversed()
    const n = ascending(accuracies.map(({ seed }) => seed)).length
    return drawSheet(id, title, (plot) => ({
      panels: dimensions.map((d) =>
        panelOf(
          plot,
          accuracies.filter((accuracy) => accuracy.d === d),
          floor,
        ),
      ),
      legend: [
        { label: "one seed", colour: faint, shape: "dot" },
        { label: "median over the seeds", colour: ink, shape: "line" },
      ],
      caption:
        `Fresh points of the trained clusters, read by the network's own output at t\u00a0=\u00a0${evaluationStep}; ` +
        `${n} seed${n === 1 ? "" : "s"}, in the same order from left to right in each strip.`,
    }))
  },
})
