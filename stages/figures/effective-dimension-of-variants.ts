/** What figures that compare ED over t between settings have in common. */
import type { Labels } from "../../artifacts/figure.ts"
import type { dimension } from "../../schemas/dimension.ts"
import { type Table, toRows } from "../../schemas/table.ts"
import { tEval } from "../leaves/clusters.ts"
import { dimensionLaw, type Samples } from "./bands.ts"
import { type Curve, centred, curveLayer, margins } from "./layers.ts"
import { extentOf, lastStep } from "./over-time.ts"
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

/** A panel of such curves over t. */
export const edPanel = (
  plot: Plot,
  curves: readonly Curve[],
  look: Pick<Panel, "name" | "width" | "height">,
): Panel => ({
  ...look,
  options: {
    ...margins,
    marginBottom: 48,
    x: { domain: [0, lastStep] },
    y: { domain: [0, Math.max(1, extentOf(curves)[1])], nice: 5, insetTop: 8 },
  },
  layers: [
    plot.gridY({ stroke: ink, strokeOpacity: 0.1 }),
    plot.ruleX([tEval], { stroke: faint }),
    curveLayer(plot, curves, "t"),
    plot.axisX({
      label: "time step t",
      labelOffset: 34,
      ...centred,
      ticks: [0, 5, 10, 15],
    }),
    plot.axisY({ label: "effective dimensionality", ...centred }),
  ],
})
