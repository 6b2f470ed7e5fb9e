import { every, figure, type Labels } from "../../artifacts/figure.ts"
import { history } from "../../schemas/history.ts"
import { toRows } from "../../schemas/table.ts"
import { baseline, isVariant, type NetworkLabels } from "../leaves/clusters.ts"
import { bandNote, type Sample } from "./bands.ts"
import { type Curve, centred, curveLayer, levelMarks, margins } from "./layers.ts"
import { ascending, missing } from "./networks.ts"
import { gainKeys } from "./over-time.ts"
import { drawSheet, type Panel, type Plot } from "./sheet.ts"
import { gainColours, ink } from "./style.ts"
import { mapCounts, mapRates, rateText, variantOf } from "./variants.ts"

const id = "A-3epochs"
const title = "How soon networks are accurate: learning rate, input gain, number of clusters, epochs"

type Accuracy = Sample & NetworkLabels & typeof baseline

/** Settings of a network with two-dimensional inputs; what is told of its training is not before or after it. */
function settingsOf(labels: Labels) {
  const network = variantOf({ ...labels, trained: true }, baseline)
  return network?.d === 2 && mapRates.includes(network.learningRate) && mapCounts.includes(network.clusters)
    ? network
    : undefined
}

/** Whether a table is of training away from the baseline: without one there is no map. */
const isOffBaseline = (labels: Labels): boolean => isVariant({ ...labels, trained: true })

/** A curve a gain and input gain. */
const curvesOf = (accuracies: readonly Accuracy[]): readonly Curve[] =>
  [...gainColours(accuracies.map(({ g }) => g))].flatMap(([g, colour]) =>
    ["code", "unit"].flatMap((inputGain) => {
      const samples = accuracies.filter((one) => one.g === g && one.inputGain === inputGain)
      const series = `g = ${g}, inputGain = ${inputGain}`
      return samples.length > 0 ? [{ series, colour, dashed: inputGain === "unit", samples }] : []
    }),
  )

/** Accuracies in their panels: a row a number of clusters, a column a learning rate, highest first. */
const panelsOf = (accuracies: readonly Accuracy[]) =>
  mapCounts.flatMap((clusters) =>
    mapRates
      .map((learningRate) => ({
        name: `learning rate ${rateText(learningRate)}, K = ${clusters}`,
        curves: curvesOf(accuracies.filter((one) => one.learningRate === learningRate && one.clusters === clusters)),
      }))
      .filter(({ curves }) => curves.length > 0),
  )

function epochsPanel(plot: Plot, { name, curves }: { name: string; curves: readonly Curve[] }): Panel {
  const samples = curves.flatMap((curve) => curve.samples)
  return {
    name,
    width: 280,
    height: 232,
    options: {
      ...margins,
      marginBottom: 48,
      marginRight: 14,
      x: { domain: [0, Math.max(...samples.map(({ x }) => x))] },
      y: { domain: [Math.min(0.45, ...samples.map(({ y }) => y)), 1], insetTop: 8 },
    },
    layers: [
      plot.gridY({ stroke: ink, strokeOpacity: 0.1 }),
      levelMarks(plot, 0.5, "chance"),
      curveLayer(plot, curves, "epoch"),
      plot.axisX({ label: "epoch", labelOffset: 34, ...centred, ticks: 4 }),
      plot.axisY({ label: "accuracy", ...centred, ticks: 5 }),
    ],
  }
}

/** The regimes of A-3map over the epochs of their training: whether a network fails, or has not learnt yet. */
export default figure({
  id,
  title,
  study: "clusters",
  source: import.meta.url,
  gathers: { history: every(history, (labels) => settingsOf(labels) !== undefined, isOffBaseline) },
  draw: ({ history }) => {
    const accuracies = history.flatMap(({ labels, value }) => {
      const network = settingsOf(labels)
      return network === undefined
        ? []
        : toRows(value).map(({ epoch, validationAccuracy }) => ({ ...network, x: epoch, y: validationAccuracy }))
    })
    if (accuracies.length === 0) return missing(id, "history", "rows of a network, d = 2")
    const panels = panelsOf(accuracies)
    const gains = gainKeys(gainColours(ascending(accuracies.map(({ g }) => g))))
    return drawSheet(id, title, (plot) => ({
      panels: panels.map((panel) => epochsPanel(plot, panel)),
      legend: [
        ...gains,
        { label: "gain as in the code", colour: ink, shape: "line" },
        { label: "unit gain", colour: ink, shape: "dashed" },
      ],
      caption: `Fresh points of the trained clusters, d\u00a0=\u00a02, after each epoch of training. ${bandNote(panels.flatMap(({ curves }) => curves))}`,
    }))
  },
})
