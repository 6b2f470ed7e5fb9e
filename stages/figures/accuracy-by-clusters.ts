/** What figures of the accuracy against the number of clusters have in common: a curve a gain. */
import type { Labels } from "../../artifacts/figure.ts"
import type { readout } from "../../schemas/readout.ts"
import { type Table, toRows } from "../../schemas/table.ts"
import { baseline, type NetworkLabels, tEval } from "../leaves/clusters.ts"
import { accuracyLaw, type Sample } from "./bands.ts"
import { type Curve, centred, curveLayer, levelMarks, margins } from "./layers.ts"
import { ascending } from "./networks.ts"
import type { Panel, Plot } from "./sheet.ts"
import { gainColours, ink } from "./style.ts"
import { variantOf } from "./variants.ts"

/** Accuracy of a network at the evaluation step, over the number of clusters, with its settings. */
export type Accuracy = Sample & NetworkLabels & typeof baseline

/** Settings of a trained network with two-dimensional inputs. */
export function settingsOf(labels: Labels): (NetworkLabels & typeof baseline) | undefined {
  const network = variantOf(labels, baseline)
  return network?.d === 2 && network.trained ? network : undefined
}

/** Accuracies at the evaluation step. */
export const accuraciesOf = (
  tables: readonly { readonly labels: Labels; readonly value: Table<typeof readout> }[],
): readonly Accuracy[] =>
  tables.flatMap(({ labels, value }) => {
    const network = settingsOf(labels)
    return network === undefined
      ? []
      : toRows(value)
          .filter(({ t }) => t === tEval)
          .map(({ accuracy }) => ({ ...network, x: network.clusters, y: accuracy }))
  })

/** A curve a gain. */
export const curvesOf = (accuracies: readonly Accuracy[]): readonly Curve[] =>
  [...gainColours(accuracies.map(({ g }) => g))].map(([g, colour]) => ({
    series: `g = ${g}`,
    colour,
    dashed: false,
    samples: accuracies.filter((one) => one.g === g),
    law: accuracyLaw,
  }))

/** A panel of them, from chance or below to 1, with reference lines at some heights. */
export function clustersPanel(
  plot: Plot,
  curves: readonly Curve[],
  look: Pick<Panel, "name" | "title" | "width" | "height">,
  levels: readonly { readonly y: number; readonly name: string }[],
): Panel {
  const samples = curves.flatMap((curve) => curve.samples)
  const counts = ascending(samples.map(({ x }) => x))
  return {
    ...look,
    options: {
      ...margins,
      marginBottom: 48,
      marginRight: 24,
      x: { domain: [counts[0]! - 10, counts.at(-1)! + 10] },
      y: { domain: [Math.min(0.45, ...samples.map(({ y }) => y)), 1], insetTop: 8 },
    },
    layers: [
      plot.gridY({ stroke: ink, strokeOpacity: 0.1 }),
      ...levels.map(({ y, name }) => levelMarks(plot, y, name)),
      curveLayer(plot, curves, "K"),
      plot.axisX(counts, {
        label: "number of clusters K",
        labelOffset: 34,
        ...centred,
        tickFormat: String,
      }),
      plot.axisY({ label: "test accuracy", ...centred, ticks: 5 }),
    ],
  }
}
