/**
 * The graph that a run works on: studies built with their parameters, leaves attached to the tables they gather, settings
 * of the command line applied, everything checked, nodes in topological order.
 */
import * as Effect from "effect/Effect"
import { GraphInvalid } from "./errors.ts"
import { byCodeUnit, encode, sha256 } from "./key.ts"
import type { Leaf } from "./leaf.ts"
import {
  applySetting,
  decodeParams,
  type JsonRecord,
  namesFor,
  paramDocs,
  type Setting,
  withoutDefaults,
} from "./params.ts"
import { type AnyNode, type AnyStage, type Json, type Labels, node, type ParamSchema, type Ref } from "./stage.ts"
import { type Sweep, sweepsIn, sweptLabels, type Variant } from "./sweep.ts"

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

interface Draft extends GraphNode {
  readonly dependents: number[]
  readonly structure: string
}

/** Builds the graph of a preset: each study as it is set, once more for each variant of the sweeps, then its leaves. */
export const buildGraph = Effect.fnUntraced(function* (
  { studies, leaves }: Pipeline,
  preset: string,
  settings: readonly Setting[] = [],
  sweeps: readonly Sweep[] = [],
): Effect.fn.Return<Graph, GraphInvalid> {
  const names: readonly string[] = studies.map(({ name }) => name)
  const builder = new GraphBuilder(names, settings, sweeps)
  for (const of of studies) {
    const own = sweeps.filter(({ scope }) => scope === of.name || !names.includes(scope))
    const { lists, variants } = sweepsIn(of, own)
    for (const variant of [[], ...variants]) {
      const params = yield* studyParams(of, preset, [...settings, ...lists, ...variant])
      builder.variant = variant
      for (const root of of.build(params)) yield* builder.add(of.name, root)
    }
    const ends = leaves
      .filter((leaf) => leaf.study === of.name)
      .map((leaf) => ({ leaf, root: leafNode(leaf, builder) }))
    for (const { leaf, root } of ends) if (isFed(root)) yield* builder.add(of.name, root, leaf.stage.name)
  }
  yield* builder.refuseUnused()
  return { nodes: builder.nodes, leaves }
})

function studyParams(of: Study, preset: string, settings: readonly Setting[]): Effect.Effect<unknown, GraphInvalid> {
  const known = Object.keys(of.presets)
  const start = of.presets[preset] as Json | undefined
  if (start === undefined) return unknown("preset", preset, known)
  const own = settings.filter(({ scope }) => scope === of.name)
  const names = paramDocs(of.params).map(({ name }) => name)
  const stranger = own.find(({ name }) => !names.includes(name))
  if (stranger) return unknown(`parameter of ${of.name}`, stranger.name, names)
  const params = own.reduce<Json>((at, setting) => applySetting(of.params, at, setting), start)
  return decodeParams(of.params, params, of.name)
}

export const unknown = (kind: string, name: string, known: readonly string[]): Effect.Effect<never, GraphInvalid> =>
  Effect.fail(new GraphInvalid({ reason: { _tag: "Unknown", kind, name, known } }))

/** A leaf gathers every table of its schemas that its study has, in the order of their labels. */
function leafNode({ stage, gathers, study: of }: Leaf, builder: GraphBuilder): AnyNode {
  const inputs: Record<string, Ref[]> = {}
  for (const [port, { schema, where }] of Object.entries(gathers)) {
    inputs[port] = []
    for (const [from, { index }] of builder.added) {
      const { study: other, labels } = builder.nodes[index]!
      if (other !== of || !where(labels)) continue
      for (const ref of Object.values(from.out)) if (ref.schema.name === schema.name) inputs[port].push(ref)
    }
  }
  return node(stage, {}, { params: {}, inputs })
}

/** A leaf of which the study, as it is set, has no tables is left out. */
const isFed = ({ inputs }: AnyNode): boolean => Object.values(inputs).every((refs) => [refs].flat().length > 0)

export const labelText = (labels: Labels): string =>
  Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(",")

const idOf = (study: string, { stage, labels }: Pick<AnyNode, "stage" | "labels">): string =>
  `${study}/${stage.name}${Object.keys(labels).length > 0 ? `[${labelText(labels)}]` : ""}`

class GraphBuilder {
  readonly nodes: Draft[] = []
  /** Where each node has its place, and which of its labels there are values of a sweep. */
  readonly added = new Map<AnyNode, { readonly index: number; readonly swept: Labels }>()
  private readonly byId = new Map<string, number>()
  private readonly path = new Set<AnyNode>()
  private readonly checked = new Map<string, JsonRecord>()
  private readonly used = new Set<Setting>()
  private readonly studies: readonly string[]
  private readonly settings: readonly Setting[]
  private readonly sweeps: readonly Sweep[]
  /** Of what is added from now on. */
  variant: Variant = []

  constructor(studies: readonly string[], settings: readonly Setting[], sweeps: readonly Sweep[]) {
    this.studies = studies
    this.settings = settings
    this.sweeps = sweeps
  }

  /** Index of the node, after all that it depends on. Two nodes of one name must be the same. A leaf has a name. */
  add(study: string, from: AnyNode, name?: string): Effect.Effect<number, GraphInvalid> {
    const id = name ?? idOf(study, from)
    const known = this.added.get(from)
    if (known !== undefined) return Effect.succeed(known.index)
    if (this.path.has(from)) return Effect.fail(new GraphInvalid({ reason: { _tag: "Cycle", node: id } }))
    return Effect.gen({ self: this }, function* () {
      this.path.add(from)
      const inputs: Record<string, Source | readonly Source[]> = {}
      for (const [port, refs] of Object.entries(from.inputs)) {
        if ("node" in refs) inputs[port] = yield* this.source(study, refs)
        else inputs[port] = distinct(yield* Effect.forEach(refs, (ref) => this.source(study, ref)))
      }
      this.path.delete(from)
      const { params, taken } = yield* this.checkParams(id, study, from)
      const swept = name === undefined ? this.sweptBy(study, taken, from) : {}
      const labelled = { stage: from.stage, labels: { ...from.labels, ...swept } }
      const index = yield* this.place({ id: name ?? idOf(study, labelled), study, ...labelled, params, inputs })
      this.added.set(from, { index, swept })
      return index
    })
  }

