/**
 * What is cached, stale or blocked, and why. A node's key is known once the content of all its inputs is, so planning and
 * running are one walk: `status` stops at the first stale node of a path, `run` computes it and walks on.
 */
import * as Effect from "effect/Effect"
import { type Acceptance, acceptedFor } from "./accept.ts"
import type { Code } from "./code.ts"
import type { StoreError } from "./errors.ts"
import { type Graph, type GraphNode, type Source, sourcesOf } from "./graph.ts"
import {
  type ArtifactKey,
  artifactKey,
  byCodeUnit,
  type ContentDigest,
  encode,
  type LabelledDigest,
  type Recipe,
} from "./key.ts"
import type { Manifest } from "./manifest.ts"
import { decodeParams } from "./params.ts"
import { type Resumptions, resumptions } from "./resume.ts"
import type { AnyStage, Json } from "./stage.ts"
import type { Store } from "./store.ts"

/** One reason to run again: one difference between two recipes, or something about the store. */
export type Cue =
  | { readonly _tag: "NeverRan" }
  | { readonly _tag: "Code" }
  | {
      readonly _tag: "Params"
      readonly path: string
      readonly before: Json | undefined
      readonly after: Json | undefined
    }
  | { readonly _tag: "Input"; readonly port: string }
  | { readonly _tag: "Runtime"; readonly name: string; readonly before: string; readonly after: string }
  /** The object of an output is neither there nor evicted. */
  | { readonly _tag: "Lost"; readonly port: string }
  /** The object of an output was evicted, and a stale node reads it. */
  | { readonly _tag: "Evicted"; readonly port: string }
  | { readonly _tag: "Forced" }

export type Step =
  | {
      readonly _tag: "Cached"
      readonly node: number
      readonly manifest: Manifest
      /** It was made by earlier code, whose results stand for those of the code now. */
      readonly accepted?: Acceptance
    }
  | {
      readonly _tag: "Stale"
      readonly node: number
      readonly key: ArtifactKey
      readonly recipe: Recipe
      /** It was up to date, were not the object of this output lost. */
      readonly lost?: Product
      /** It is up to date, but the object of this output, which is not there, is read. */
      readonly recall?: Product
    }
  | { readonly _tag: "Blocked"; readonly node: number; readonly on: readonly number[] }

/** The result that a node has already; what is to be recalled has one, too. */
export const manifestOf = (step: Step): Manifest | undefined =>
  step._tag === "Cached" ? step.manifest : step._tag === "Stale" ? step.recall?.manifest : undefined

export type Stale = Extract<Step, { _tag: "Stale" }>

/** One output of a finished run. */
export interface Product {
  readonly port: string
  readonly manifest: Manifest
}

/** An input whose object is not in the store: output `port` of the node `from`. */
export interface Absent extends Product {
  readonly from: number
}

export interface Earlier {
  readonly manifest: Manifest
  readonly differences: readonly Cue[]
}

export interface Planner {
  /** Step of a node, given the manifests of all nodes before it that are up to date. */
  readonly resolve: (node: number, done: ReadonlyMap<number, Manifest>) => Effect.Effect<Step, StoreError>
  /** Inputs of a node whose objects are not in the store, given the manifests of all nodes before it. */
  readonly absent: (node: number, done: ReadonlyMap<number, Manifest>) => readonly Absent[]
  /** The step that makes such an input again. */
  readonly recall: (input: Absent, done: ReadonlyMap<number, Manifest>) => Effect.Effect<Stale, StoreError>
  /** The earlier run for a stale node whose recipe is nearest to the one it needs now. */
  readonly nearest: (step: Stale) => Effect.Effect<Earlier | undefined, StoreError>
  /** Why a stale node would run: compared with the nearest recipe that ran for it. */
  readonly cues: (step: Stale) => Effect.Effect<readonly Cue[], StoreError>
  /** Shorter runs that stale steps can go on from; those of forced stages begin from nothing. */
  readonly resumptions: Resumptions
}

