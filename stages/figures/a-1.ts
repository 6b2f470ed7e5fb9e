import { every, figure } from "../../artifacts/figure.ts"
import { points } from "../../schemas/points.ts"
import { isTask, tEval } from "../leaves/clusters.ts"
import {
  type Cloud,
  classesOf,
  classGroups,
  coordinate,
  coordinateAxis,
  distance,
  nearestTo,
  planePanel,
  type Task,
  tasksOf,
} from "./inputs.ts"
import { brief, centred, classKeys, pointData, pointLayer } from "./layers.ts"
import { missing } from "./networks.ts"
import { drawSheet, type Layer, type Panel, type Plot } from "./sheet.ts"
import { faint, ink } from "./style.ts"

const id = "A-1"
const title = "The task: an impulse, a delay, and a class"
const height = 350

/** One quantity of a task, as its own data have it. */
interface Fact {
  readonly name: string
  readonly of: (task: Task) => number
}

/** Root mean square of a coordinate's distance from its centre. */
function spread(centres: Cloud, { x, cluster, d }: Cloud): number {
  let squared = 0
  x.forEach((value, at) => {
    const centre = centres.x[cluster[Math.floor(at / d)]! * d + (at % d)]!
    squared += (value - centre) * (value - centre)
  })
  return Math.sqrt(squared / x.length)
}

const facts: readonly Fact[] = [
  { name: "clusters", of: ({ centres }) => centres.label.length },
  { name: "clusters of class 0", of: ({ centres }) => centres.label.filter((label) => label === 0).length },
  {
    name: "largest |x| of a centre",
    of: ({ centres }) => centres.x.reduce((most, x) => Math.max(most, Math.abs(x)), 0),
  },
  {
    name: "least distance of centres",
    of: ({ centres }) =>
      Math.min(...[...centres.label.keys()].map((i) => distance(centres, i, Math.max(0, nearestTo(centres, i))))),
  },
  { name: "standard deviation σ of a cluster", of: ({ centres, samples }) => spread(centres, samples) },
]

/** Width of the column of names, in px. */
const nameWidth = 230

/** The facts as a table: a row a fact, a column a task. */
function factLayer(plot: Plot, tasks: readonly Task[]): Layer {
  const cells = facts.flatMap(({ name, of }, row) =>
    tasks.map((task, column) => ({ name, row, column, y: of(task), d: task.d })),
  )
  return {
    marks: [
      plot.text(cells, { x: "column", y: "row", text: ({ y }) => brief(y) }),
      plot.text(facts, { frameAnchor: "left", y: (_, row) => row, text: "name", textAnchor: "start", dx: -nameWidth }),
      plot.text(tasks, { x: (_, column) => column, y: -1, text: ({ d }) => `d = ${d}`, fontWeight: "bold" }),
    ],
    rows: cells.map(({ name, d, y }) => pointData(name, d, y)),
  }
}

const factPanel = (plot: Plot, tasks: readonly Task[]): Panel => ({
  name: "the inputs in numbers",
  width: nameWidth + 80 * tasks.length,
  height: 190,
  options: {
    margin: 30,
    marginLeft: nameWidth,
    marginRight: 0,
    x: { domain: [-0.5, tasks.length - 0.5], axis: null },
    y: { domain: [-1, facts.length - 1], reverse: true, axis: null },
  },
  layers: [factLayer(plot, tasks)],
})

/** Where a signal is zero or not looked at. */
const pale = "#b4b4b4"
/** Rows of the schematic, from the bottom. */
const [output, state, input] = [0, 1, 2]
const steps = Array.from({ length: tEval + 3 }, (_, t) => t)

/** What acts on what. */
const arrows = [
  { from: [0, input], to: [0, state] },
  ...steps.slice(1).map((t) => ({ from: [t - 1, state], to: [t, state] })),
  { from: [tEval, state], to: [tEval, output] },
] as const

/** Input, state and output of each step: `on` where there is one. */
const signals = steps.flatMap((t) => [
  { t, y: input, on: t === 0 },
  { t, y: state, on: true },
  { t, y: output, on: t === tEval },
])

const remarks = [
  { x: 0, y: input, text: "the point x, once" },
  { x: 6, y: input, text: "x = 0 from t = 1 on" },
  { x: 5.5, y: state, text: "h = tanh(R h + U x + b₁)" },
  { x: tEval - 3, y: output, text: `class at t = ${tEval}` },
]

const schematicPanel = (plot: Plot): Panel => ({
  name: "one trial",
  title: "one trial (paper: Fig. 1)",
  width: 470,
  height,
  options: {
    marginLeft: 64,
    marginRight: 14,
    marginTop: 40,
    marginBottom: 40,
    x: { domain: [-0.5, steps.length - 0.5] },
    y: { domain: [-0.4, 2.4], axis: null },
  },
  layers: [
    plot.arrow(arrows, {
      ...{ x1: ({ from }) => from[0], y1: ({ from }) => from[1], x2: ({ to }) => to[0], y2: ({ to }) => to[1] },
      ...{ inset: 7, headLength: 5, stroke: faint },
    }),
    plot.dot(signals, {
      x: "t",
      y: "y",
      r: 5,
      fill: ({ on }) => (on ? ink : "#ffffff"),
      stroke: ({ on }) => (on ? ink : pale),
    }),
    plot.text(["input x", "state h", "output o"], { x: -0.5, y: (_, i) => input - i, textAnchor: "end", dx: -8 }),
    plot.text(remarks, { x: "x", y: "y", text: "text", dy: -16, textAnchor: "start", dx: -6 }),
    plot.axisX({
      label: "time step t",
      ...centred,
      ticks: steps.filter((t) => t % 5 === 0),
    }),
  ],
})

/** The task as its data have it, and when a network sees and answers what. */
export default figure({
  id,
  title,
  study: "clusters",
  source: import.meta.url,
  gathers: { points: every(points, isTask) },
  draw: ({ points }) => {
    const tasks = tasksOf(points)
    const drawn = tasks.find(({ d }) => d > 1)
    if (drawn === undefined) return missing(id, "points", "the centres and the samples of inputs with d > 1")
    const { centres, d, seed } = drawn
    const [x, y] = [coordinate(centres, 0), coordinate(centres, 1)]
    return drawSheet(id, title, (plot) => ({
      panels: [
        planePanel(
          plot,
          { name: `cluster centres, d = ${d}`, x: coordinateAxis("x₁"), y: coordinateAxis("x₂") },
          pointLayer(plot, classGroups(centres, x, y), 4),
        ),
        schematicPanel(plot),
        factPanel(plot, tasks),
      ],
      legend: classKeys(classesOf(centres)),
      caption:
        `Inputs of seed ${seed}. R, b₁ and the output weights are learnt, U is not. The loss reads the output ` +
        `at t\u00a0=\u00a0${tEval} only, so that what comes after it is what the network does by itself.`,
    }))
  },
})
