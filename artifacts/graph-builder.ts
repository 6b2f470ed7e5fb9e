/** The nodes of a graph as they are added: checked, named, each after all that it depends on. */
import * as Result from "effect/Result"
import { GraphInvalid } from "./errors.ts"
import type { GraphNode, Source } from "./graph.ts"
import { byCodeUnit, encode, sha256 } from "./key.ts"
import {
  applySetting,
  decodeResult,
  type JsonRecord,
  namesFor,
  paramDocs,
  type Setting,
  withoutDefaults,
} from "./params.ts"
import type { AnyNode, Labels, Ref } from "./stage.ts"
import { type Sweep, sweptLabels, type Variant } from "./sweep.ts"

type Unlinked = Omit<GraphNode, "dependents">

interface Draft extends Unlinked {
  readonly dependents: number[]
}

const labelText = (labels: Labels): string =>
  Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(",")

const idOf = (study: string, { stage, labels }: Pick<AnyNode, "stage" | "labels">): string => {
  const text = labelText(labels)
  return text === "" ? `${study}/${stage.name}` : `${study}/${stage.name}[${text}]`
}

const refsOf = ({ inputs }: AnyNode): readonly Ref[] => Object.values(inputs).flat()

interface LabelledRef {
  readonly labels: Labels
  readonly ref: Ref
}

/** Throws {@link GraphInvalid}: an effect for each node would cost more than all the rest. */
export class GraphBuilder {
  readonly nodes: Draft[] = []
  /** Where each node has its place, and which of its labels there are values of a sweep. */
  private readonly places = new Map<AnyNode, { readonly index: number; readonly swept: Labels }>()
  /** Tables by study and schema. */
  private readonly added = new Map<string, LabelledRef[]>()
  private readonly byId = new Map<string, number>()
  private readonly checked = new Map<string, JsonRecord>()
  private readonly used = new Set<Setting>()
  private readonly structures: string[] = []
  private readonly orders = new Map<number, string>()
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

  /** Adds a node after all that it depends on. Two nodes of one name must be the same. A leaf has a name. */
  add(study: string, root: AnyNode, name?: string): void {
    for (const from of this.missing(study, root)) {
      const own = from === root ? name : undefined
      const inputs: Record<string, Source | readonly Source[]> = {}
      for (const [port, refs] of Object.entries(from.inputs))
        inputs[port] = "node" in refs ? this.source(refs) : this.distinct(refs.map((ref) => this.source(ref)))
      const { params, taken } = this.checkParams(own ?? idOf(study, from), study, from)
      const swept = own === undefined ? this.sweptBy(study, taken, from) : {}
      const labelled = { stage: from.stage, labels: { ...from.labels, ...swept } }
      const index = this.place({ id: own ?? idOf(study, labelled), study, ...labelled, params, inputs })
      this.places.set(from, { index, swept })
      const { labels } = this.nodes[index]!
      for (const ref of Object.values(from.out)) this.tables(study, ref.schema.name).push({ labels, ref })
    }
  }

  /** What has been added of a study, as far as it has this schema. */
  tables(study: string, schema: string): LabelledRef[] {
    return remembered(this.added, `${study} ${schema}`, () => [])
  }

