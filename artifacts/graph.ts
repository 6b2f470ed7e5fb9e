/**
 * The graph that a run works on: studies built with their parameters, leaves attached to the tables they gather, settings
 * of the command line applied, everything checked, nodes in topological order.
 */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { GraphInvalid } from "./errors.ts"
import { GraphBuilder, unknownWord } from "./graph-builder.ts"
import type { Leaf } from "./leaf.ts"
import { applySetting, decodeResult, type JsonRecord, paramDocs, type Setting } from "./params.ts"
import { type AnyNode, type AnyStage, type Json, type Labels, node, type ParamSchema, type Ref } from "./stage.ts"
import { type Sweep, sweepsIn } from "./sweep.ts"

export interface Study<P extends ParamSchema = ParamSchema> {
  readonly name: string
  readonly doc: string
  readonly params: P
  /** Parameters of each preset, where they differ from the defaults. */
  readonly presets: Readonly<Record<string, P["Encoded"]>>
  readonly build: (params: P["Type"]) => readonly AnyNode[]
}

/** Types a study. */
export const study = <P extends ParamSchema>(definition: Study<P>): Study<P> => definition

/** Everything a pipeline declares. */
export interface Pipeline {
  // biome-ignore lint/suspicious/noExplicitAny: each study has parameters of its own
  readonly studies: readonly Study<any>[]
  readonly leaves: readonly Leaf[]
}

export interface Source {
  /** Index of the node in {@link Graph.nodes}. */
  readonly from: number
  readonly port: string
  readonly labels: Labels
}

export interface GraphNode {
  /** Readable and unique: `clusters/train[d=200,g=20,seed=0]`, `figure-A-2b`. */
  readonly id: string
  readonly study: string
  readonly stage: AnyStage
  readonly labels: Labels
  /** Checked, without defaults, as they enter the recipe. */
  readonly params: JsonRecord
  readonly inputs: Readonly<Record<string, Source | readonly Source[]>>
  readonly dependents: readonly number[]
}

export interface Graph {
  readonly nodes: readonly GraphNode[]
  readonly leaves: readonly Leaf[]
}

/** Builds the graph of a preset: each study as it is set, once more for each variant of the sweeps, then its leaves. */
export const buildGraph = (
  { studies, leaves }: Pipeline,
  preset: string,
  settings: readonly Setting[] = [],
  sweeps: readonly Sweep[] = [],
): Effect.Effect<Graph, GraphInvalid> =>
  refusable(() => {
    const names: readonly string[] = studies.map(({ name }) => name)
    const builder = new GraphBuilder(names, settings, sweeps)
    for (const of of studies) {
      const own = sweeps.filter(({ scope }) => scope === of.name || !names.includes(scope))
      const { lists, variants } = sweepsIn(of, own)
      for (const variant of [[], ...variants]) {
        const params = studyParams(of, preset, [...settings, ...lists, ...variant])
        builder.variant = variant
        for (const root of of.build(params)) builder.add(of.name, root)
      }
      const ends = leaves
        .filter((leaf) => leaf.study === of.name)
        .map((leaf) => ({ leaf, root: leafNode(leaf, builder) }))
      for (const { leaf, root } of ends) if (isFed(root)) builder.add(of.name, root, leaf.stage.name)
    }
    builder.refuseUnused()
    return { nodes: builder.nodes, leaves }
  })

/** The building of a graph is plain code; a {@link GraphInvalid} that it throws is a failure. */
const refusable = <A>(body: () => A): Effect.Effect<A, GraphInvalid> =>
  Effect.try({
    try: body,
    catch: (cause) => {
      if (cause instanceof GraphInvalid) return cause
      throw cause
    },
  })

function studyParams(of: Study, preset: string, settings: readonly Setting[]): unknown {
  const start = of.presets[preset] as Json | undefined
  if (start === undefined) throw unknownWord("preset", preset, Object.keys(of.presets))
  const own = settings.filter(({ scope }) => scope === of.name)
  const names = paramDocs(of.params).map(({ name }) => name)
  const stranger = own.find(({ name }) => !names.includes(name))
  if (stranger) throw unknownWord(`parameter of ${of.name}`, stranger.name, names)
  const params = own.reduce<Json>((at, setting) => applySetting(of.params, at, setting), start)
  return Result.getOrThrow(decodeResult(of.params, params, of.name))
}

export const unknown = (kind: string, name: string, known: readonly string[]): Effect.Effect<never, GraphInvalid> =>
  Effect.fail(unknownWord(kind, name, known))

/** A leaf gathers every table of its schemas that its study has, in the order of their labels. */
function leafNode({ stage, gathers, study: of }: Leaf, builder: GraphBuilder): AnyNode {
  const inputs: Record<string, readonly Ref[]> = {}
  for (const [port, { schema, where, needed }] of Object.entries(gathers)) {
    const found = builder.tables(of, schema.name).filter(({ labels }) => where(labels))
    inputs[port] = found.some(({ labels }) => needed(labels)) ? found.map(({ ref }) => ref) : []
  }
  return node(stage, {}, { params: {}, inputs })
}

/** A leaf of which the study, as it is set, has no tables is left out. */
const isFed = ({ inputs }: AnyNode): boolean => Object.values(inputs).every((refs) => [refs].flat().length > 0)

/**
 * Words that name a node: its study, its stage, in all studies and in its own, for a leaf the id that the papers' figure or
 * claim has, and its own id.
 */
function namesOf(leaves: ReadonlyMap<AnyStage, Leaf>, { id, study, stage }: GraphNode): readonly string[] {
  const leaf = leaves.get(stage)
  return leaf === undefined ? [study, stage.name, `${study}/${stage.name}`, id] : [study, leaf.id, id]
}

/** Nodes that the targets name: studies, stages, leaves, nodes; none = all. */
export function named(graph: Graph, targets: readonly string[]): Effect.Effect<ReadonlySet<number>, GraphInvalid> {
  if (targets.length === 0) return Effect.succeed(new Set(graph.nodes.keys()))
  const leaves = new Map(graph.leaves.map((leaf) => [leaf.stage, leaf]))
  const names = graph.nodes.map((node) => namesOf(leaves, node))
  const wanted = new Set<number>()
  for (const target of targets) {
    const found = [...names.keys()].filter((i) => names[i]!.includes(target))
    if (found.length === 0)
      return unknown(
        "target",
        target,
        [0, 1, 2, 3].flatMap((kind) => distinctWords(names, kind)),
      )
    for (const i of found) wanted.add(i)
  }
  return Effect.succeed(wanted)
}

/** Names of one kind, studies first: what a person is told of who mistyped a target. */
const distinctWords = (names: readonly (readonly string[])[], kind: number): readonly string[] => [
  ...new Set(names.flatMap((of) => of[kind] ?? [])),
]

/** The nodes with everything they depend on. */
export function closure({ nodes }: Graph, wanted: ReadonlySet<number>): ReadonlySet<number> {
  const all = new Set(wanted)
  for (let i = nodes.length - 1; i >= 0; i--) if (all.has(i)) for (const { from } of sourcesOf(nodes[i]!)) all.add(from)
  return all
}

/** Nodes that the targets name, with everything they depend on. */
export const select = (graph: Graph, targets: readonly string[]): Effect.Effect<ReadonlySet<number>, GraphInvalid> =>
  Effect.map(named(graph, targets), (wanted) => closure(graph, wanted))

/** All sources of a node, port by port. */
export const sourcesOf = ({ inputs }: GraphNode): readonly Source[] => Object.values(inputs).flat()
