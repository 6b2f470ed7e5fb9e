/**
 * A leaf: a stage at the end of the graph that gathers tables over a whole study. Its file says which tables it wants; the
 * folder is the registry, so adding a figure or a claim is adding a file.
 */
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { TableSchema } from "../schemas/table.ts"
import {
  type AnyStage,
  type Labels,
  type Many,
  many,
  type Outputs,
  type PortValues,
  type StageError,
  stage,
} from "./stage.ts"

export { type Labels, StageError } from "./stage.ts"

const noParams = Schema.Struct({})

/** All tables of one schema in a study, or those whose labels fit. */
export interface Every<S extends TableSchema = TableSchema> {
  readonly schema: S
  readonly where: (labels: Labels) => boolean
  readonly needed: (labels: Labels) => boolean
}

/**
 * Gathers every table of `schema` in the study whose labels satisfy `where`. The leaf is left out where none of them
 * satisfies `needed`: a comparison of settings is nothing without a second one.
 */
export const every = <S extends TableSchema>(
  schema: S,
  where: (labels: Labels) => boolean = () => true,
  needed = where,
): Every<S> => ({ schema, where, needed })

export type Gathers = Readonly<Record<string, Every>>

/** What a leaf gathered, by port: each table with the labels of its node, in the order of the labels. */
export type Gathered<G extends Gathers> = PortValues<{ readonly [K in keyof G]: Many<G[K]["schema"]> }>

export interface Leaf {
  readonly kind: "figure" | "claim"
  /** Panel or claim of the paper, such as `A-2b`: the name of its node. */
  readonly id: string
  readonly title: string
  /** Study whose tables it gathers. */
  readonly study: string
  readonly gathers: Gathers
  readonly stage: AnyStage
}

export interface LeafDefinition<G extends Gathers, O extends Outputs> {
  readonly kind: Leaf["kind"]
  readonly id: string
  readonly title: string
  readonly study: string
  /** `import.meta.url`: the root of the code digest. */
  readonly source: string
  readonly gathers: G
  /** What else the outputs depend on; see `Stage.runtime`. */
  readonly runtime?: () => Promise<Readonly<Record<string, string>>>
  readonly outputs: O
  readonly make: (inputs: Gathered<G>) => Effect.Effect<PortValues<O>, StageError>
}

/** Declares a leaf. Its main output is at the port that has the name of its kind. */
export function leaf<const G extends Gathers, const O extends Outputs>(definition: LeafDefinition<G, O>): Leaf {
  const { kind, id, title, study, source, gathers, outputs, runtime, make } = definition
  const inputs = Object.fromEntries(Object.entries(gathers).map(([port, { schema }]) => [port, many(schema)]))
  const run = ({ inputs }: { inputs: unknown }) => make(inputs as Gathered<G>)
  return {
    kind,
    id,
    title,
    study,
    gathers,
    stage: stage({
      name: `${kind}-${id}`,
      doc: title,
      source,
      params: noParams,
      inputs,
      outputs,
      run: run as never,
      ...(runtime && { runtime }),
    }),
  }
}
