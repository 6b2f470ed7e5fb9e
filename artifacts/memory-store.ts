/** A store in memory, and its objects alone, as they are sent to workers that can open no folder. */
import * as Effect from "effect/Effect"
import { StoreError } from "./errors.ts"
import { contentDigest } from "./key.ts"
import { type Manifest, mismatch, type OutputRecord } from "./manifest.ts"
import type { Objects } from "./objects.ts"
import type { Store } from "./store.ts"

/** Objects that are held by their digest. */
export function heldObjects(held: Map<string, Uint8Array>): Objects {
  const find = ({ digest, format }: OutputRecord) =>
    Effect.suspend(() => {
      const bytes = held.get(digest)
      if (bytes !== undefined) return Effect.succeed(bytes)
      return Effect.fail(new StoreError({ reason: { _tag: "Missing", path: `memory:${digest}.${format}`, digest } }))
    })
  // A copy each way: a stage that writes into its input, or keeps its output, must not change what is stored. Held
  // is never a Buffer, whose slice is no copy.
  const write = (bytes: Uint8Array) => {
    const digest = contentDigest(bytes)
    held.set(digest, new Uint8Array(bytes))
    return digest
  }
  return {
    read: (object) => Effect.map(find(object), (bytes) => bytes.slice()),
    write: (bytes) => Effect.sync(() => write(bytes)),
    open: (object) =>
      Effect.map(find(object), (bytes) => ({
        bytes: bytes.length,
        read: (into, position) => into.set(bytes.subarray(position, position + into.length)),
      })),
    draft: Effect.sync(() => {
      const pieces: Uint8Array[] = []
      return {
        append: (piece) => Effect.sync(() => void pieces.push(new Uint8Array(piece))),
        keep: () =>
          Effect.sync(() => {
            const bytes = Buffer.concat(pieces)
            return { digest: write(bytes), bytes: bytes.length }
          }),
      }
    }),
  }
}

export function memoryStore(): Store {
  const held = new Map<string, Uint8Array>()
  const manifests = new Map<string, Manifest>()
  const idOf = (stage: string, key: string) => `${stage}/${key}`
  return {
    ...heldObjects(held),
    root: undefined,
    lower: [],
    where: ({ digest, format }) => `memory:${digest}.${format}`,
    has: ({ digest }) => held.has(digest),
    state: ({ digest }) => (held.has(digest) ? "present" : "missing"),
    evicted: () => undefined,
    lookup: (stage, key) => Effect.succeed(manifests.get(idOf(stage, key))),
    commit: (manifest) => {
      const id = idOf(manifest.recipe.stage, manifest.key)
      const existing = manifests.get(id) ?? manifest
      manifests.set(id, existing)
      const error = mismatch(existing, manifest)
      return error === undefined ? Effect.void : Effect.fail(error)
    },
    manifests: (stage) =>
      Effect.succeed([...manifests].filter(([id]) => id.startsWith(`${stage}/`)).map(([, manifest]) => manifest)),
    log: () => Effect.void,
    sweep: Effect.succeed(0),
  }
}
