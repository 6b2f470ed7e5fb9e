/** Figures of points in the plane of their two leading principal components: a row a network, a frame a step. */
import { every, figure, type Labels } from "../../artifacts/figure.ts"
import type { Leaf } from "../../artifacts/leaf.ts"
import { snapshots } from "../../schemas/snapshots.ts"
import { type Row, toRows } from "../../schemas/table.ts"
import { isNetwork, type NetworkLabels, tEval } from "../leaves/clusters.ts"
import { classKeys, pointData } from "./layers.ts"
import { ascending, firstSeeds, missing } from "./networks.ts"
import { drawSheet, type Layer, type Panel, type Plot } from "./sheet.ts"
import { classColour, ink, regime } from "./style.ts"

const wantedSteps = [0, 2, 4, 6, 8, 10, 15, 30]
/** Side of one frame with the gap round it, and margins, in px. */
const side = 88
const [marginLeft, marginTop] = [128, 24]
/** A twentieth of the side, half of it outside, so that frames are squares whatever their number. */
const gap = { paddingInner: 0.05, paddingOuter: 0.025 }

/** The snapshots of one network. */
interface Series {
  readonly labels: NetworkLabels
  readonly points: readonly Row<typeof snapshots>[]
}

/** Those of the wanted steps that were recorded; where none was, at most as many, evenly chosen. */
function stepsOf(series: readonly Series[]): readonly number[] {
  const recorded = ascending(series.flatMap(({ points }) => points.map(({ t }) => t)))
  const wanted = recorded.filter((t) => wantedSteps.includes(t))
  const stride = Math.ceil(recorded.length / wantedSteps.length)
  return wanted.length > 0 ? wanted : recorded.filter((_, i) => i % stride === 0)
}

/** Largest coordinate of a row of frames: all of them share its scale, so that spreads compare over t. */
const reachOf = ({ points }: Series, steps: readonly number[]): number =>
  points.reduce(
    (reach, { t, pc1, pc2 }) => (steps.includes(t) ? Math.max(reach, Math.abs(pc1), Math.abs(pc2)) : reach),
    0,
  ) || 1

/** Points in units of the reach of their row; the data table has them in the units of the states. */
function frameLayer(plot: Plot, series: readonly Series[], steps: readonly number[]): Layer {
  const shown = series.flatMap((of, row) => {
    const reach = reachOf(of, steps)
    const { d, g, seed } = of.labels
    return of.points
      .filter(({ t }) => steps.includes(t))
      .map(({ t, label, pc1, pc2 }) => ({
        ...{ t, row, label, x: pc1 / reach, y: pc2 / reach },
        datum: pointData(`d = ${d}, g = ${g}, seed ${seed}, t = ${t}, class ${label}`, pc1, pc2),
      }))
  })
  const marks = [
    plot.dot(shown, { x: "x", y: "y", fx: "t", fy: "row", r: 1.3, fill: ({ label }) => classColour(label) }),
  ]
  return { marks, rows: shown.map(({ datum }) => datum) }
}

function panelOf(plot: Plot, series: readonly Series[], steps: readonly number[]): Panel {
  const rowName = (row: number) => {
    const { d, g, seed } = series[row]!.labels
    const reach = reachOf(series[row]!, steps).toPrecision(2)
    return [`d = ${d}, g = ${g}`, regime(g), `seed ${seed}, axes ± ${reach}`].filter(Boolean).join("\n")
  }
  return {
    name: "components 1 and 2",
    title: "",
    width: marginLeft + side * steps.length + 8,
    height: marginTop + side * series.length + 8,
    options: {
      marginLeft,
      marginTop,
      marginRight: 8,
      marginBottom: 8,
      x: { domain: [-1, 1], axis: null, inset: 3 },
      y: { domain: [-1, 1], axis: null, inset: 3 },
      fx: { domain: steps, ...gap },
      fy: { domain: series.map((_, row) => row), ...gap },
    },
    layers: [
      plot.frame({ stroke: ink, strokeOpacity: 0.3 }),
      plot.frame({ stroke: ink, strokeWidth: 1.5, facet: "auto", fx: steps.filter((t) => t === tEval) }),
      frameLayer(plot, series, steps),
      plot.axisFx({ tickFormat: (t: number) => `t = ${t}`, label: null }),
      plot.axisFy({ anchor: "left", tickFormat: rowName, label: null }),
    ],
  }
}

export interface PcFrames {
  readonly id: string
  readonly title: string
  /** `import.meta.url` of the figure. */
  readonly source: string
  /** Which trained networks it shows, a row for each d and g. */
  readonly shows: (labels: NetworkLabels) => boolean
}

/** Declares such a figure. */
export function pcFrames({ id, title, source, shows }: PcFrames): Leaf {
  const shown = (labels: Labels): labels is Labels & NetworkLabels =>
    isNetwork(labels) && labels.trained && shows(labels)
  return figure({
    id,
    title,
    study: "clusters",
    source,
    gathers: { snapshots: every(snapshots, shown) },
    draw: ({ snapshots }) => {
      const series = firstSeeds(
        snapshots.flatMap(({ labels, value }) =>
          shown(labels) && value.length > 0 ? [{ labels, points: toRows(value) }] : [],
        ),
      )
      if (series.length === 0) return missing(id, "snapshots", "points of a trained network")
      const steps = stepsOf(series)
      const classes = ascending(series.flatMap(({ points }) => points.map(({ label }) => label)))
      return drawSheet(id, title, (plot) => ({
        panels: [panelOf(plot, series, steps)],
        legend: classKeys(classes),
        caption:
          "Horizontal: first component, vertical: second, refitted at each t; one scale a row. " +
          `The networks are evaluated at t\u00a0=\u00a0${tEval} (dark frames); an empty frame was not recorded.`,
      }))
    },
  })
}
