import type { Labels } from "../../artifacts/figure.ts"
import { every, figure } from "../../artifacts/figure.ts"
import { readout } from "../../schemas/readout.ts"
import { toRows } from "../../schemas/table.ts"
import { bandNote, type Sample } from "./bands.ts"
import { type Curve, curveLayer, levelMarks } from "./layers.ts"
import { missing } from "./networks.ts"
import { drawSheet, type Panel, type Plot } from "./sheet.ts"
import { ink } from "./style.ts"

const id = "B-1"
const title = "Accuracy on sequential MNIST against the number of rows shown"
const rows = 28
const chance = 0.1

interface SmnistLabels {
  readonly seed: number
  readonly profile?: string
  readonly trained: boolean
}

/** Whether a table is of a trained network at the defaults: sweeps carry further labels and are not mixed in. */
const isTrained = (labels: Labels): labels is Labels & SmnistLabels => {
  const { seed, trained, profile = "", ...others } = labels
  return typeof seed === "number" && trained === true && typeof profile === "string" && Object.keys(others).length === 0
}

type Shown = Sample & { readonly experiment: 1 | 2; readonly profile: string }

/** Blue and orange: neither the colours of regimes nor those of classes. */
const experiments = [
  { experiment: 1, colour: "#1f5fa8", label: `experiment 1: the other rows blank, read after step ${rows}` },
  { experiment: 2, colour: "#d97700", label: "experiment 2: stopped after m rows and read at once" },
] as const

/** Each experiment with rows in `shown`, as a curve over the number m of rows shown. */
const curvesOf = (shown: readonly Shown[]) =>
  experiments
    .map((of) => ({
      ...of,
      series: `experiment ${of.experiment}`,
      dashed: false,
      samples: shown.filter(({ experiment }) => experiment === of.experiment),
    }))
    .filter(({ samples }) => samples.length > 0)

const panelOf = (plot: Plot, profile: string, curves: readonly Curve[]): Panel => ({
  name: profile === "" ? "all" : `profile “${profile}”`,
  ...(profile === "" && { title: "" }),
  width: 400,
  height: 300,
  options: {
    marginLeft: 48,
    marginTop: 26,
    marginBottom: 40,
    x: { domain: [1, rows] },
    y: { domain: [0, 1] },
  },
  layers: [
    plot.gridY({ stroke: ink, strokeOpacity: 0.1 }),
    levelMarks(plot, chance, "chance"),
    curveLayer(plot, curves, "m"),
    plot.axisX({
      ticks: [1, 4, 8, 12, 16, 20, 24, 28],
      label: "number m of rows shown",
      labelAnchor: "center",
      labelArrow: "none",
    }),
    plot.axisY({ label: "test accuracy", labelAnchor: "center", labelArrow: "none" }),
  ],
})

/**
 * Experiments 1 and 2 (Horoi et al. 2020, Fig. 1a): the same m rows, followed by blank rows up to the trained length, or
 * by nothing. The row t = 27 holds the readout after step 28; where m = 28 the two are the same.
 */
export default figure({
  id,
  title,
  study: "smnist",
  source: import.meta.url,
  gathers: { readout: every(readout, isTrained) },
  draw: ({ readout }) => {
    const shown = readout.flatMap(({ labels, value }) =>
      isTrained(labels)
        ? toRows(value).flatMap(({ rowsShown, blankSteps, t, accuracy }): readonly Shown[] => {
            const sample = { seed: labels.seed, profile: labels.profile ?? "", x: rowsShown, y: accuracy }
            return [
              ...(t === rows - 1 ? [{ ...sample, experiment: 1 as const }] : []),
              ...(blankSteps === 0 ? [{ ...sample, experiment: 2 as const }] : []),
            ]
          })
        : [],
    )
    if (shown.length === 0)
      return missing(id, "readout", `rows with t = ${rows - 1} or blankSteps = 0 of a trained network`)
    const groups = [...new Set(shown.map(({ profile }) => profile))].sort().map((profile) => ({
      profile,
      curves: curvesOf(shown.filter((sample) => sample.profile === profile)),
    }))
    const curves = groups.flatMap(({ curves }) => curves)
    return drawSheet(id, title, (plot) => ({
      panels: groups.map(({ profile, curves }) => panelOf(plot, profile, curves)),
      legend: experiments
        .filter(({ experiment }) => curves.some((curve) => curve.experiment === experiment))
        .map(({ label, colour }) => ({ label, colour, shape: "line" })),
      caption: `Chance is ${chance}. ${bandNote(curves)}`,
    }))
  },
})
