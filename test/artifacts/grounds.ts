/** Stores that random edits do damage to: a folder, and one in memory that can be damaged as a folder can. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import * as Effect from "effect/Effect"
import { accept } from "../../artifacts/accept.ts"
import { StoreError } from "../../artifacts/errors.ts"
import { type ArtifactKey, type ContentDigest, contentDigest } from "../../artifacts/key.ts"
import type { OutputRecord } from "../../artifacts/manifest.ts"
import { ArtifactStore, manifestFolder, markerPath, objectPath, type Store } from "../../artifacts/store.ts"
import { open } from "./words.ts"

/** `flipped`: of the right length, so that only its reader finds out. */
export type Harm = "missing" | "evicted" | "flipped"

export interface Ground {
  readonly store: Store
  readonly harm: (object: OutputRecord, how: Harm) => void
  /** Removes a manifest. */
  readonly forget: (stage: string, key: ArtifactKey) => void
  /** Lets the results of the code `from` stand for those of `code`, where there is a folder to say so in. */
  readonly accept?: (stage: string, code: string, from: string) => void
}

export const objectOf = (text: string): OutputRecord => {
  const bytes = Buffer.from(text)
  return { digest: contentDigest(bytes), bytes: bytes.length, rows: 1, format: "svg", schema: "integer" }
}

/** A folder. */
export function folderGround(root: string): Ground {
  const harm: Ground["harm"] = (object, how) => {
    const path = objectPath(root, object)
    const bytes = readFileSync(path)
    const write = (at: string, content: Uint8Array) => writeFileSync(at, content, { mode: 0o444 })
    rmSync(path)
    if (how === "flipped")
      write(
        path,
        bytes.map((byte, i) => (i === 0 ? byte ^ 1 : byte)),
      )
    // Gone altogether, or cut short.
    if (how === "missing" && bytes[0]! % 2 === 0) write(path, bytes.subarray(1))
    if (how !== "evicted") return
    const marker = markerPath(root, object.digest)
    mkdirSync(dirname(marker), { recursive: true })
    write(marker, Buffer.of())
  }
  return {
    store: open(root),
    harm,
    forget: (stage, key) => rmSync(join(manifestFolder(root, stage), `${key}.json`)),
    accept: (stage, code, from) =>
      Effect.runSync(accept(root, stage, code, { from, reason: "the same", time: "2026-01-31T12:00:00.000Z" })),
  }
}

/** A store in memory, and over it what was done to it. */
export function memoryGround(): Ground {
  const inner: Store = Effect.runSync(ArtifactStore.pipe(Effect.provide(ArtifactStore.memory())))
  const harmed = new Map<ContentDigest, Harm>()
  const forgotten = new Set<ArtifactKey>()
  const state: Store["state"] = (object) => {
    const harm = harmed.get(object.digest) ?? "flipped"
    return harm === "flipped" ? inner.state(object) : harm
  }
  const unreadable = ({ digest }: OutputRecord) =>
    Effect.suspend(() => {
      harmed.set(digest, harmed.get(digest) === "evicted" ? "evicted" : "missing")
      return Effect.fail(new StoreError({ reason: { _tag: "Missing", path: digest, digest } }))
    })
  const store: Store = {
    ...inner,
    state,
    has: (object) => state(object) === "present",
    read: (object) => (harmed.has(object.digest) ? unreadable(object) : inner.read(object)),
    open: (object) => (harmed.has(object.digest) ? unreadable(object) : inner.open(object)),
    write: (bytes, format) =>
      Effect.tap(inner.write(bytes, format), (digest) => Effect.sync(() => harmed.delete(digest))),
    lookup: (stage, key) => (forgotten.has(key) ? Effect.succeed(undefined) : inner.lookup(stage, key)),
    commit: (manifest) => Effect.tap(inner.commit(manifest), () => Effect.sync(() => forgotten.delete(manifest.key))),
  }
  return {
    store,
    harm: ({ digest }, how) => harmed.set(digest, how),
    forget: (_, key) => forgotten.add(key),
  }
}
