/** Figures of one number of a network over t, before (dashed) and after training (solid), a colour a gain, a panel a d. */
import { every, figure, type Labels } from "../../artifacts/figure.ts"
import type { Leaf } from "../../artifacts/leaf.ts"
import { type Row, type Table, type TableSchema, toRows } from "../../schemas/table.ts"
import { isNetwork, type NetworkLabels, tEval } from "../leaves/clusters.ts"
import { bandNote, bandsOf, type GammaLaw, hasBand, type Sample } from "./bands.ts"
import { type Curve, centred, curveLayer, levelMarks, margins } from "./layers.ts"
import { ascending, missing } from "./networks.ts"
import { drawSheet, type Key, type Marks, type Panel, type Plot } from "./sheet.ts"
import { faint, gainColours, ink, regime } from "./style.ts"

export const lastStep = 15

export interface OverTime<S extends TableSchema> {
  readonly id: string
  readonly title: string
  /** `import.meta.url` of the figure. */
  readonly source: string
  readonly schema: S
  /** Input dimensions that it shows, and the order of their panels. */
  readonly dimensions: { readonly shown: (d: number) => boolean; readonly order: "ascending" | "descending" }
  /** What the paper calls the panel of a dimension. */
  readonly inPaper: ReadonlyMap<number, string>
  /** The step and the number of a row; undefined for rows of other things. */
  readonly pointOf: (row: Row<S>) => { readonly t: number; readonly y: number } | undefined
  /** What the rows are, for the failure without any. */
  readonly rows: string
  readonly law: GammaLaw
  readonly axis: string
  /** A reference line, and the axis' ends: it reaches at least over these. */
  readonly level?: { readonly y: number; readonly name: string }
  readonly atLeast: readonly [low: number, high: number]
  readonly caption: string
}

type NetworkSample = Sample & NetworkLabels

/** Curves of one input dimension: each gain before and after training. */
const curvesOf = (samples: readonly NetworkSample[], colours: ReadonlyMap<number, string>, law: GammaLaw) =>
  [...colours].flatMap(([g, colour]): readonly Curve[] =>
    [false, true].flatMap((trained) => {
      const of = samples.filter((sample) => sample.g === g && sample.trained === trained)
      const series = `g = ${g}, ${trained ? "after" : "before"}`
      return of.length > 0 ? [{ series, colour, dashed: !trained, samples: of, law }] : []
    }),
  )

/** From the least to the largest number that is drawn. */
export const extentOf = (curves: readonly Curve[]): readonly [number, number] => {
  const drawn = curves.flatMap((curve) =>
    hasBand(curve)
      ? bandsOf(curve.samples, curve.law).flatMap(({ low, high }) => [low, high])
      : curve.samples.map(({ y }) => y),
  )
  return [Math.min(...drawn), Math.max(...drawn)]
}

/** Marks the step at which the network is read. */
const evaluationMarks = (plot: Plot): Marks => [
  plot.ruleX([tEval], { stroke: faint }),
  plot.text([`evaluated at t = ${tEval}`], {
    x: () => tEval,
    frameAnchor: "top",
    textAnchor: "end",
    lineAnchor: "top",
    dx: -5,
    dy: 3,
    fill: faint,
  }),
]

function panelOf<S extends TableSchema>(plot: Plot, of: OverTime<S>, d: number, curves: readonly Curve[]): Panel {
  const [least, most] = extentOf(curves)
  const domain = [Math.min(of.atLeast[0], Math.floor(least * 10) / 10), Math.max(of.atLeast[1], most)]
  const inPaper = of.inPaper.get(d)
  return {
    name: `d = ${d}`,
    ...(inPaper !== undefined && { title: `d = ${d} (paper: ${inPaper})` }),
    width: 420,
    height: 300,
    options: {
      ...margins,
      marginRight: of.level ? 50 : 20,
      x: { domain: [0, lastStep] },
      y: { domain, nice: 5, insetTop: 20 },
    },
    layers: [
      plot.gridY({ stroke: ink, strokeOpacity: 0.1 }),
      evaluationMarks(plot),
      ...(of.level ? [levelMarks(plot, of.level.y, of.level.name, "outside")] : []),
      curveLayer(plot, curves, "t"),
      plot.axisX({ label: "time step t", ...centred, ticks: [0, 5, 10, 15] }),
      plot.axisY({ label: of.axis, ...centred }),
    ],
  }
}

/** Keys for gains, by their colour. */
export const gainKeys = (colours: ReadonlyMap<number, string>): readonly Key[] =>
  [...colours].map(([g, colour]) => ({
    label: regime(g) === undefined ? `g = ${g}` : `g = ${g}, ${regime(g)}`,
    colour,
    shape: "line",
  }))

const legendOf = (samples: readonly NetworkSample[], colours: ReadonlyMap<number, string>): readonly Key[] => [
  ...gainKeys(colours),
  ...(samples.some(({ trained }) => !trained)
    ? [{ label: "before training", colour: ink, shape: "dashed" as const }]
    : []),
  ...(samples.some(({ trained }) => trained) ? [{ label: "after training", colour: ink, shape: "line" as const }] : []),
]

/** Declares such a figure. */
export function overTime<const S extends TableSchema>(of: OverTime<S>): Leaf {
  const { id, title, source, schema, dimensions, law } = of
  const shown = (labels: Labels): labels is Labels & NetworkLabels => isNetwork(labels) && dimensions.shown(labels.d)
  const samplesOf = (labels: Labels, value: Table<S>): readonly NetworkSample[] =>
    shown(labels)
      ? toRows(value).flatMap((row) => {
          const point = of.pointOf(row)
          return point && point.t <= lastStep ? [{ ...labels, x: point.t, y: point.y }] : []
        })
      : []
  return figure({
    id,
    title,
    study: "clusters",
    source,
    gathers: { [schema.name]: every(schema, shown) },
    draw: (gathered) => {
      const tables = gathered[schema.name] as readonly { readonly labels: Labels; readonly value: Table<S> }[]
      const samples = tables.flatMap(({ labels, value }) => samplesOf(labels, value))
      if (samples.length === 0) return missing(id, schema.name, `${of.rows} and t <= ${lastStep}`)
      const colours = gainColours(samples.map(({ g }) => g))
      const sorted = ascending(samples.map(({ d }) => d))
      const groups = (dimensions.order === "ascending" ? sorted : sorted.toReversed()).map((d) => ({
        d,
        curves: curvesOf(
          samples.filter((sample) => sample.d === d),
          colours,
          law,
        ),
      }))
      return drawSheet(id, title, (plot) => ({
        panels: groups.map(({ d, curves }) => panelOf(plot, of, d, curves)),
        legend: legendOf(samples, colours),
        caption: `${of.caption} ${bandNote(groups.flatMap(({ curves }) => curves))}`,
      }))
    },
  })
}