export function planner(
  graph: Graph,
  codes: ReadonlyMap<string, Code>,
  store: Store,
  forced: ReadonlySet<string> = new Set(),
): Planner {
  const runtimes = new Map<string, Readonly<Record<string, string>>>()
  const askRuntime = Effect.fnUntraced(function* ({ stage, params, id }: GraphNode) {
    const memo = `${stage.name} ${encode(params)}`
    const known = runtimes.get(memo)
    if (known) return known
    const decoded = yield* Effect.orDie(decodeParams(stage.params, params, id))
    const runtime = yield* Effect.promise(() => stage.runtime!(decoded))
    runtimes.set(memo, runtime)
    return runtime
  })
  const runtimeOf = (node: GraphNode) => (node.stage.runtime === undefined ? ownArithmetic : askRuntime(node))

  const accepted = new Map<string, readonly Acceptance[]>()
  /** The manifest of a recipe, or the same one's under earlier code that was accepted. */
  const lookup = Effect.fnUntraced(function* (recipe: Recipe, key: ArtifactKey) {
    const { stage, code } = recipe
    const manifest = yield* store.lookup(stage, key)
    if (manifest !== undefined) return { manifest }
    const earlier = accepted.get(stage) ?? (yield* acceptedFor(store, stage, code))
    accepted.set(stage, earlier)
    for (const acceptance of earlier) {
      const manifest = yield* store.lookup(stage, artifactKey({ ...recipe, code: acceptance.from }))
      if (manifest !== undefined) return { manifest, accepted: acceptance }
    }
    return undefined
  })

  const recipeOf = (node: GraphNode, done: ReadonlyMap<number, Manifest>) =>
    Effect.map(runtimeOf(node), (runtime) => {
      const inputs: Record<string, ContentDigest | readonly LabelledDigest[]> = {}
      for (const [port, of] of Object.entries(node.inputs)) inputs[port] = digestsOf(of, done)
      const stage = node.stage.name
      const recipe: Recipe = { stage, code: codes.get(stage)!.digest, params: node.params, inputs, runtime }
      return { recipe, key: artifactKey(recipe) }
    })

  const leaves = new Set<AnyStage>(graph.leaves.map(({ stage }) => stage))
  /** Leaves of which every byte was found to be right. */
  const whole = new Set<ArtifactKey>()
  /**
   * An output whose object is lost, if there is one. A table that is damaged and has its length is found by the stage that
   * reads it; a leaf no stage reads, so its few bytes are read here, before a person is told where they lie.
   */
  const lostOf = ({ stage }: GraphNode, manifest: Manifest) => {
    const { key, outputs } = manifest
    const port = Object.keys(outputs).find((port) => store.state(outputs[port]!) === "missing")
    const isRead = port === undefined && leaves.has(stage) && !whole.has(key)
    return isRead ? damagedOf(manifest) : Effect.succeed(port)
  }
  const damagedOf = Effect.fnUntraced(function* ({ key, outputs }: Manifest) {
    for (const [port, object] of Object.entries(outputs))
      if (store.state(object) === "present" && !(yield* Effect.isSuccess(store.read(object)))) return port
    whole.add(key)
    return undefined
  })

  const resolve: Planner["resolve"] = Effect.fnUntraced(function* (index, done) {
    const node = graph.nodes[index]!
    const on = sourcesOf(node).filter(({ from }) => !done.has(from))
    if (on.length > 0) return { _tag: "Blocked", node: index, on: [...new Set(on.map(({ from }) => from))] }
    const { recipe, key } = yield* recipeOf(node, done)
    const found = forced.has(recipe.stage) ? undefined : yield* lookup(recipe, key)
    if (found === undefined) return { _tag: "Stale", node: index, key, recipe }
    const { manifest } = found
    const port = yield* lostOf(node, manifest)
    if (port !== undefined) return { _tag: "Stale", node: index, key, recipe, lost: { port, manifest } }
    return { _tag: "Cached", node: index, ...found }
  })

  const absent: Planner["absent"] = (index, done) =>
    sourcesOf(graph.nodes[index]!).flatMap(({ from, port }) => {
      const manifest = done.get(from)!
      return store.state(manifest.outputs[port]!) === "present" ? [] : [{ from, port, manifest }]
    })

  // With the code of now, even where its results were accepted from earlier code: what is in the recipe is what runs.
  const recall: Planner["recall"] = ({ from, port, manifest }, done) =>
    Effect.map(recipeOf(graph.nodes[from]!, done), (now) => ({
      _tag: "Stale",
      node: from,
      ...now,
      recall: { port, manifest },
    }))

  const history = new Map<string, readonly Manifest[]>()
  const nearest: Planner["nearest"] = Effect.fnUntraced(function* ({ node: index, recipe }) {
    const { id, stage } = graph.nodes[index]!
    const all = history.get(stage.name) ?? (yield* store.manifests(stage.name))
    history.set(stage.name, all)
    const earlier = all.filter(({ provenance }) => provenance.node === id)
    const compared = earlier.map((manifest) => ({ manifest, differences: compareRecipes(manifest.recipe, recipe) }))
    compared.sort((a, b) => a.differences.length - b.differences.length || byAge(a.manifest, b.manifest))
    return compared[0]
  })

  const cues: Planner["cues"] = Effect.fnUntraced(function* (step) {
    if (step.lost !== undefined) return [{ _tag: "Lost", port: step.lost.port }]
    if (step.recall !== undefined) return [{ _tag: "Evicted", port: step.recall.port }]
    if (forced.has(graph.nodes[step.node]!.stage.name)) return [{ _tag: "Forced" }]
    return (yield* nearest(step))?.differences ?? [{ _tag: "NeverRan" }]
  })

  return { resolve, absent, recall, nearest, cues, resumptions: resumptions(store, forced) }
}

