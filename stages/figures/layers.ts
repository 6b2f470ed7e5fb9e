/** Parts of a panel that carry numbers: each layer gives its marks, and the rows of the data table that they show. */
import { type Band, bandsOf, hasBand, type Samples, type Spread, seedsOf } from "./bands.ts"
import type { Datum, Key, Layer, Marks, Plot } from "./sheet.ts"
import { classColour, faint } from "./style.ts"

/** Room for the axes of a panel, and labels in their middle. */
export const margins = { marginLeft: 48, marginTop: 26, marginBottom: 40 } as const
export const centred = { labelAnchor: "center", labelArrow: "none" } as const

export interface Curve extends Samples {
  /** Its name in the data table and in tooltips. */
  readonly series: string
  readonly colour: string
  readonly dashed: boolean
}

/** A number for people: 3 decimals at most, or 2 digits where it is smaller than that. */
export const brief = (x: number): string =>
  Math.abs(x) >= 0.001 || x === 0 ? String(Math.round(x * 1000) / 1000) : x.toExponential(1)

/** The numbers of a median for its tooltip. */
export const spreadText = ({ low, median, high, n }: Spread): string =>
  `median ${brief(median)}, central 75\u00a0% ${brief(low)} to ${brief(high)}, n = ${n}`

/** Rows of the data table for a median: the band that is drawn, and the empirical one where that is another. */
export const spreadData = (series: string, x: number, { empirical, ...drawn }: Omit<Band, "x">, fitted: boolean) => {
  const datum = (name: string, { median, low, high, n }: Spread): Datum => ({
    series: name,
    x,
    y: median,
    low,
    high,
    n,
  })
  return [datum(series, drawn), ...(fitted ? [datum(`${series}, empirical`, empirical)] : [])]
}

/** A single point as a row of the data table. */
export const pointData = (series: string, x: number, y: number): Datum => ({ series, x, y, low: y, high: y, n: 1 })

/** Medians of a curve above which their markers are smaller, so that they do not hide the line. */
const manyMedians = 40

/** Marks of one curve, those that lie behind all curves apart. */
interface Traced {
  readonly behind: Marks
  readonly marks: Marks
  readonly rows: readonly Datum[]
}

function traced(plot: Plot, curve: Curve, xName: string): Traced {
  const { series, colour, dashed, samples, law } = curve
  const stroke = { stroke: colour, strokeDasharray: dashed ? "5,4" : "none", strokeWidth: 1.8 }
  if (!hasBand(curve))
    return {
      behind: [],
      marks: [plot.line(samples, { x: "x", y: "y", z: "seed", ...stroke, strokeWidth: 1.2 })],
      rows: seedsOf(samples).flatMap((seed) =>
        samples.filter((one) => one.seed === seed).map(({ x, y }) => pointData(`${series}, seed ${seed}`, x, y)),
      ),
    }
  const bands = bandsOf(samples, law)
  const title = (band: Band) => `${series}, ${xName} = ${brief(band.x)}: ${spreadText(band)}`
  return {
    behind: [plot.areaY(bands, { x: "x", y1: "low", y2: "high", fill: colour, fillOpacity: dashed ? 0.14 : 0.25 })],
    marks: [
      plot.line(bands, { x: "x", y: "median", ...stroke }),
      plot.dot(bands, {
        x: "x",
        y: "median",
        r: bands.length > manyMedians ? 1 : 2,
        fill: dashed ? "#ffffff" : colour,
        stroke: colour,
        title,
      }),
    ],
    rows: bands.flatMap((band) => spreadData(series, band.x, band, law !== undefined)),
  }
}

/**
 * Line of medians and band of each curve, the bands behind all lines; each median has a tooltip, in which x is called
 * `xName`. One line a seed where seeds are too few.
 */
export function curveLayer(plot: Plot, curves: readonly Curve[], xName: string): Layer {
  const parts = curves.map((curve) => traced(plot, curve, xName))
  return {
    marks: [...parts.flatMap(({ behind }) => behind), ...parts.flatMap(({ marks }) => marks)],
    rows: parts.flatMap(({ rows }) => rows),
  }
}

export interface PointGroup {
  readonly series: string
  readonly colour: string
  readonly points: readonly { readonly x: number; readonly y: number }[]
}

/** Groups of single points, each in its colour, with radius r in px. */
export const pointLayer = (plot: Plot, groups: readonly PointGroup[], r: number): Layer => ({
  marks: groups.map(({ points, colour }) => plot.dot(points, { x: "x", y: "y", r, fill: colour })),
  rows: groups.flatMap(({ series, points }) => points.map(({ x, y }) => pointData(series, x, y))),
})

/** Keys of classes. */
export const classKeys = (classes: readonly number[]): readonly Key[] =>
  classes.map((label) => ({ label: `class ${label}`, colour: classColour(label), shape: "dot" }))

/** A reference line at height y, behind the data, with its name below its right end, or right of the frame. */
export const levelMarks = (plot: Plot, y: number, name: string, at: "inside" | "outside" = "inside"): Marks => [
  plot.ruleY([y], { stroke: faint, strokeDasharray: "2,3" }),
  plot.text([name], {
    frameAnchor: "right",
    y: () => y,
    fill: faint,
    ...(at === "inside" ? { textAnchor: "end", lineAnchor: "top", dx: -4, dy: 4 } : { textAnchor: "start", dx: 5 }),
  }),
]
