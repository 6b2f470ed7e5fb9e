/** What every command begins with: the pipeline as a checked graph, the targets' nodes, their code, the planner. */
import * as Effect from "effect/Effect"
import { type Code, codeOf } from "../code.ts"
import { GraphInvalid, type StoreError } from "../errors.ts"
import { buildGraph, closure, type Graph, type GraphNode, named, type Pipeline, unknown } from "../graph.ts"
import type { Leaf } from "../leaf.ts"
import { paramDocs, parseSetting, parseValue, type Setting } from "../params.ts"
import { type Planner, planner } from "../plan.ts"
import { ArtifactStore, type Store } from "../store.ts"
import { parseSweeps } from "../sweep.ts"
import { type Common, type Host, type Refusal, refuse } from "./options.ts"
import { listed } from "./table.ts"

export interface Opened {
  readonly pipeline: Pipeline
  readonly preset: string
  /** Settings of the command line, those of `--seeds` included. */
  readonly settings: readonly Setting[]
  readonly graph: Graph
  /** Nodes that the targets name. */
  readonly wanted: ReadonlySet<number>
  /** These, and everything they depend on. */
  readonly selected: ReadonlySet<number>
}

/** The graph with the settings of the command line, and the nodes of the targets. */
export const openGraph = Effect.fnUntraced(function* (given: Common, targets: readonly string[], host: Host) {
  const pipeline = yield* Effect.promise(host.pipeline)
  const set = yield* Effect.forEach(given.set, parseSetting)
  const settings = [...set, ...(given.seeds === undefined ? [] : yield* seedsOf(pipeline, given.seeds))]
  const preset = given.preset ?? "quick"
  const graph = yield* buildGraph(pipeline, preset, settings, yield* parseSweeps(given.sweep))
  const wanted = yield* named(graph, targets)
  return { pipeline, preset, settings, graph, wanted, selected: closure(graph, wanted) } satisfies Opened
})

export interface Prepared extends Opened {
  readonly store: Store
  readonly codes: ReadonlyMap<string, Code>
  readonly planner: Planner
}

/** Adds what planning needs to an open graph; stages in `force` count as stale. */
export const prepare = Effect.fnUntraced(function* (
  opened: Opened,
  force: readonly string[] = [],
): Effect.fn.Return<Prepared, GraphInvalid | StoreError, ArtifactStore> {
  const { graph, selected } = opened
  const store = yield* ArtifactStore
  const stages = new Map([...selected].map((i) => [graph.nodes[i]!.stage.name, graph.nodes[i]!.stage]))
  for (const name of force) if (!stages.has(name)) return yield* unknown("stage", name, [...stages.keys()])
  const codes = yield* codeOf([...stages.values()])
  return { ...opened, store, codes, planner: planner(graph, codes, store, new Set(force)) }
})

/** `--seeds` sets the parameter `seeds` of every study that has it. */
function seedsOf({ studies }: Pipeline, text: string): Effect.Effect<readonly Setting[], GraphInvalid> {
  const value = parseValue(text)
  const issues: string[] = []
  if (Array.isArray(value) && value.length === 0) issues.push(`expected FIRST..LAST with FIRST <= LAST, found ${text}`)
  const seeded = studies.filter(({ params }) => paramDocs(params).some(({ name }) => name === "seeds"))
  if (seeded.length === 0) issues.push("no study of this pipeline has seeds")
  if (issues.length > 0)
    return Effect.fail(new GraphInvalid({ reason: { _tag: "Parameters", subject: `--seeds ${text}`, issues } }))
  return Effect.succeed(seeded.map(({ name }) => ({ scope: name, name: "seeds", value })))
}

/** The one node that `target` names; several are listed. */
export function oneNode({ graph, wanted }: Opened, target: string): Effect.Effect<number, Refusal> {
  const ids = [...wanted].map((i) => graph.nodes[i]!.id)
  const exact = ids.indexOf(target)
  if (exact >= 0) return Effect.succeed([...wanted][exact]!)
  if (ids.length === 1) return Effect.succeed([...wanted][0]!)
  return refuse(`${target} names ${ids.length} nodes; choose one:${listed(ids)}`)
}

/** The leaf that a node is, if it is one. */
export const leafOf = ({ leaves }: Graph, { stage }: GraphNode): Leaf | undefined =>
  leaves.find((leaf) => leaf.stage === stage)

/** Stage of a node within its study; the figures of a study together, and its claims. */
export const groupOf = (graph: Graph, node: GraphNode): string => {
  const kind = leafOf(graph, node)?.kind
  return `${node.study}/${kind === undefined ? node.stage.name : `${kind}s`}`
}

/** Items by group, in the order in which the groups occur. */
export function groupBy<A, K>(items: Iterable<A>, keyOf: (item: A) => K): Map<K, A[]> {
  const groups = new Map<K, A[]>()
  for (const item of items) {
    const group = groups.get(keyOf(item))
    if (group) group.push(item)
    else groups.set(keyOf(item), [item])
  }
  return groups
}

/** How often each key occurs, in the order of the first occurrence. */
export function countBy<K>(keys: Iterable<K>): Map<K, number> {
  const counts = new Map<K, number>()
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1)
  return counts
}