/** Of a stage that leans on nothing of the machine. */
const ownArithmetic = Effect.succeed({})

const byAge = (a: Manifest, b: Manifest): number => byCodeUnit(b.provenance.finished, a.provenance.finished)

function digestsOf(of: Source | readonly Source[], done: ReadonlyMap<number, Manifest>) {
  const digest = ({ from, port }: Source): ContentDigest => done.get(from)!.outputs[port]!.digest
  if (!Array.isArray(of)) return digest(of as Source)
  return (of as readonly Source[]).map((source) => ({ labels: source.labels, digest: digest(source) }))
}

/** Every field in which two recipes of one stage differ, in the order of the recipe. */
export function compareRecipes(before: Recipe, after: Recipe): readonly Cue[] {
  const cues: Cue[] = before.code === after.code ? [] : [{ _tag: "Code" }]
  for (const path of changed(before.params as JsonRecord, after.params as JsonRecord)) {
    const [was, is] = [(before.params as JsonRecord)[path], (after.params as JsonRecord)[path]]
    cues.push({ _tag: "Params", path, before: was, after: is })
  }
  for (const port of changed(before.inputs as unknown as JsonRecord, after.inputs as unknown as JsonRecord))
    cues.push({ _tag: "Input", port })
  for (const name of changed(before.runtime, after.runtime))
    cues.push({ _tag: "Runtime", name, before: before.runtime[name] ?? "none", after: after.runtime[name] ?? "none" })
  return cues
}

type JsonRecord = { readonly [key: string]: Json }

/** Keys whose values differ, sorted. */
function changed(before: JsonRecord, after: JsonRecord): readonly string[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort(byCodeUnit)
  const text = (value: Json | undefined) => (value === undefined ? "" : encode(value))
  return keys.filter((key) => text(before[key]) !== text(after[key]))
}

/**
 * Steps of the selected nodes in topological order: exactly what a run finds before it computes anything. A cached node is
 * stale after all when a stale one reads what was evicted of it; what the blocked ones read is not known yet.
 */
export const plan = Effect.fnUntraced(function* (
  planner: Planner,
  selected: ReadonlySet<number>,
): Effect.fn.Return<readonly Step[], StoreError> {
  const done = new Map<number, Manifest>()
  const steps = new Map<number, Step>()
  for (const node of [...selected].sort((a, b) => a - b)) {
    const step = yield* planner.resolve(node, done)
    if (step._tag === "Cached") done.set(node, step.manifest)
    steps.set(node, step)
  }
  // From the end, for what is recalled reads inputs too.
  for (const node of [...steps.keys()].reverse())
    if (steps.get(node)!._tag === "Stale")
      for (const absent of planner.absent(node, done)) steps.set(absent.from, yield* planner.recall(absent, done))
  return [...steps.values()]
})
