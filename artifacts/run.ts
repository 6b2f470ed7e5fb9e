/**
 * The scheduler: resolves nodes as their inputs become known, keeps the executor's slots full, publishes each finished
 * stage at once, so that whatever stops a run, finished work is kept.
 */
import { performance } from "node:perf_hooks"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import * as Queue from "effect/Queue"
import type { Code } from "./code.ts"
import type { EngineError, StoreError } from "./errors.ts"
import type { RunCounts, RunEvent } from "./events.ts"
import { Executor } from "./executor.ts"
import { type Graph, type GraphNode, type Source, sourcesOf } from "./graph.ts"
import type { ArtifactKey } from "./key.ts"
import type { Manifest } from "./manifest.ts"
import type { Input } from "./perform.ts"
import type { Planner, Step } from "./plan.ts"
import { provenanceOf } from "./provenance.ts"
import { ArtifactStore } from "./store.ts"

export interface RunOptions {
  readonly graph: Graph
  readonly codes: ReadonlyMap<string, Code>
  readonly planner: Planner
  /** Nodes to bring up to date: closed under "depends on". */
  readonly selected: ReadonlySet<number>
  /** After a failure, go on with everything that does not depend on it. */
  readonly keepGoing: boolean
  readonly emit: (event: RunEvent) => void
}

export interface RunResult extends RunCounts {
  readonly failures: readonly EngineError[]
  /** Of every selected node that is up to date now. */
  readonly manifests: ReadonlyMap<number, Manifest>
}

type Stale = Extract<Step, { _tag: "Stale" }>

/** Brings the selected nodes up to date. Fails only when the store does; failures of stages are events and counts. */
export const run = Effect.fnUntraced(function* (
  options: RunOptions,
): Effect.fn.Return<RunResult, StoreError, ArtifactStore | Executor> {
  const { graph, selected, planner, emit } = options
  const executor = yield* Executor
  const store = yield* ArtifactStore
  const started = performance.now()
  const done = new Map<number, Manifest>()
  const waiting = new Map<number, number>()
  const ready: Stale[] = []
  const running = new Map<ArtifactKey, Fiber.Fiber<unknown, unknown>>()
  const published = new Map<ArtifactKey, Manifest>()
  /** Nodes whose key is being computed for another node: equal keys are one computation. */
  const twins = new Map<ArtifactKey, number[]>()
  const finished = yield* Queue.unbounded<{ readonly step: Stale; readonly exit: Exit.Exit<Manifest, EngineError> }>()
  const counts = { computed: 0, cached: 0, failed: 0 }
  const failures: EngineError[] = []
  const height = heights(graph)

  const countCached = (index: number, key: ArtifactKey) => {
    const { id, stage } = graph.nodes[index]!
    counts.cached++
    emit({ event: "cached", node: id, stage: stage.name, key })
  }

  const settle = Effect.fnUntraced(function* (first: readonly number[]) {
    const queue = [...first]
    for (const node of queue) {
      const step = yield* planner.resolve(node, done)
      if (step._tag === "Stale") ready.push(step)
      if (step._tag !== "Cached") continue
      countCached(node, step.manifest.key)
      queue.push(...complete(node, step.manifest))
    }
    // The longest way to the end first: it keeps all slots busy until late.
    ready.sort((a, b) => height[b.node]! - height[a.node]! || a.node - b.node)
  })

  /** Marks a node up to date; nodes that waited for it alone. */
  const complete = (node: number, manifest: Manifest): number[] => {
    done.set(node, manifest)
    const free: number[] = []
    for (const dependent of graph.nodes[node]!.dependents) {
      const left = (waiting.get(dependent) ?? 0) - 1
      waiting.set(dependent, left)
      if (left === 0 && selected.has(dependent)) free.push(dependent)
    }
    return free
  }

  const launch = Effect.fnUntraced(function* (step: Stale) {
    const others = twins.get(step.key)
    if (others) return void others.push(step.node)
    const known = published.get(step.key)
    if (known) {
      countCached(step.node, step.key)
      return yield* settle(complete(step.node, known))
    }
    twins.set(step.key, [])
    const node = graph.nodes[step.node]!
    emit({ event: "started", node: node.id, stage: node.stage.name, key: step.key })
    const report = (fraction: number, detail?: string) =>
      emit({ event: "progress", node: node.id, fraction, ...(detail === undefined ? {} : { detail }) })
    const bundle = options.codes.get(node.stage.name)!.bundle
    const assignment = { node: node.id, recipe: step.recipe, inputs: inputsOf(node, done) }
    const computing = executor.execute({ stage: node.stage, bundle, assignment }, report).pipe(
      Effect.map(({ outputs, seconds }): Manifest => {
        const provenance = provenanceOf(node.id, node.labels, seconds)
        return { format: 1, key: step.key, recipe: step.recipe, outputs, provenance }
      }),
      Effect.tap(store.commit),
      Effect.exit,
      Effect.flatMap((exit) => Queue.offer(finished, { step, exit })),
    )
    running.set(step.key, yield* Effect.forkChild(computing))
  })

  const collect = Effect.fnUntraced(function* () {
    const { step, exit } = yield* Queue.take(finished)
    running.delete(step.key)
    const others = twins.get(step.key) ?? []
    twins.delete(step.key)
    const { id, stage } = graph.nodes[step.node]!
    if (Exit.isFailure(exit)) {
      const error = yield* Effect.orDie(Effect.flip(Effect.suspend(() => exit)))
      counts.failed++
      failures.push(error)
      emit({ event: "failed", node: id, stage: stage.name, reason: error.message })
      return
    }
    counts.computed++
    published.set(step.key, exit.value)
    emit({ event: "computed", node: id, stage: stage.name, key: step.key, seconds: exit.value.provenance.seconds })
    for (const twin of others) countCached(twin, step.key)
    yield* settle([step.node, ...others].flatMap((node) => complete(node, exit.value)))
  })

  for (const node of selected) waiting.set(node, new Set(sourcesOf(graph.nodes[node]!).map(({ from }) => from)).size)
  yield* settle([...selected].filter((node) => waiting.get(node) === 0).sort((a, b) => a - b))
  emit({
    event: "planned",
    nodes: selected.size,
    cached: counts.cached,
    stale: ready.length,
    blocked: selected.size - counts.cached - ready.length,
  })
  while (ready.length > 0 || running.size > 0) {
    const open = counts.failed === 0 || options.keepGoing
    while (open && ready.length > 0 && running.size < executor.slots) yield* launch(ready.shift()!)
    if (running.size === 0) break
    yield* collect()
  }
  const { computed, cached, failed } = counts
  const seconds = (performance.now() - started) / 1000
  const result: RunCounts = { computed, cached, failed, skipped: selected.size - done.size - failed, seconds }
  emit({ event: "finished", ...result })
  return { ...result, failures, manifests: done }
})

/** Longest way from each node to a leaf, in nodes. */
function heights({ nodes }: Graph): Int32Array {
  const height = new Int32Array(nodes.length)
  for (let i = nodes.length - 1; i >= 0; i--)
    for (const dependent of nodes[i]!.dependents) height[i] = Math.max(height[i]!, height[dependent]! + 1)
  return height
}

function inputsOf(node: GraphNode, done: ReadonlyMap<number, Manifest>) {
  const input = ({ from, port, labels }: Source): Input => ({ labels, object: done.get(from)!.outputs[port]! })
  const inputs: Record<string, Input | readonly Input[]> = {}
  for (const [port, of] of Object.entries(node.inputs))
    inputs[port] = Array.isArray(of) ? (of as readonly Source[]).map(input) : input(of as Source)
  return inputs
}
