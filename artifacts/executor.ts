/**
 * Where stages run: in this thread or on worker threads, behind one service. A worker that is interrupted is ended, since
 * nothing else stops synchronous code, and another takes its place. Cores that no stage runs on are lent to those that can
 * use several threads.
 */
import { availableParallelism } from "node:os"
import { Worker } from "node:worker_threads"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { workerBundle } from "./code.ts"
import { StageFailed, StoreError } from "./errors.ts"
import { type Assignment, defectReason, type Execution, perform } from "./perform.ts"
import type { AnyStage, Report } from "./stage.ts"
import { ArtifactStore, type Store } from "./store.ts"
import { useWideVectors } from "./wide-vectors.ts"
import type { Loan, Order, Post, Reply } from "./worker.ts"

export interface Work {
  readonly stage: AnyStage
  /** Path of the bundle whose digest is in the recipe. */
  readonly bundle: string
  readonly assignment: Assignment
}

export class Executor extends Context.Service<
  Executor,
  {
    /** How many stages run at once. */
    readonly slots: number
    readonly execute: (work: Work, report: Report) => Effect.Effect<Execution, StageFailed | StoreError>
  }
>()("rnn/Executor") {
  /** Runs the stage objects of this process, one at a time. For tests and debuggers. */
  static readonly inline = Layer.effect(
    Executor,
    Effect.gen(function* () {
      const store = yield* ArtifactStore
      return { slots: 1, execute: ({ stage, assignment }, report) => perform(stage, assignment, store, report) }
    }),
  )

  /**
   * Runs bundles on up to `slots` worker threads, started when first needed. Each stage may use as many threads as there
   * are cores for every stage that runs just then, rounded down, and its own in any case.
   */
  static readonly threads = (slots: number, cores = availableParallelism()) =>
    Layer.effect(
      Executor,
      Effect.gen(function* () {
        const store = yield* ArtifactStore
        useWideVectors()
        const entry = yield* Effect.cached(workerBundle())
        const { share, sharing } = shareOut(cores)
        const { all, start, drop, hire, rest } = crew()
        yield* Effect.addFinalizer(() => Effect.forEach([...all], drop, { concurrency: "unbounded" }))
        const { root, lower } = store
        const execute = ({ bundle, assignment }: Work, report: Report) =>
          Effect.gen(function* () {
            const bytes = store.root === undefined ? yield* carry(store, assignment) : undefined
            const path = yield* entry
            const worker = hire(path, { root, lower, share })
            const lent: Worker[] = []
            const lend = (order: unknown) => {
              lent.push(start(path, { bundle, order }))
              return lent.at(-1)!
            }
            const reply = yield* converse(worker, { assignment, bundle, bytes }, { report, lend }).pipe(
              Effect.onInterrupt(() => drop(worker)),
              Effect.tapError(() => drop(worker)),
              Effect.ensuring(Effect.suspend(() => Effect.forEach(lent, drop, { concurrency: "unbounded" }))),
            )
            rest(worker)
            if (reply._tag === "Failed") return yield* Effect.fail(revive(assignment.node, reply))
            const formats = Object.values(reply.execution.outputs).map(({ format }) => format)
            for (const [i, written] of reply.written.entries()) yield* store.write(written, formats[i]!)
            return reply.execution
          })
        return { slots, execute: (work, report) => sharing(execute(work, report)) }
      }),
    )
}

/** The threads: all there are, and those of them that wait for an order. */
function crew() {
  const all = new Set<Worker>()
  const idle = new Set<Worker>()
  const forget = (worker: Worker) => {
    all.delete(worker)
    idle.delete(worker)
  }
  const drop = (worker: Worker) => {
    forget(worker)
    return Effect.promise(() => worker.terminate())
  }
  const start = (path: string, workerData: Post | Loan) => {
    const worker = new Worker(path, { workerData })
    all.add(worker)
    return worker
  }
  /** A timer that a stage has left may end a thread that nobody talks to: no uncaught error, and no thread to hire. */
  const recruit = (path: string, post: Post) => {
    const worker = start(path, post)
    return worker.on("error", () => forget(worker)).on("exit", () => forget(worker))
  }
  const hire = (path: string, post: Post) => {
    const [worker = recruit(path, post)] = idle
    idle.delete(worker)
    return worker
  }
  /** Keeps a thread for the next order, unless it has ended since its reply. */
  const rest = (worker: Worker) => void (all.has(worker) && idle.add(worker))
  return { all, start, drop, hire, rest }
}

/** One cell, read by all threads: how many of them each of the stages may use that are `sharing` the cores. */
function shareOut(cores: number) {
  const share = new Int32Array(new SharedArrayBuffer(4))
  let stages = 0
  const count = (change: 1 | -1) =>
    Effect.sync(() => {
      stages += change
      Atomics.store(share, 0, Math.max(1, Math.floor(cores / Math.max(1, stages))))
    })
  const sharing = <A, E>(stage: Effect.Effect<A, E>) =>
    Effect.acquireUseRelease(
      count(1),
      () => stage,
      () => count(-1),
    )
  return { share, sharing }
}

/** Bytes of the inputs, and of a shorter run as far as it is there, for a store that workers cannot open. */
const carry = Effect.fnUntraced(function* (store: Store, { inputs, earlier }: Assignment) {
  const bytes = new Map<string, Uint8Array>()
  for (const { object } of Object.values(inputs).flat()) bytes.set(object.digest, yield* store.read(object))
  for (const object of Object.values(earlier?.outputs ?? {}))
    yield* Effect.ignore(Effect.map(store.read(object), (read) => bytes.set(object.digest, read)))
  return bytes as ReadonlyMap<string, Uint8Array>
})

type Final = Exclude<Reply, { _tag: "Progress" | "Lend" }>

interface Services {
  readonly report: Report
  readonly lend: (order: unknown) => Worker
}

/**
 * Sends one order and waits for its final reply; a thread that dies is a defect of the stage, be it lent. The stage may be
 * waiting for that thread, with its own thread asleep, so that nobody but us can tell.
 */
const converse = (worker: Worker, order: Order, { report, lend }: Services): Effect.Effect<Final, StageFailed> =>
  Effect.callback((resume) => {
    const { node } = order.assignment
    const close = () => {
      worker.off("message", onMessage)
      worker.off("error", onError)
      worker.off("exit", onExit)
    }
    const end = (result: Effect.Effect<Final, StageFailed>) => {
      close()
      resume(result)
    }
    const onMessage = (reply: Reply) => {
      if (reply._tag === "Progress") report(reply.fraction, reply.detail)
      else if (reply._tag === "Lend")
        // Listened to for good: once the stage has ended, what becomes of it is no matter, and no uncaught error.
        lend(reply.order)
          .on("error", onError)
          .on("exit", (code) => onError(new Error(`a thread lent to the stage ended with code ${code}`)))
      else end(Effect.succeed(reply))
    }
    const onError = (cause: unknown) => end(Effect.fail(new StageFailed({ node, reason: defectReason(cause) })))
    const onExit = (code: number) => onError(new Error(`the worker thread ended with code ${code}`))
    worker.on("message", onMessage)
    worker.on("error", onError)
    worker.on("exit", onExit)
    worker.postMessage(order)
    return Effect.sync(close)
  })

const revive = (node: string, { error, reason }: Extract<Reply, { _tag: "Failed" }>): StageFailed | StoreError =>
  error === "StoreError" ? new StoreError({ reason }) : new StageFailed({ node, reason })
