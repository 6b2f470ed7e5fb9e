/** A study of toy stages, and what the tests of the engine do with it. */
import { availableParallelism } from "node:os"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { type Code, codeOf } from "../../artifacts/code.ts"
import type { RunEvent } from "../../artifacts/events.ts"
import { Executor } from "../../artifacts/executor.ts"
import { buildGraph, type Graph, type Pipeline, select, study } from "../../artifacts/graph.ts"
import { parseSetting } from "../../artifacts/params.ts"
import { plan, planner } from "../../artifacts/plan.ts"
import { run } from "../../artifacts/run.ts"
import { node } from "../../artifacts/stage.ts"
import { ArtifactStore, type Store } from "../../artifacts/store.ts"
import { param, whole } from "../../schemas/param.ts"
import combine from "./rig/combine.ts"
import produce from "./rig/produce.ts"
import scale from "./rig/scale.ts"

/** For each i: produce -> scale; all of them -> combine. */
export const toy = study({
  name: "toy",
  doc: "numbers",
  params: Schema.Struct({ i: param(Schema.Array(whole(0)), [1, 2], { doc: "one branch each" }) }),
  presets: { mini: {}, quick: { i: [1, 2, 3] } },
  build: ({ i }) => {
    const branches = i.map((i) => {
      const made = node(produce, { i }, { params: { start: i }, inputs: {} })
      return node(scale, { i }, { params: {}, inputs: { numbers: made.out.numbers } })
    })
    return [node(combine, {}, { params: {}, inputs: { all: branches.map(({ out }) => out.numbers) } })]
  },
})

export const pipeline = { studies: [toy], leaves: [] }

export const executors = { inline: Executor.inline, workers: Executor.threads(Math.min(2, availableParallelism())) }

export interface Rig {
  readonly graph: Graph
  readonly codes: ReadonlyMap<string, Code>
}

export const build = (settings: readonly string[] = [], preset = "mini"): Promise<Rig> =>
  buildOf(pipeline, settings, preset)

export const buildOf = (of: Pipeline, settings: readonly string[] = [], preset = "mini"): Promise<Rig> =>
  Effect.runPromise(
    Effect.gen(function* () {
      const graph = yield* buildGraph(of, preset, yield* Effect.forEach(settings, parseSetting))
      const codes = yield* codeOf([...new Set(graph.nodes.map(({ stage }) => stage))])
      return { graph, codes }
    }),
  )

export interface RunTrace {
  /** Ids of the nodes that were computed, sorted. */
  readonly computed: readonly string[]
  readonly events: readonly RunEvent[]
  readonly digests: Readonly<Record<string, string>>
}

export interface RigOptions {
  readonly executor?: keyof typeof executors
  readonly targets?: readonly string[]
  readonly keepGoing?: boolean
  readonly forced?: readonly string[]
  readonly id?: string
  /** Called with each event as it happens: a stage that has started reads its inputs after that. */
  readonly onEvent?: (event: RunEvent) => void
}

/** Runs to the end and says what was computed. */
export async function runOnce(store: Store, { graph, codes }: Rig, options: RigOptions = {}): Promise<RunTrace> {
  const events: RunEvent[] = []
  const id = options.id === undefined ? {} : { id: options.id }
  const program = Effect.gen(function* () {
    const selected = yield* select(graph, options.targets ?? [])
    const planned = planner(graph, codes, store, new Set(options.forced))
    const emit = (event: RunEvent) => {
      events.push(event)
      options.onEvent?.(event)
    }
    return yield* run({ graph, codes, planner: planned, selected, keepGoing: options.keepGoing ?? false, emit, ...id })
  })
  const layer = executors[options.executor ?? "inline"].pipe(Layer.provideMerge(Layer.succeed(ArtifactStore, store)))
  const { manifests } = await Effect.runPromise(Effect.provide(program, layer))
  const digests: Record<string, string> = {}
  for (const [index, { outputs }] of manifests)
    for (const [port, { digest }] of Object.entries(outputs)) digests[`${graph.nodes[index]!.id}/${port}`] = digest
  const computed = events.flatMap((event) => (event.event === "computed" ? [event.node] : [])).sort()
  return { computed, events, digests }
}

/** What a run would do: tag of each node's step. */
export async function foretell(
  store: Store,
  { graph, codes }: Rig,
  forced: readonly string[] = [],
): Promise<Readonly<Record<string, string>>> {
  const planned = planner(graph, codes, store, new Set(forced))
  const steps = await Effect.runPromise(plan(planned, new Set(graph.nodes.keys())))
  return Object.fromEntries(steps.map((step) => [graph.nodes[step.node]!.id, step._tag]))
}
