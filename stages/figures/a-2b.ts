import { every, figure } from "../../artifacts/figure.ts"
import { dimension } from "../../schemas/dimension.ts"
import { toRows } from "../../schemas/table.ts"
import {
  ascending,
  bandNote,
  type ClustersLabels,
  curveMarks,
  drawSheet,
  evaluationStep,
  faint,
  gainColours,
  ink,
  isClusters,
  type Key,
  missing,
  type Panel,
  type Plot,
  regime,
  type Sample,
} from "./style.ts"

const id = "A-2b"
const title = "Effective dimensionality of the hidden states over time"
const lastStep = 15
const panelOfPaper = new Map([
  [200, "Fig. 2b"],
  [2, "Fig. 3d"],
])

type EdSample = Sample & ClustersLabels

/** Curves of one input dimension: each gain before (dashed) and after (solid) training. */
const curvesOf = (samples: readonly EdSample[], colours: ReadonlyMap<number, string>) =>
  [...colours].flatMap(([g, colour]) =>
    [false, true]
      .map((trained) => samples.filter((sample) => sample.g === g && sample.trained === trained))
      .filter((of) => of.length > 0)
      .map((of) => ({ colour, dashed: !of[0]!.trained, samples: of })),
  )

const panelOf = (plot: Plot, d: number, curves: ReturnType<typeof curvesOf>): Panel => ({
  title: panelOfPaper.has(d) ? `d = ${d} (paper: ${panelOfPaper.get(d)})` : `d = ${d}`,
  width: 370,
  height: 290,
  options: {
    marginLeft: 48,
    marginTop: 26,
    marginBottom: 40,
    x: { domain: [0, lastStep] },
    y: {
      domain: [0, Math.max(1, ...curves.flatMap(({ samples }) => samples.map(({ y }) => y)))],
      nice: 5,
      insetTop: 18,
    },
    marks: [
      plot.gridY({ stroke: ink, strokeOpacity: 0.1 }),
      plot.ruleX([evaluationStep], { stroke: faint }),
      plot.text([`evaluated at t = ${evaluationStep}`], {
        x: () => evaluationStep,
        frameAnchor: "top",
        textAnchor: "end",
        lineAnchor: "top",
        dx: -5,
        dy: 3,
        fill: faint,
      }),
      curveMarks(plot, curves),
      plot.axisX({ label: "time step t", labelAnchor: "center", labelArrow: "none", ticks: [0, 5, 10, 15] }),
      plot.axisY({ label: "effective dimensionality", labelAnchor: "center", labelArrow: "none" }),
    ],
  },
})

const legendOf = (samples: readonly EdSample[], colours: ReadonlyMap<number, string>): readonly Key[] => [
  ...[...colours].map(([g, colour]) => ({
    label: regime(g) === undefined ? `g = ${g}` : `g = ${g}, ${regime(g)}`,
    colour,
    shape: "line" as const,
  })),
  ...(samples.some(({ trained }) => !trained)
    ? [{ label: "before training", colour: ink, shape: "dashed" as const }]
    : []),
  ...(samples.some(({ trained }) => trained) ? [{ label: "after training", colour: ink, shape: "line" as const }] : []),
]

/**
 * ED over t before and after training, one panel an input dimension, one colour a gain.
 * Differs from the paper: its bands are the central 75 % of gamma fits, these are empirical quantiles, which are also
 * defined where ED = 1 for many seeds.
 */
export default figure({
  id,
  title,
  study: "clusters",
  source: import.meta.url,
  gathers: { dimension: every(dimension, isClusters) },
  draw: ({ dimension }) => {
    const samples = dimension.flatMap(({ labels, value }) =>
      isClusters(labels)
        ? toRows(value)
            .filter(({ t, label }) => label === -1 && t <= lastStep)
            .map(({ t, ed }) => ({ ...labels, x: t, y: ed }))
        : [],
    )
    if (samples.length === 0) return missing(id, "dimension", `rows with label -1 and t <= ${lastStep}`)
    const colours = gainColours(samples.map(({ g }) => g))
    const groups = ascending(samples.map(({ d }) => d))
      .toReversed()
      .map((d) => ({
        d,
        curves: curvesOf(
          samples.filter((sample) => sample.d === d),
          colours,
        ),
      }))
    return drawSheet(id, title, (plot) => ({
      panels: groups.map(({ d, curves }) => panelOf(plot, d, curves)),
      legend: legendOf(samples, colours),
      caption: `ED = (Σλ)² / Σλ² of the covariance of all points at each t. ${bandNote(groups.flatMap(({ curves }) => curves))}`,
    }))
  },
})
