/** A figure: a leaf that draws one SVG, and gives the numbers that it shows as a table. */
import type * as Effect from "effect/Effect"
import { document, float64, int32, type Table, table, utf8 } from "../schemas/table.ts"
import { type Gathered, type Gathers, type Leaf, leaf, type StageError } from "./leaf.ts"

export { every, type Labels, StageError } from "./leaf.ts"

const svg = document("figure", "one figure as SVG")

export const figureData = table("figure-data", {
  doc: "the numbers that a figure shows, a median with its band or a single point a row",
  format: "parquet",
  columns: {
    panel: utf8("panel of the figure"),
    series: utf8("curve, or group of points"),
    x: float64("place on the horizontal axis"),
    y: float64("place on the vertical axis: the median, or the value of the point"),
    low: float64("lower end of the band; y where there is none"),
    high: float64("upper end of the band; y where there is none"),
    n: int32("realisations behind the median; 1 for a single point"),
  },
})

export interface Drawing {
  readonly figure: string
  readonly data: Table<typeof figureData>
}

export interface FigureDefinition<G extends Gathers> {
  readonly id: string
  readonly title: string
  readonly study: string
  readonly source: string
  readonly gathers: G
  /** The SVG with its numbers. */
  readonly draw: (inputs: Gathered<G>) => Effect.Effect<Drawing, StageError>
}

/** Declares a figure: the default export of a file in `stages/figures`. */
export const figure = <const G extends Gathers>({ draw, ...definition }: FigureDefinition<G>): Leaf =>
  leaf({
    ...definition,
    kind: "figure",
    outputs: { figure: svg, data: figureData },
    // The plot library uses the engine's logarithms and powers for its ticks.
    runtime: async () => ({ v8: process.versions.v8 }),
    make: draw,
  })
