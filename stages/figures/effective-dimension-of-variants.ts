/** What figures that compare ED over t between settings have in common. */
import type { Labels } from "../../artifacts/figure.ts"
import type { dimension } from "../../schemas/dimension.ts"
import { type Table, toRows } from "../../schemas/table.ts"
import { bandsOf, dimensionLaw, hasBand, type Samples } from "./bands.ts"
import { type Curve, curveLayer } from "./layers.ts"
import { evaluationStep } from "./networks.ts"
import { lastStep } from "./over-time.ts"
import type { Panel, Plot } from "./sheet.ts"
import { faint, ink } from "./style.ts"

/** ED of all points at each t, with the law of its bands. */
export const edSamples = (
  tables: readonly { readonly labels: Labels; readonly value: Table<typeof dimension> }[],
): Samples => ({
  law: dimensionLaw,
  samples: tables.flatMap(({ labels, value }) =>
    toRows(value)
      .filter(({ t, label }) => label === -1 && t <= lastStep)
      .map(({ t, ed }) => ({ seed: Number(labels.seed), x: t, y: ed })),
  ),
})

/** The largest number that is drawn of a curve. */
const highest = (curve: Curve): number =>
  Math.max(
    ...(hasBand(curve) ? bandsOf(curve.samples, curve.law).map(({ high }) => high) : curve.samples.map(({ y }) => y)),
  )

/** A panel of such curves over t. */
export const edPanel = (
  plot: Plot,
  curves: readonly Curve[],
  look: Pick<Panel, "name" | "width" | "height">,
): Panel => ({
  ...look,
  options: {
    marginLeft: 48,
    marginTop: 26,
    marginBottom: 48,
    x: { domain: [0, lastStep] },
    y: { domain: [0, Math.max(1, ...curves.map(highest))], nice: 5, insetTop: 8 },
  },
  layers: [
    plot.gridY({ stroke: ink, strokeOpacity: 0.1 }),
    plot.ruleX([evaluationStep], { stroke: faint }),
    curveLayer(plot, curves, "t"),
    plot.axisX({
      label: "time step t",
      labelOffset: 34,
      labelAnchor: "center",
      labelArrow: "none",
      ticks: [0, 5, 10, 15],
    }),
    plot.axisY({ label: "effective dimensionality", labelAnchor: "center", labelArrow: "none" }),
  ],
})
