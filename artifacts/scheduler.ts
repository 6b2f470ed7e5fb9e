/**
 * The scheduler of a run: keeps the executor's slots full, resolves nodes as their inputs become known, leaves to other runs
 * what they are computing, and makes again what is read and is not in the store as it should be.
 */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Queue from "effect/Queue"
import { type EngineError, isLost } from "./errors.ts"
import type { RunCounts } from "./events.ts"
import type { Executor } from "./executor.ts"
import { Frontier } from "./frontier.ts"
import { type GraphNode, type Source, sourcesOf } from "./graph.ts"
import type { ArtifactKey } from "./key.ts"
import { type Manifest, mismatch } from "./manifest.ts"
import type { Input } from "./perform.ts"
import type { Absent, Stale, Step } from "./plan.ts"
import { provenanceOf } from "./provenance.ts"
import type { RunOptions } from "./run.ts"
import type { Store } from "./store.ts"
import type { Turns } from "./turns.ts"

export type Message =
  | { readonly _tag: "Ended"; readonly step: Stale; readonly exit: Exit.Exit<Manifest, EngineError> }
  /** Another run, which had the turn, has ended it. */
  | { readonly _tag: "Freed"; readonly step: Stale }

interface Around extends RunOptions {
  readonly store: Store
  readonly executor: Executor["Service"]
  readonly turns: Turns
  readonly messages: Queue.Queue<Message>
}

export class Scheduler {
  readonly failures: EngineError[] = []
  private readonly fates = new Map<number, "computed" | "cached" | "failed">()
  private readonly frontier: Frontier
  /** Keys that this run computes now. */
  private readonly running = new Set<ArtifactKey>()
  /** Keys that other runs compute now. */
  private readonly elsewhere = new Set<ArtifactKey>()
  /** Steps to look at again when a key is done: of the same key, or readers of its objects. */
  private readonly waiters = new Map<ArtifactKey, Stale[]>()
  /** What this run computed: even where a stage is forced, equal keys are one computation. */
  private readonly published = new Map<ArtifactKey, Manifest>()
  /** Nodes that are being made again. By node and not by key, for a recipe may be what its own input comes from. */
  private readonly recalling = new Set<number>()
  /** `reader input`: nothing is made again for one reader twice. */
  private readonly recalled = new Set<string>()
  private readonly around: Around

  /** Begins with the steps of a plan. */
  constructor(around: Around, steps: readonly Step[]) {
    this.around = around
    this.frontier = new Frontier(around.graph, steps)
    for (const step of steps) {
      if (step._tag === "Cached") this.countCached(step.node, step.manifest.key)
      // Foretold to run; cached all the same should its reader not run after all.
      if (step._tag === "Stale" && step.recall !== undefined) this.fates.set(step.node, "cached")
    }
  }

  /** Runs to the end, or after a failure until what has begun has ended. */
  readonly walk = Effect.fnUntraced(function* (this: Scheduler) {
    const { frontier, running, elsewhere } = this
    const { messages, executor, keepGoing } = this.around
    const open = () => this.failures.length === 0 || keepGoing
    while (true) {
      while (open() && running.size < executor.slots && !frontier.isEmpty) yield* this.launch(frontier.next()!)
      if (running.size === 0 && (elsewhere.size === 0 || !open())) return
      const message = yield* Queue.take(messages)
      yield* message._tag === "Ended" ? this.collect(message.step, message.exit) : this.lookAgain(message.step)
    }
  })

  counts(selected: number): Omit<RunCounts, "seconds"> {
    const counts = { computed: 0, cached: 0, failed: 0 }
    for (const fate of this.fates.values()) counts[fate]++
    return { ...counts, skipped: selected - this.fates.size }
  }

  manifests(): ReadonlyMap<number, Manifest> {
    return new Map([...this.frontier.done].filter(([node]) => this.fates.get(node) !== "failed"))
  }

  /** Starts a step, unless it is up to date by now or has to wait. */
  private readonly launch = Effect.fnUntraced(function* (this: Scheduler, step: Stale) {
    const { key, recall } = step
    const { turns, planner } = this.around
    if (this.running.has(key) || this.elsewhere.has(key)) return this.waitFor(key, step)
    const known = recall === undefined ? this.published.get(key) : undefined
    if (known) return yield* this.find(step, known)
    if (!turns.take(key)) return yield* this.leave(step)
    // Looked up once more: another run may have published it just before it ended its turn.
    const manifest = yield* this.standing(step)
    const absent = manifest === undefined ? planner.absent(step.node, this.frontier.done) : []
    const isVain = absent.some(({ from }) => this.fates.get(from) === "failed")
    const waits = !isVain && absent.length > 0 && (yield* this.recall(step, absent))
    // What seems absent after it was made again is left to the reading of it, which says more.
    if (manifest === undefined && !isVain && !waits) return yield* this.compute(step)
    turns.end(key)
    if (manifest !== undefined) yield* this.find(step, manifest)
  })