  /** What is not there yet of a node and all that it depends on, each after its sources. Chains may be of any length. */
  private missing(study: string, root: AnyNode): Iterable<AnyNode> {
    const found = new Set<AnyNode>()
    const path = new Set<AnyNode>()
    const stack: { readonly of: AnyNode; readonly refs: readonly Ref[]; next: number }[] = []
    const enter = (of: AnyNode) => {
      if (path.has(of)) throw new GraphInvalid({ reason: { _tag: "Cycle", node: idOf(study, of) } })
      if (this.places.has(of) || found.has(of)) return
      path.add(of)
      stack.push({ of, refs: refsOf(of), next: 0 })
    }
    enter(root)
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const ref = top.refs[top.next++]
      if (ref !== undefined) enter(ref.node)
      else {
        stack.pop()
        path.delete(top.of)
        found.add(top.of)
      }
    }
    return found
  }

  private source({ node, port }: Ref): Source {
    const from = this.places.get(node)!.index
    return { from, port, labels: this.nodes[from]!.labels }
  }

  /** Sources in the order of their labels; a node that was declared twice counts once. */
  private distinct(sources: readonly Source[]): readonly Source[] {
    const once = new Map(sources.map((source) => [`${source.from}/${source.port}`, source]))
    const order = ({ from, labels }: Source) => remembered(this.orders, from, () => encode(labels))
    return [...once.values()].sort((a, b) => byCodeUnit(order(a), order(b)))
  }

  /** Labels of the sweeps that a node depends on: by its study, by a parameter of its own, by what it reads. */
  private sweptBy(study: string, taken: readonly Setting[], node: AnyNode): Labels {
    if (this.sweeps.length === 0) return {}
    const upstream = refsOf(node).map((ref) => this.places.get(ref.node)!.swept)
    const own = this.variant.filter((swept) => swept.scope === study || taken.includes(swept))
    return Object.assign({}, ...upstream, sweptLabels(own))
  }

  private place(draft: Unlinked): number {
    const twin = this.byId.get(draft.id)
    if (twin !== undefined) {
      if (this.isTwin(twin, draft)) return twin
      throw new GraphInvalid({ reason: { _tag: "Duplicate", node: draft.id } })
    }
    const index = this.nodes.push({ ...draft, dependents: [] }) - 1
    this.byId.set(draft.id, index)
    for (const { from } of Object.values(draft.inputs).flat()) {
      const { dependents } = this.nodes[from]!
      if (dependents.at(-1) !== index) dependents.push(index)
    }
    return index
  }

  /** Whether two nodes compute the same. Few graphs have nodes of one name, so structures are made when first asked for. */
  private isTwin(index: number, draft: Unlinked): boolean {
    const { nodes, structures } = this
    while (structures.length < nodes.length) structures.push(this.structure(nodes[structures.length]!))
    return structures[index] === this.structure(draft)
  }

  /** What a node computes, whatever its labels are. */
  private structure({ stage, params, inputs }: Unlinked): string {
    const wiring = Object.entries(inputs).map(([port, of]) => [
      port,
      [of].flat().map(({ from, port }) => [this.structures[from]!, port]),
    ])
    return sha256(encode([stage.name, params, wiring]))
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
    const params = remembered(this.checked, `${stage.name} ${JSON.stringify(set)}`, () => {
      Result.getOrThrow(decodeResult(stage.params, set, id))
      return withoutDefaults(stage.params, set)
    })
    return { params, taken }
  }

  /** A setting that no node took is a mistake: a misspelt scope or name. */
  refuseUnused(): void {
    const offered = [...this.settings, ...this.sweeps.flatMap(({ values }) => values)]
    const stray = offered.find((setting) => !this.studies.includes(setting.scope) && !this.used.has(setting))
    if (stray === undefined) return
    const stages = new Map(
      this.nodes.flatMap(({ stage, study }) => [
        [stage.name, stage] as const,
        [`${study}/${stage.name}`, stage] as const,
      ]),
    )
    const { scope, name } = stray
    const of = stages.get(scope)
    if (of === undefined) throw unknownWord("stage or study", scope, [...this.studies, ...stages.keys()])
    throw unknownWord(
      `parameter of ${scope}`,
      name,
      paramDocs(of.params).map(({ name }) => name),
    )
  }
}

export const unknownWord = (kind: string, name: string, known: readonly string[]): GraphInvalid =>
  new GraphInvalid({ reason: { _tag: "Unknown", kind, name, known } })

/** The value of a map at a key, made when it is first asked for. */
function remembered<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key)
  if (known !== undefined) return known
  const made = make()
  map.set(key, made)
  return made
}
