/** A figure: a leaf that draws one SVG. */
import type * as Effect from "effect/Effect"
import { document } from "../schemas/table.ts"
import { type Gathered, type Gathers, type Leaf, leaf, type StageError } from "./leaf.ts"

export { every, type Labels, StageError } from "./leaf.ts"

const svg = document("figure", "one figure as SVG")

export interface FigureDefinition<G extends Gathers> {
  readonly id: string
  readonly title: string
  readonly study: string
  readonly source: string
  readonly gathers: G
  readonly draw: (inputs: Gathered<G>) => Effect.Effect<string, StageError>
}

/** Declares a figure: the default export of a file in `stages/figures`. */
export const figure = <const G extends Gathers>({ draw, ...definition }: FigureDefinition<G>): Leaf =>
  leaf({
    ...definition,
    kind: "figure",
    output: svg,
    // The plot library uses the engine's logarithms and powers for its ticks.
    runtime: async () => ({ v8: process.versions.v8 }),
    make: draw,
  })
