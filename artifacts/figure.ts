/**
 * A figure is a leaf stage that draws one SVG from tables gathered over a whole study. Its file says which tables it wants;
 * the folder is the registry, so adding a figure is adding a file.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { type DocumentSchema, document, type TableSchema } from "../schemas/table.ts"
import { type Labels, type Many, many, type PortValues, type Stage, type StageError, stage } from "./stage.ts"

export { type Labels, StageError } from "./stage.ts"

const svg = document("figure", "one figure as SVG")
const noParams = Schema.Struct({})

/** All tables of one schema in a study, or those whose labels fit. */
export interface Every<S extends TableSchema = TableSchema> {
  readonly schema: S
  readonly where: (labels: Labels) => boolean
}

/** Gathers every table of `schema` in the study whose labels satisfy `where`. */
export const every = <S extends TableSchema>(schema: S, where: (labels: Labels) => boolean = () => true): Every<S> => ({
  schema,
  where,
})

type Gathers = Readonly<Record<string, Every>>
type PortsOf<G extends Gathers> = { readonly [K in keyof G]: Many<G[K]["schema"]> }

export interface Figure {
  /** Panel or claim of the paper, such as `A-2b`. */
  readonly id: string
  readonly title: string
  /** Study whose tables it draws. */
  readonly study: string
  readonly gathers: Gathers
  // biome-ignore lint/suspicious/noExplicitAny: each figure has ports of its own
  readonly stage: Stage<typeof noParams, any, { figure: DocumentSchema<"figure"> }>
}

export interface FigureDefinition<G extends Gathers> {
  readonly id: string
  readonly title: string
  readonly study: string
  readonly source: string
  readonly gathers: G
  readonly draw: (inputs: PortValues<PortsOf<G>>) => Effect.Effect<string, StageError>
}

/** Declares a figure: the default export of a file in `stages/figures`. */
export function figure<const G extends Gathers>(definition: FigureDefinition<G>): Figure {
  const { id, title, study, source, gathers, draw } = definition
  const inputs = Object.fromEntries(Object.entries(gathers).map(([port, { schema }]) => [port, many(schema)]))
  return {
    id,
    title,
    study,
    gathers,
    stage: stage({
      name: `figure-${id}`,
      doc: title,
      source,
      params: noParams,
      inputs: inputs as PortsOf<G>,
      outputs: { figure: svg },
      runtime: async () => ({ v8: process.versions.v8 }),
      run: ({ inputs }) => Effect.map(draw(inputs), (figure) => ({ figure })),
    }),
  }
}
