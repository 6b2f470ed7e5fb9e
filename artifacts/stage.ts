/**
 * What a stage is, and how stages are wired. Nearly all of this file is types: it is part of every stage's bundle, so
 * its few values must stay as they are for old artifacts to stay valid.
 */
import * as Data from "effect/Data"
import type * as Effect from "effect/Effect"
import type * as Schema from "effect/Schema"
import type { ArtifactSchema, Value } from "../schemas/table.ts"

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/** What tells one node of a stage from another, in words of the field: `{ d: 200, g: 20, seed: 0 }`. */
export type Labels = Readonly<Record<string, string | number | boolean>>

/** A port that takes the same table from any number of nodes, each with its labels: how sweeps are gathered. */
export interface Many<S extends ArtifactSchema = ArtifactSchema> {
  readonly kind: "many"
  readonly schema: S
}
export const many = <S extends ArtifactSchema>(schema: S): Many<S> => ({ kind: "many", schema })

export type Port = ArtifactSchema | Many
export type Ports = Readonly<Record<string, Port>>
export type Outputs = Readonly<Record<string, ArtifactSchema>>

export interface Labelled<V> {
  readonly labels: Labels
  readonly value: V
}

type PortValue<P extends Port> =
  P extends Many<infer S> ? readonly Labelled<Value<S>>[] : P extends ArtifactSchema ? Value<P> : never
export type PortValues<P extends Ports> = { readonly [K in keyof P]: PortValue<P[K]> }

/** A failure that the science itself reports: training diverged, centres that cannot be placed, a file that is damaged. */
export class StageError extends Data.TaggedError("StageError")<{
  /** What went wrong, with the quantity and the step at which it did. */
  readonly message: string
  /** What to do about it. */
  readonly advice?: string
}> {}

/** Called by a stage now and then with the fraction done (0 … 1) and what it is at. */
export type Report = (fraction: number, detail?: string) => void

/**
 * Threads that a stage may use beside its own. What it makes must not depend on their number, nor on which of them does
 * what: they are no part of the key.
 */
export interface Threads {
  /** How many may be at work now, the stage's own included: 1 or more. It changes as other stages begin and end. */
  readonly granted: () => number
  /**
   * Starts another thread, which loads the stage's code and calls its `assist` with `order`, a structured clone: only
   * SharedArrayBuffers are the same memory on both. It ends with the stage; should it end before, the stage fails.
   */
  readonly start: (order: unknown) => void
}

export type ParamSchema = Schema.Codec<unknown, unknown>

/** From which shorter runs a run can go on. */
export interface Resumes<Params> {
  /** The parameters in which the two may differ. */
  readonly along: readonly (keyof Params & string)[]
  /**
   * How far the outputs of a run with the parameters `shorter` reach into one with `longer`, such as in epochs: the furthest
   * is taken, and none of those at 0, which do not hold what is needed.
   */
  readonly reach: (shorter: Params, longer: Params) => number
}

/** A finished run that a longer one goes on from: the same but for the parameters along which the stage resumes. */
export interface Beginning<P extends ParamSchema, O extends Outputs> {
  readonly params: P["Type"]
  readonly outputs: PortValues<O>
}

export interface Stage<P extends ParamSchema, I extends Ports, O extends Outputs> {
  /** Imperative, kebab-case; also the folder of its manifests. */
  readonly name: string
  /** What it computes, in one line. */
  readonly doc: string
  /** `import.meta.url`: the root of the code digest. */
  readonly source: string
  readonly params: P
  readonly inputs: I
  readonly outputs: O
  /**
   * What else the outputs depend on, by parameters: the engine's own `Math.exp` (`{ v8: … }`) under a package, or an
   * external backend. Absent where the arithmetic is IEEE + - * / sqrt and our own kernels.
   */
  readonly runtime?: (params: P["Type"]) => Promise<Readonly<Record<string, string>>>
  /** Refuses what can be refused before anything runs, such as an unreadable data file. */
  readonly preflight?: (params: P["Type"]) => Effect.Effect<void, StageError>
  /**
   * How a run may go on from the outputs of a shorter one. Its own outputs must be the same, to the bit, as those of a run
   * from nothing: the key does not tell the two apart, and an audit always runs from nothing.
   */
  readonly resumes?: Resumes<P["Type"]>
  /** What a thread does that `run` has started; part of the code that is hashed, like `run`. */
  readonly assist?: (order: never) => void
  readonly run: (a: {
    readonly params: P["Type"]
    readonly inputs: PortValues<I>
    readonly report: Report
    /** The furthest shorter run in the store. Only a stage that `resumes` gets one, and not always. */
    readonly earlier?: Beginning<P, O> | undefined
    /** Absent where the stage has its own thread alone. */
    readonly threads?: Threads | undefined
  }) => Effect.Effect<PortValues<O>, StageError>
}

// biome-ignore lint/suspicious/noExplicitAny: the engine handles stages of every type
export type AnyStage = Stage<any, any, any>

/** Types a stage; changes nothing. */
export const stage = <P extends ParamSchema, const I extends Ports, const O extends Outputs>(
  definition: Stage<P, I, O>,
): Stage<P, I, O> => definition

/** A promise of one output table; carries its schema, so that wiring the wrong table is a compile error. */
export interface Ref<out S extends ArtifactSchema = ArtifactSchema> {
  readonly node: AnyNode
  readonly port: string
  readonly schema: S
}

type PortRef<P extends Port> = P extends Many<infer S> ? readonly Ref<S>[] : P extends ArtifactSchema ? Ref<P> : never
export type Refs<I extends Ports> = { readonly [K in keyof I]: PortRef<I[K]> }

/** One use of a stage: its parameters as written, and where its inputs come from. */
export interface Node<O extends Outputs = Outputs> {
  readonly stage: AnyStage
  readonly labels: Labels
  readonly params: Json
  readonly inputs: Readonly<Record<string, Ref | readonly Ref[]>>
  readonly out: { readonly [K in keyof O]: Ref<O[K]> }
}
export type AnyNode = Node

/** Declares a node. Parameters that have a default may be left out; they are checked when the graph is built. */
export function node<P extends ParamSchema, I extends Ports, O extends Outputs>(
  of: Stage<P, I, O>,
  labels: Labels,
  a: { readonly params: P["Encoded"]; readonly inputs: Refs<I> },
): Node<O> {
  const out: Record<string, Ref> = {}
  const made = { stage: of, labels, params: a.params as Json, inputs: a.inputs, out } as unknown as Node<O>
  for (const [port, schema] of Object.entries(of.outputs)) out[port] = { node: made, port, schema }
  return made
}
