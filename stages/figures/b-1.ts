import { every, figure } from "../../artifacts/figure.ts"
import { readout } from "../../schemas/readout.ts"
import { isTrained, rows } from "../leaves/smnist.ts"
import { bandNote, bandsOf, hasBand } from "./bands.ts"
import { type Curve, curveLayer, levelMarks, margins } from "./layers.ts"
import { missing } from "./networks.ts"
import { axes, chance, firstSeed, profileCurves, profileKeys } from "./sequential.ts"
import { drawSheet, type Layer, type Panel, type Plot } from "./sheet.ts"
import { ink } from "./style.ts"

const id = "B-1"
const title = "Accuracy of the readout with fewer rows, and with blank ones"

/** Curves of so many points that a dot each would hide them. */
const bareLayer = (plot: Plot, curves: readonly Curve[]): Layer => ({
  marks: curves.flatMap(({ samples, colour }) => {
    const bands = bandsOf(samples, undefined)
    return [
      plot.areaY(bands, { x: "x", y1: "low", y2: "high", fill: colour, fillOpacity: 0.25 }),
      plot.line(bands, { x: "x", y: "median", stroke: colour, strokeWidth: 1.2 }),
    ]
  }),
  rows: curveLayer(plot, curves, "k").rows,
})

interface Experiment {
  readonly name: string
  readonly title: string
  readonly width?: number
  readonly layer: Layer
}

/** Accuracy over rows shown, or over blank rows appended. */
const panelOf = (
  plot: Plot,
  { name, title, width = 430, layer }: Experiment,
  x: string,
  ticks?: readonly number[],
): Panel => ({
  ...{ name, title, width, height: 290 },
  options: { ...margins, marginRight: 50, y: { domain: [0, 1] } },
  layers: [axes(plot, x, "test accuracy", ticks), levelMarks(plot, chance, "chance", "outside"), layer],
})

/**
 * Horoi et al. 2020, Fig. 1. Experiments 1 and 2: the same m rows, followed by blank ones up to the trained length, or by
 * nothing; at m = 28 the two are one. Experiment 3: whole images, followed by k blank rows. Networks that oscillate have
 * periods of their own, which a median over networks hides: one of each profile is shown by itself.
 */
export default figure({
  ...{ id, title, study: "smnist", source: import.meta.url },
  gathers: { readout: every(readout, isTrained) },
  draw: ({ readout }) => {
    const filled = profileCurves(
      readout,
      (all) => all.filter(({ t }) => t === rows - 1).map(({ rowsShown, accuracy }) => ({ x: rowsShown, y: accuracy })),
      { of: "experiment 1" },
    )
    const stopped = profileCurves(
      readout,
      (all) =>
        all
          .filter(({ blankSteps }) => blankSteps === 0)
          .map(({ rowsShown, accuracy }) => ({ x: rowsShown, y: accuracy })),
      { of: "experiment 2", dashed: true },
    )
    const drifting = profileCurves(
      readout,
      (all) =>
        all
          .filter(({ rowsShown }) => rowsShown === rows)
          .map(({ blankSteps, accuracy }) => ({ x: blankSteps, y: accuracy })),
      { of: "experiment 3" },
    )
    const curves = [...stopped, ...filled, ...drifting]
    if (curves.length === 0) return missing(id, "readout", "rows of a trained network")
    const single = drifting.filter(hasBand).map(firstSeed)
    const blank = "number k of blank rows appended"
    return drawSheet(id, title, (plot) => {
      const cut = { name: "experiments 1 and 2", layer: curveLayer(plot, [...stopped, ...filled], "m") }
      const appended = { name: "experiment 3", layer: bareLayer(plot, drifting) }
      const alone = { name: "experiment 3, first seed", width: 860, layer: bareLayer(plot, single) }
      const steps = [1, 4, 8, 12, 16, 20, 24, 28]
      return {
        panels: [
          panelOf(plot, { ...cut, title: "Experiments 1 and 2 (paper: Fig. 1a)" }, "number m of rows shown", steps),
          panelOf(plot, { ...appended, title: "Experiment 3 (paper: Fig. 1b)" }, blank),
          ...(single.length > 0 ? [panelOf(plot, { ...alone, title: "Experiment 3, first seed" }, blank)] : []),
        ],
        legend: [
          ...profileKeys(readout),
          { label: `experiment 1: the other rows blank, read after step ${rows}`, colour: ink, shape: "line" },
          { label: "experiment 2: stopped after m rows and read at once", colour: ink, shape: "dashed" },
        ],
        caption: bandNote(curves),
      }
    })
  },
})
