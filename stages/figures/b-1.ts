import { every, figure } from "../../artifacts/figure.ts"
import { readout } from "../../schemas/readout.ts"
import { bandNote, hasBand } from "./bands.ts"
import { type Curve, curveLayer, levelMarks } from "./layers.ts"
import { missing } from "./networks.ts"
import { axes, chance, firstSeed, isTrained, margins, profileCurves, profileKeys, rows } from "./sequential.ts"
import { drawSheet, type Panel, type Plot } from "./sheet.ts"
import { ink } from "./style.ts"

const id = "B-1"
const title = "Accuracy of the readout: fewer rows, blank rows, and time to drift"

interface Experiment {
  readonly name: string
  readonly title: string
  readonly width: number
  readonly x: string
  readonly xName: string
  readonly ticks?: readonly number[]
}

const [cut, appended] = [
  {
    name: "experiments 1 and 2",
    title: "Experiments 1 and 2 (paper: Fig. 1a)",
    width: 430,
    x: "number m of rows shown",
    xName: "m",
    ticks: [1, 4, 8, 12, 16, 20, 24, 28],
  },
  {
    name: "experiment 3",
    title: "Experiment 3 (paper: Fig. 1b)",
    width: 430,
    x: "number k of blank rows appended",
    xName: "k",
  },
] as const
const alone = { ...appended, name: "experiment 3, one seed", title: "Experiment 3, the first seed alone", width: 860 }

const panelOf = (plot: Plot, { name, title, width, x, xName, ticks }: Experiment, curves: readonly Curve[]): Panel => ({
  name,
  title,
  width,
  height: 290,
  options: { ...margins, y: { domain: [0, 1] } },
  layers: [
    axes(plot, x, "test accuracy", ticks),
    levelMarks(plot, chance, "chance"),
    curveLayer(plot, curves, xName),
  ],
})

/**
 * Horoi et al. 2020, Fig. 1. Experiments 1 and 2: the same m rows, followed by blank ones up to the trained length, or by
 * nothing; at m = 28 the two are one. Experiment 3: whole images, followed by k blank rows. Where networks oscillate, each
 * has its own period, which a median over networks hides: one of each profile is shown by itself.
 */
export default figure({
  ...{ id, title, study: "smnist", source: import.meta.url },
  gathers: { readout: every(readout, isTrained) },
  draw: ({ readout }) => {
    const blank = profileCurves(
      readout,
      (all) => all.flatMap(({ t, rowsShown, accuracy }) => (t === rows - 1 ? [{ x: rowsShown, y: accuracy }] : [])),
      { of: "experiment 1" },
    )
    const stopped = profileCurves(
      readout,
      (all) => all.flatMap(({ blankSteps, rowsShown, accuracy }) => (blankSteps === 0 ? [{ x: rowsShown, y: accuracy }] : [])),
      { of: "experiment 2", dashed: true },
    )
    const drifting = profileCurves(
      readout,
      (all) => all.flatMap(({ rowsShown, blankSteps, accuracy }) => (rowsShown === rows ? [{ x: blankSteps, y: accuracy }] : [])),
      { of: "experiment 3" },
    )
    const curves = [...blank, ...stopped, ...drifting]
    if (curves.length === 0) return missing(id, "readout", "rows of a trained network")
    const single = drifting.filter(hasBand).map(firstSeed)
    return drawSheet(id, title, (plot) => ({
      panels: [
        panelOf(plot, cut, [...stopped, ...blank]),
        panelOf(plot, appended, drifting),
        ...(single.length > 0 ? [panelOf(plot, alone, single)] : []),
      ],
      legend: [
        ...profileKeys(readout),
        { label: `1: the other rows blank, read after step ${rows}`, colour: ink, shape: "line" },
        { label: "2: stopped after m rows and read at once", colour: ink, shape: "dashed" },
      ],
      caption: bandNote(curves),
    }))
  },
})
