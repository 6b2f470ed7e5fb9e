/** Objects: bytes under the digest of their content, whole or a part at a time. */
import type * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { Format } from "../schemas/table.ts"
import type { StoreError } from "./errors.ts"
import type { ContentDigest } from "./key.ts"
import type { OutputRecord } from "./manifest.ts"

/** An object of which only what is wanted is read. */
export interface Source {
  readonly bytes: number
  /** Fills `into` with the bytes from `position` on, at once. Throws a {@link StoreError}. */
  readonly read: (into: Uint8Array, position: number) => void
}

/** A new object, made piece by piece. */
export interface Draft {
  readonly append: (piece: Uint8Array) => Effect.Effect<void, StoreError>
  /** As {@link Objects.write} of all pieces. */
  readonly keep: (format: Format) => Effect.Effect<Pick<OutputRecord, "digest" | "bytes">, StoreError>
}

/** Bytes by content: what a worker needs to run a recipe. */
export interface Objects {
  /** The bytes, verified against their digest. Damaged bytes are set aside, so that they are missing from then on. */
  readonly read: (object: OutputRecord) => Effect.Effect<Uint8Array, StoreError>
  /** Keeps the bytes; writing the same bytes again, from anywhere, is harmless, and repairs what is damaged. */
  readonly write: (bytes: Uint8Array, format: Format) => Effect.Effect<ContentDigest, StoreError>
  /** As `read`, verified as a whole, but never held as one: its bytes are there until the scope ends. */
  readonly open: (object: OutputRecord) => Effect.Effect<Source, StoreError, Scope.Scope>
  /** As `write`, of what was never held as one. What is not kept when the scope ends is gone. */
  readonly draft: Effect.Effect<Draft, StoreError, Scope.Scope>
}
