/**
 * The worker thread: takes one assignment at a time, loads the bundle that the recipe names, reads inputs from the store
 * and writes outputs to it. A store that has no folder sends its bytes along and gets bytes back. A thread that is lent to
 * a stage is started with that stage's order, and takes no assignment.
 */
import { parentPort, workerData } from "node:worker_threads"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type { StageFailed, StoreError } from "./errors.ts"
import { heldObjects } from "./memory-store.ts"
import { type Assignment, defectReason, type Execution, loadStage, perform } from "./perform.ts"
import type { Threads } from "./stage.ts"
import { diskObjects, type Store } from "./store.ts"

export interface Order {
  readonly assignment: Assignment
  readonly bundle: string
  /** Bytes of all that is read, by digest, when the store has no folder. */
  readonly bytes: ReadonlyMap<string, Uint8Array> | undefined
}

/** What a thread is started with that is lent to a stage. */
export interface Loan {
  readonly bundle: string
  readonly order: unknown
}

/** What a thread is started with that takes assignments. */
export interface Post extends Pick<Store, "root" | "lower"> {
  /** One cell: how many threads a stage may use now. */
  readonly share: Int32Array
}

export type Reply =
  | { readonly _tag: "Progress"; readonly fraction: number; readonly detail: string | undefined }
  /** The stage asks for another thread. */
  | { readonly _tag: "Lend"; readonly order: unknown }
  | { readonly _tag: "Done"; readonly execution: Execution; readonly written: readonly Uint8Array[] }
  | { readonly _tag: "Failed"; readonly error: "StageFailed" | "StoreError"; readonly reason: never }

const send = (reply: Reply) => parentPort!.postMessage(reply)

async function follow({ root, lower, share }: Post, { assignment, bundle, bytes }: Order): Promise<Reply> {
  const held = new Map(bytes)
  const objects = root === undefined ? heldObjects(held) : diskObjects(root, lower)
  const threads: Threads = {
    granted: () => Atomics.load(share, 0),
    start: (order) => send({ _tag: "Lend", order }),
  }
  let last = 0
  const report = (fraction: number, detail?: string) => {
    const now = performance.now()
    if (now - last < 100) return
    last = now
    send({ _tag: "Progress", fraction, detail })
  }
  try {
    const stage = await loadStage(bundle)
    const result = await Effect.runPromise(Effect.result(perform(stage, assignment, objects, report, threads)))
    if (Result.isSuccess(result)) {
      const execution = result.success
      const written = Object.values(execution.outputs).flatMap(({ digest }) => held.get(digest) ?? [])
      return { _tag: "Done", execution, written }
    }
    const { _tag, reason } = result.failure as StageFailed | StoreError
    return { _tag: "Failed", error: _tag, reason: reason as never }
  } catch (cause) {
    return { _tag: "Failed", error: "StageFailed", reason: defectReason(cause) as never }
  }
}

const start = workerData as Post | Loan
if ("order" in start) (await loadStage(start.bundle)).assist!(start.order as never)
else parentPort!.on("message", async (order: Order) => send(await follow(start, order)))