  /** Manifest of a step that is up to date by now. What was recalled has to be there, and whole. */
  private readonly standing = Effect.fnUntraced(function* (this: Scheduler, { node, recall }: Stale) {
    const { planner, store } = this.around
    if (recall === undefined) {
      const step = yield* planner.resolve(node, this.frontier.done)
      return step._tag === "Cached" ? step.manifest : undefined
    }
    const { manifest, port } = recall
    return (yield* Effect.isSuccess(Effect.scoped(store.open(manifest.outputs[port]!)))) ? manifest : undefined
  })

  /** Leaves a step to the run whose turn it is; takes no slot meanwhile. */
  private readonly leave = Effect.fnUntraced(function* (this: Scheduler, step: Stale) {
    const { turns, messages } = this.around
    this.elsewhere.add(step.key)
    yield* Effect.forkScoped(Effect.andThen(turns.others(step.key), Queue.offer(messages, { _tag: "Freed", step })))
  })

  private readonly lookAgain = Effect.fnUntraced(function* (this: Scheduler, step: Stale) {
    this.elsewhere.delete(step.key)
    const manifest = yield* this.standing(step)
    if (manifest !== undefined) return yield* this.find(step, manifest)
    this.frontier.push(step)
  })

  /** Moves what is left of lost objects out of the way, where somebody can look at it, and says so. */
  private readonly setAside = Effect.fnUntraced(function* (this: Scheduler, node: number, { outputs }: Manifest) {
    const { store } = this.around
    for (const [port, object] of Object.entries(outputs)) {
      if (store.state(object) !== "missing") continue
      this.sayDamaged(node, port, store.where(object))
      // Opening is what moves a damaged object to quarantine.
      yield* Effect.ignore(Effect.scoped(store.open(object)))
    }
  })

  private readonly compute = Effect.fnUntraced(function* (this: Scheduler, step: Stale) {
    if (step.lost !== undefined) yield* this.setAside(step.node, step.lost.manifest)
    const { graph, codes, planner, executor, store, turns, messages, emit } = this.around
    const node = graph.nodes[step.node]!
    this.running.add(step.key)
    emit({ event: "started", node: node.id, stage: node.stage.name, key: step.key })
    const report = (fraction: number, detail?: string) =>
      emit({ event: "progress", node: node.id, fraction, ...(detail === undefined ? {} : { detail }) })
    const { bundle } = codes.get(node.stage.name)!
    const earlier = yield* planner.resumptions.find(node.stage, step.recipe)
    const assignment = { node: node.id, recipe: step.recipe, inputs: inputsOf(node, this.frontier.done), earlier }
    const computing = executor.execute({ stage: node.stage, bundle, assignment }, report).pipe(
      Effect.map(({ outputs, seconds, resumedFrom }): Manifest => {
        const provenance = provenanceOf(node.id, node.labels, seconds, resumedFrom)
        return { format: 1, key: step.key, recipe: step.recipe, outputs, provenance }
      }),
      Effect.tap(store.commit),
      Effect.ensuring(Effect.sync(() => turns.end(step.key))),
      Effect.exit,
      Effect.flatMap((exit) => Queue.offer(messages, { _tag: "Ended", step, exit })),
    )
    yield* Effect.forkScoped(computing)
  })

  private readonly collect = Effect.fnUntraced(function* (
    this: Scheduler,
    step: Stale,
    exit: Exit.Exit<Manifest, EngineError>,
  ) {
    this.running.delete(step.key)
    if (Exit.isFailure(exit)) {
      const error = yield* Effect.orDie(Effect.flip(Effect.suspend(() => exit)))
      const absent = this.unreadable(step, error)
      const waits = absent !== undefined && (yield* this.recall(step, [absent], absent.path))
      return waits ? undefined : this.fail(step, error)
    }
    const other = step.recall && mismatch(step.recall.manifest, exit.value)
    if (other) return this.fail(step, other)
    const { id, stage } = this.around.graph.nodes[step.node]!
    const { seconds, resumedFrom } = exit.value.provenance
    this.published.set(step.key, exit.value)
    this.around.planner.resumptions.add(stage, exit.value)
    this.fates.set(step.node, "computed")
    const event = { event: "computed", node: id, stage: stage.name, key: step.key, seconds } as const
    this.around.emit({ ...event, ...(resumedFrom && { resumedFrom }) })
    yield* this.complete(step, exit.value)
  })

