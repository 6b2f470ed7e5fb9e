/** Whose turn it is to compute a key, when several runs work on one store: leases, held until their end or that of the run. */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { type Leases, leases } from "./lease.ts"
import type { Store } from "./store.ts"

export interface Turns {
  /** Takes the turn; false when another run has it. */
  readonly take: (key: string) => boolean
  readonly end: (key: string) => void
  /** Ends when the run that has the turn gives it up, or is gone. */
  readonly others: (key: string) => Effect.Effect<void>
}

/** Whoever has a store in memory is alone. */
const alone: Pick<Leases, "acquire" | "waitFor"> = {
  acquire: () => ({ held: true, release: () => {} }),
  waitFor: () => Effect.void,
}

export const turnsIn = Effect.fnUntraced(function* ({ root }: Store): Effect.fn.Return<Turns, never, Scope.Scope> {
  const { acquire, waitFor } = root === undefined ? alone : leases(root)
  const releases = new Map<string, () => void>()
  const end = (key: string) => {
    releases.get(key)?.()
    releases.delete(key)
  }
  yield* Effect.addFinalizer(() => Effect.sync(() => [...releases.keys()].forEach(end)))
  const take = (key: string) => {
    const lease = acquire(key)
    if (lease.held) releases.set(key, lease.release)
    return lease.held
  }
  return { take, end, others: (key) => waitFor(key, () => false) }
})
