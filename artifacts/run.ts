/**
 * A run: brings nodes up to date, many at a time, and publishes each finished stage at once, so that whatever stops a run,
 * finished work is kept.
 */
import { performance } from "node:perf_hooks"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import type * as Scope from "effect/Scope"
import type { Code } from "./code.ts"
import type { EngineError, StoreError } from "./errors.ts"
import type { RunCounts, RunEvent } from "./events.ts"
import { Executor } from "./executor.ts"
import type { Graph } from "./graph.ts"
import { runLease } from "./lease.ts"
import type { Manifest } from "./manifest.ts"
import { type Planner, plan, type Step } from "./plan.ts"
import { type Message, Scheduler } from "./scheduler.ts"
import { ArtifactStore } from "./store.ts"
import { turnsIn } from "./turns.ts"

export interface RunOptions {
  readonly graph: Graph
  readonly codes: ReadonlyMap<string, Code>
  readonly planner: Planner
  /** Nodes to bring up to date: closed under "depends on". */
  readonly selected: ReadonlySet<number>
  /** After a failure, go on with everything that does not depend on it. */
  readonly keepGoing: boolean
  readonly emit: (event: RunEvent) => void
  /** Name of its log in the store: gc keeps what the log of a living run names. */
  readonly id?: string
}

export interface RunResult extends RunCounts {
  readonly failures: readonly EngineError[]
  /** Of every selected node that is up to date now. */
  readonly manifests: ReadonlyMap<number, Manifest>
}

/** Brings the selected nodes up to date. Fails only when the store does; failures of stages are events and counts. */
export const run = Effect.fnUntraced(function* (
  options: RunOptions,
): Effect.fn.Return<RunResult, StoreError, ArtifactStore | Executor | Scope.Scope> {
  const { planner, selected, emit, id } = options
  const store = yield* ArtifactStore
  const executor = yield* Executor
  const started = performance.now()
  const turns = yield* turnsIn(store)
  if (id !== undefined) turns.take(runLease(id))
  yield* Effect.ignore(store.sweep)
  const steps = yield* plan(planner, selected)
  const messages = yield* Queue.unbounded<Message>()
  const scheduler = new Scheduler({ ...options, store, executor, turns, messages }, steps)
  emit({ event: "planned", nodes: selected.size, ...countsOf(steps) })
  yield* scheduler.walk()
  const seconds = (performance.now() - started) / 1000
  const result: RunCounts = { ...scheduler.counts(selected.size), seconds }
  emit({ event: "finished", ...result })
  return { ...result, failures: scheduler.failures, manifests: scheduler.manifests() }
}, Effect.scoped)

function countsOf(steps: readonly Step[]) {
  const counts = { Cached: 0, Stale: 0, Blocked: 0 }
  for (const { _tag } of steps) counts[_tag]++
  return { cached: counts.Cached, stale: counts.Stale, blocked: counts.Blocked }
}
