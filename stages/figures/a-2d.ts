import { every, figure } from "../../artifacts/figure.ts"
import { snapshots } from "../../schemas/snapshots.ts"
import { type Row, toRows } from "../../schemas/table.ts"
import {
  ascending,
  type ClustersLabels,
  classColour,
  drawSheet,
  evaluationStep,
  ink,
  isClusters,
  missing,
  type Panel,
  type Plot,
  regime,
} from "./style.ts"

const id = "A-2d"
const title = "Hidden states of trained networks in the plane of their two leading principal components"
const wantedSteps = [0, 2, 4, 6, 8, 10, 15, 30]
/** Side of one snapshot with the gap round it, and margins, in px. */
const side = 80
const [marginLeft, marginTop] = [128, 24]
/** A twentieth of the side, half of it outside, so that snapshots are squares whatever their number. */
const gap = { paddingInner: 0.05, paddingOuter: 0.025 }

/** The snapshots of one network. */
interface Series {
  readonly labels: ClustersLabels
  readonly points: readonly Row<typeof snapshots>[]
}

/** The network with the smallest seed of each input dimension and gain: d descending, then g ascending. */
function firstSeeds(series: readonly Series[]): readonly Series[] {
  const sorted = series.toSorted(({ labels: a }, { labels: b }) => b.d - a.d || a.g - b.g || a.seed - b.seed)
  return sorted.filter(({ labels }, i) => {
    const before = sorted[i - 1]?.labels
    return before?.d !== labels.d || before.g !== labels.g
  })
}

/** Those of the paper's steps that were recorded; where none was, at most as many, evenly chosen. */
function stepsOf(series: readonly Series[]): readonly number[] {
  const recorded = ascending(series.flatMap(({ points }) => points.map(({ t }) => t)))
  const wanted = recorded.filter((t) => wantedSteps.includes(t))
  const stride = Math.ceil(recorded.length / wantedSteps.length)
  return wanted.length > 0 ? wanted : recorded.filter((_, i) => i % stride === 0)
}

/** Largest coordinate of a row of snapshots: all of them share its scale, so that spreads compare over t. */
const reachOf = ({ points }: Series, steps: readonly number[]): number =>
  points.reduce(
    (reach, { t, pc1, pc2 }) => (steps.includes(t) ? Math.max(reach, Math.abs(pc1), Math.abs(pc2)) : reach),
    0,
  ) || 1

function panelOf(plot: Plot, series: readonly Series[], steps: readonly number[]): Panel {
  const reaches = series.map((of) => reachOf(of, steps))
  const rowName = (row: number) => {
    const { d, g, seed } = series[row]!.labels
    return [`d = ${d}, g = ${g}`, regime(g), `seed ${seed}, axes ± ${reaches[row]!.toPrecision(2)}`]
      .filter(Boolean)
      .join("\n")
  }
  const points = series.flatMap(({ points }, row) =>
    points
      .filter(({ t }) => steps.includes(t))
      .map(({ t, label, pc1, pc2 }) => ({ t, row, label, x: pc1 / reaches[row]!, y: pc2 / reaches[row]! })),
  )
  return {
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
      marks: [
        plot.frame({ stroke: ink, strokeOpacity: 0.3 }),
        plot.frame({ stroke: ink, strokeWidth: 1.5, facet: "auto", fx: steps.filter((t) => t === evaluationStep) }),
        plot.dot(points, { x: "x", y: "y", fx: "t", fy: "row", r: 1.2, fill: ({ label }) => classColour(label) }),
        plot.axisFx({ tickFormat: (t: number) => `t = ${t}`, label: null }),
        plot.axisFy({ anchor: "left", tickFormat: rowName, label: null }),
      ],
    },
  }
}

/** Points in the plane of the two leading components, refitted at each t, for one trained network of each d and g. */
export default figure({
  id,
  title,
  study: "clusters",
  source: import.meta.url,
  gathers: { snapshots: every(snapshots, (labels) => isClusters(labels) && labels.trained) },
  draw: ({ snapshots }) => {
    const series = firstSeeds(
      snapshots.flatMap(({ labels, value }) =>
        isClusters(labels) && labels.trained && value.length > 0 ? [{ labels, points: toRows(value) }] : [],
      ),
    )
    if (series.length === 0) return missing(id, "snapshots", "points of a trained network")
    const steps = stepsOf(series)
    const labels = ascending(series.flatMap(({ points }) => points.map(({ label }) => label)))
    return drawSheet(id, title, (plot) => ({
      panels: [panelOf(plot, series, steps)],
      legend: labels.map((label) => ({ label: `class ${label}`, colour: classColour(label), shape: "dot" })),
      caption:
        "Horizontal: first component, vertical: second, refitted at each t; one scale a row. " +
        `The networks are evaluated at t\u00a0=\u00a0${evaluationStep} (dark frames); an empty frame was not recorded.`,
    }))
  },
})
