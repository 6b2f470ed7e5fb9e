/**
 * Where stages run: in this thread or on worker threads, behind one service. A worker that is interrupted is ended, since
 * nothing else stops synchronous code, and another takes its place.
 */
import { Worker } from "node:worker_threads"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { workerBundle } from "./code.ts"
import { StageFailed, StoreError } from "./errors.ts"
import { type Assignment, defectReason, type Execution, perform } from "./perform.ts"
import type { AnyStage, Report } from "./stage.ts"
import { ArtifactStore, type Store } from "./store.ts"
import type { Order, Reply } from "./worker.ts"

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

  /** Runs bundles on up to `slots` worker threads, started when first needed. */
  static readonly threads = (slots: number) =>
    Layer.effect(
      Executor,
      Effect.gen(function* () {
        const store = yield* ArtifactStore
        const entry = yield* Effect.cached(workerBundle())
        const idle: Worker[] = []
        const all = new Set<Worker>()
        const drop = (worker: Worker) => {
          all.delete(worker)
          return Effect.promise(() => worker.terminate())
        }
        yield* Effect.addFinalizer(() => Effect.forEach([...all], drop, { concurrency: "unbounded" }))
        const hire = Effect.map(entry, (path) => {
          const worker = idle.pop() ?? new Worker(path, { workerData: { root: store.root, lower: store.lower } })
          all.add(worker)
          return worker
        })
        const execute = ({ bundle, assignment }: Work, report: Report) =>
          Effect.gen(function* () {
            const bytes = store.root === undefined ? yield* carry(store, assignment) : undefined
            const worker = yield* hire
            const reply = yield* converse(worker, { assignment, bundle, bytes }, report).pipe(
              Effect.onInterrupt(() => drop(worker)),
              Effect.tapError(() => drop(worker)),
            )
            idle.push(worker)
            if (reply._tag === "Failed") return yield* Effect.fail(revive(assignment.node, reply))
            const formats = Object.values(reply.execution.outputs).map(({ format }) => format)
            for (const [i, written] of reply.written.entries()) yield* store.write(written, formats[i]!)
            return reply.execution
          })
        return { slots, execute }
      }),
    )
}

/** Bytes of the inputs, and of a shorter run as far as it is there, for a store that workers cannot open. */
const carry = Effect.fnUntraced(function* (store: Store, { inputs, earlier }: Assignment) {
  const bytes = new Map<string, Uint8Array>()
  for (const { object } of Object.values(inputs).flat()) bytes.set(object.digest, yield* store.read(object))
  for (const object of Object.values(earlier?.outputs ?? {}))
    yield* Effect.ignore(Effect.map(store.read(object), (read) => bytes.set(object.digest, read)))
  return bytes as ReadonlyMap<string, Uint8Array>
})

type Final = Exclude<Reply, { _tag: "Progress" }>

/** Sends one order and waits for its final reply; a thread that dies is a defect of the stage. */
const converse = (worker: Worker, order: Order, report: Report): Effect.Effect<Final, StageFailed> =>
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
    const onMessage = (reply: Reply) =>
      reply._tag === "Progress" ? report(reply.fraction, reply.detail) : end(Effect.succeed(reply))
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