  private source(study: string, ref: Ref): Effect.Effect<Source, GraphInvalid> {
    return Effect.map(this.add(study, ref.node), (from) => ({ from, port: ref.port, labels: this.nodes[from]!.labels }))
  }

  /** Labels of the sweeps that a node depends on: by its study, by a parameter of its own, by what it reads. */
  private sweptBy(study: string, taken: readonly Setting[], { inputs }: AnyNode): Labels {
    const upstream = Object.values(inputs).flatMap((refs) =>
      [refs].flat().map(({ node }) => this.added.get(node)!.swept),
    )
    const own = this.variant.filter((swept) => swept.scope === study || taken.includes(swept))
    return Object.assign({}, ...upstream, sweptLabels(own))
  }

  private place(draft: Omit<GraphNode, "dependents">): Effect.Effect<number, GraphInvalid> {
    const sources = Object.entries(draft.inputs).map(([port, of]) => ({ port, of: [of].flat() }))
    const wiring = sources.map(({ port, of }) => [
      port,
      of.map(({ from, port }) => [this.nodes[from]!.structure, port]),
    ])
    const structure = sha256(encode([draft.stage.name, draft.params, wiring]))
    const twin = this.byId.get(draft.id)
    if (twin !== undefined) {
      if (this.nodes[twin]!.structure === structure) return Effect.succeed(twin)
      return Effect.fail(new GraphInvalid({ reason: { _tag: "Duplicate", node: draft.id } }))
    }
    const index = this.nodes.push({ ...draft, dependents: [], structure }) - 1
    this.byId.set(draft.id, index)
    const upstream = new Set(sources.flatMap(({ of }) => of.map(({ from }) => from)))
    for (const from of upstream) this.nodes[from]!.dependents.push(index)
    return Effect.succeed(index)
  }

  /** Parameters of a node, checked, and the settings that it took. */
  private checkParams(id: string, study: string, { stage, params: written }: AnyNode) {
    let set = written
    const taken: Setting[] = []
    const scopes = [stage.name, `${study}/${stage.name}`].filter((scope) => !this.studies.includes(scope))
    for (const setting of [...this.settings, ...this.variant])
      if (scopes.includes(setting.scope) && namesFor(stage.params, set).includes(setting.name)) {
        set = applySetting(stage.params, set, setting)
        taken.push(setting)
        this.used.add(setting)
      }
    const memo = `${stage.name} ${JSON.stringify(set)}`
    const known = this.checked.get(memo)
    if (known) return Effect.succeed({ params: known, taken })
    return Effect.map(decodeParams(stage.params, set, id), () => {
      const params = withoutDefaults(stage.params, set)
      this.checked.set(memo, params)
      return { params, taken }
    })
  }

  /** A setting that no node took is a mistake: a misspelt scope or name. */
  refuseUnused(): Effect.Effect<void, GraphInvalid> {
    const offered = [...this.settings, ...this.sweeps.flatMap(({ values }) => values)]
    const stray = offered.find((setting) => !this.studies.includes(setting.scope) && !this.used.has(setting))
    if (stray === undefined) return Effect.void
    const stages = new Map(
      this.nodes.flatMap(({ stage, study }) => [
        [stage.name, stage] as const,
        [`${study}/${stage.name}`, stage] as const,
      ]),
    )
    const of = stages.get(stray.scope)
    const names = of && paramDocs(of.params).map(({ name }) => name)
    if (names) return unknown(`parameter of ${stray.scope}`, stray.name, names)
    return unknown("stage or study", stray.scope, [...this.studies, ...stages.keys()])
  }
}

/** Sources in the order of their labels; a node that was declared twice counts once. */
const distinct = (sources: readonly Source[]): readonly Source[] =>
  [...new Map(sources.map((source) => [`${source.from}/${source.port}`, source])).values()].sort(byLabels)

const byLabels = (a: Source, b: Source): number => byCodeUnit(encode(a.labels), encode(b.labels))

/** Words that name a node: its id, its stage, its study, and for a leaf the id that the papers' figure or claim has. */
function namesOf({ leaves }: Graph, { id, study, stage }: GraphNode): readonly string[] {
  const leaf = leaves.find((of) => of.stage === stage)
  return leaf === undefined ? [study, stage.name, id] : [study, leaf.id, id]
}

/** Nodes that the targets name: studies, stages, leaves, nodes; none = all. */
export function named(graph: Graph, targets: readonly string[]): Effect.Effect<ReadonlySet<number>, GraphInvalid> {
  if (targets.length === 0) return Effect.succeed(new Set(graph.nodes.keys()))
  const names = graph.nodes.map((node) => namesOf(graph, node))
  const wanted = new Set<number>()
  for (const target of targets) {
    const found = [...names.keys()].filter((i) => names[i]!.includes(target))
    if (found.length === 0)
      return unknown(
        "target",
        target,
        [0, 1, 2].flatMap((kind) => distinctWords(names, kind)),
      )
    for (const i of found) wanted.add(i)
  }
  return Effect.succeed(wanted)
}

/** Names of one kind, studies first: what a person is told of who mistyped a target. */
const distinctWords = (names: readonly (readonly string[])[], kind: number): readonly string[] => [
  ...new Set(names.map((of) => of[kind]!)),
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