  /** A step is up to date without having run. */
  private readonly find = Effect.fnUntraced(function* (this: Scheduler, step: Stale, manifest: Manifest) {
    if (step.recall === undefined) this.countCached(step.node, manifest.key)
    yield* this.complete(step, manifest)
  })

  private readonly complete = Effect.fnUntraced(function* (this: Scheduler, { key, node }: Stale, manifest: Manifest) {
    for (const waiter of this.waiters.get(key) ?? []) this.frontier.push(waiter)
    this.waiters.delete(key)
    this.recalling.delete(node)
    if (!this.frontier.done.has(node)) yield* this.settle(this.frontier.complete(node, manifest))
  })

  /** Resolves nodes, and those that wait for them alone, and so on. */
  private readonly settle = Effect.fnUntraced(function* (this: Scheduler, first: readonly number[]) {
    const queue = [...first]
    for (const node of queue) {
      const step = yield* this.around.planner.resolve(node, this.frontier.done)
      if (step._tag === "Stale") this.frontier.push(step)
      if (step._tag !== "Cached") continue
      this.countCached(node, step.manifest.key)
      queue.push(...this.frontier.complete(node, step.manifest))
    }
  })

  /** Has what is absent made again, and then the step run; false when that was done for this step before, in vain. */
  private readonly recall = Effect.fnUntraced(function* (
    this: Scheduler,
    step: Stale,
    absent: readonly Absent[],
    path?: string,
  ) {
    const { planner, store } = this.around
    // One source of each object is enough.
    const inputs = [...new Map(absent.map((input) => [input.manifest.outputs[input.port]!.digest, input])).values()]
    const sources = yield* Effect.forEach(inputs, (input) => planner.recall(input, this.frontier.done))
    for (const [i, source] of sources.entries()) {
      if (this.recalling.has(source.node)) continue
      const { port, manifest } = inputs[i]!
      const object = manifest.outputs[port]!
      const once = `${step.node} ${object.digest}`
      if (this.recalled.has(once)) return false
      this.recalled.add(once)
      if (store.state(object) !== "evicted") this.sayDamaged(source.node, port, path ?? store.where(object))
      this.recalling.add(source.node)
      this.frontier.push(source)
    }
    this.waitFor(sources[0]!.key, step)
    return true
  })

  private waitFor(key: ArtifactKey, step: Stale): void {
    const waiters = this.waiters.get(key)
    if (waiters) waiters.push(step)
    else this.waiters.set(key, [step])
  }

  /** The input that a step failed to read, if that is why it failed. */
  private unreadable({ node }: Stale, error: EngineError): (Absent & { readonly path: string }) | undefined {
    if (error._tag !== "StoreError" || !isLost(error)) return undefined
    const { reason } = error
    for (const { from, port } of sourcesOf(this.around.graph.nodes[node]!)) {
      const manifest = this.frontier.done.get(from)!
      const fits = manifest.outputs[port]!.digest === reason.digest && this.fates.get(from) !== "failed"
      if (fits) return { from, port, manifest, path: reason.path }
    }
    return undefined
  }

  /** What waits for the step is given up. */
  private fail(step: Stale, error: EngineError): void {
    const { id, stage } = this.around.graph.nodes[step.node]!
    this.waiters.delete(step.key)
    this.recalling.delete(step.node)
    this.fates.set(step.node, "failed")
    this.failures.push(error)
    this.around.emit({ event: "failed", node: id, stage: stage.name, reason: error.message })
  }

  private sayDamaged(index: number, port: string, path: string): void {
    this.around.emit({ event: "damaged", node: this.around.graph.nodes[index]!.id, port, path })
  }

  private countCached(index: number, key: ArtifactKey): void {
    const { id, stage } = this.around.graph.nodes[index]!
    this.fates.set(index, "cached")
    this.around.emit({ event: "cached", node: id, stage: stage.name, key })
  }
}

function inputsOf(node: GraphNode, done: ReadonlyMap<number, Manifest>) {
  const input = ({ from, port, labels }: Source): Input => ({ labels, object: done.get(from)!.outputs[port]! })
  const inputs: Record<string, Input | readonly Input[]> = {}
  for (const [port, of] of Object.entries(node.inputs))
    inputs[port] = Array.isArray(of) ? (of as readonly Source[]).map(input) : input(of as Source)
  return inputs
}
