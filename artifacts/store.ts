/**
 * The store: bytes under the digest of their content, manifests under the key of their recipe. One interface, on disk
 * and in memory; see artifacts/README.md for the layout of the folder.
 */
import { join } from "node:path"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Format } from "../schemas/table.ts"
import { AuditMismatch, StoreError } from "./errors.ts"
import * as files from "./files.ts"
import { type ArtifactKey, type ContentDigest, contentDigest } from "./key.ts"
import { firstDifference, type Manifest, manifestText, type OutputRecord, parseManifest } from "./manifest.ts"

/** Bytes by content: what a worker needs to run a recipe. */
export interface Objects {
  /** The bytes, verified against their digest. Damaged bytes are set aside, so that they are missing from then on. */
  readonly read: (object: OutputRecord) => Effect.Effect<Uint8Array, StoreError>
  /** Keeps the bytes; writing the same bytes again, from anywhere, is harmless. */
  readonly write: (bytes: Uint8Array, format: Format) => Effect.Effect<ContentDigest, StoreError>
}

export interface Store extends Objects {
  /** Folder of the store, when it has one: workers open it themselves. */
  readonly root: string | undefined
  /** Where an object lies, for people. */
  readonly where: (object: OutputRecord) => string
  /** Whether the object is there with the right length. */
  readonly has: (object: OutputRecord) => boolean
  readonly lookup: (stage: string, key: ArtifactKey) => Effect.Effect<Manifest | undefined, StoreError>
  /** Publishes a manifest. One that is there stays: other digests under one key are an {@link AuditMismatch}. */
  readonly commit: (manifest: Manifest) => Effect.Effect<void, StoreError | AuditMismatch>
  /** Manifests of one stage, in the order of their keys. */
  readonly manifests: (stage: string) => Effect.Effect<readonly Manifest[], StoreError>
  /** Appends one event to the log of a run. */
  readonly log: (run: string, line: string) => Effect.Effect<void, StoreError>
}

export class ArtifactStore extends Context.Service<ArtifactStore, Store>()("rnn/ArtifactStore") {
  static readonly disk = (root: string) => Layer.succeed(ArtifactStore, diskStore(root))
  static readonly memory = () => Layer.succeed(ArtifactStore, memoryStore())
}

const refuseOther = (existing: Manifest | undefined, manifest: Manifest): Effect.Effect<void, AuditMismatch> => {
  const port = existing && firstDifference(existing, manifest)
  if (existing === undefined || port === undefined) return Effect.void
  const [expected, found] = [existing.outputs[port]?.digest ?? "none", manifest.outputs[port]?.digest ?? "none"]
  return Effect.fail(new AuditMismatch({ node: manifest.provenance.node, port, expected, found }))
}

/** Objects of a store folder. */
export function diskObjects(
  root: string,
): Objects & { readonly pathOf: (o: { digest: string; format: Format }) => string } {
  const pathOf = ({ digest, format }: { digest: string; format: Format }) =>
    join(root, "objects", "v1", digest.slice(0, 2), `${digest.slice(2)}.${format}`)
  return {
    pathOf,
    read: Effect.fnUntraced(function* (object) {
      const path = pathOf(object)
      const bytes = yield* files.readBytes(path)
      if (bytes.length === object.bytes && contentDigest(bytes) === object.digest) return bytes
      yield* files.move(path, join(root, "quarantine", `${object.digest}.${object.format}`))
      const [expected, found] = [`${object.bytes} bytes with sha256 ${object.digest}`, `${bytes.length} other bytes`]
      return yield* Effect.fail(new StoreError({ reason: { _tag: "Corrupt", path, expected, found } }))
    }),
    write: Effect.fnUntraced(function* (bytes, format) {
      const digest = contentDigest(bytes)
      const path = pathOf({ digest, format })
      if (files.sizeOf(path) !== bytes.length) yield* files.writeWhole(join(root, "tmp"), path, bytes, 0o444)
      return digest
    }),
  }
}

function diskStore(root: string): Store {
  const { pathOf, ...objects } = diskObjects(root)
  const folderOf = (stage: string) => join(root, "manifests", "v1", stage)
  const readManifest = (path: string) =>
    files.readBytes(path).pipe(
      Effect.map((bytes) => parseManifest(bytes.toString("utf8"))),
      Effect.catchIf(
        (error) => error.reason._tag === "Missing",
        () => Effect.succeed(undefined),
      ),
    )
  const lookup = (stage: string, key: ArtifactKey) => readManifest(join(folderOf(stage), `${key}.json`))
  return {
    ...objects,
    root,
    where: pathOf,
    has: (object) => files.sizeOf(pathOf(object)) === object.bytes,
    lookup,
    commit: Effect.fnUntraced(function* (manifest) {
      const { stage } = manifest.recipe
      const existing = yield* lookup(stage, manifest.key)
      yield* refuseOther(existing, manifest)
      if (existing !== undefined) return
      const path = join(folderOf(stage), `${manifest.key}.json`)
      yield* files.writeWhole(join(root, "tmp"), path, Buffer.from(manifestText(manifest)), 0o444)
    }),
    manifests: Effect.fnUntraced(function* (stage) {
      const found: Manifest[] = []
      for (const name of yield* files.list(folderOf(stage))) {
        const manifest = name.endsWith(".json") ? yield* readManifest(join(folderOf(stage), name)) : undefined
        if (manifest !== undefined) found.push(manifest)
      }
      return found
    }),
    log: (run, line) => files.appendLine(join(root, "runs", `${run}.jsonl`), line),
  }
}

function memoryStore(): Store {
  const objects = new Map<string, Uint8Array>()
  const manifests = new Map<string, Manifest>()
  const idOf = (stage: string, key: string) => `${stage}/${key}`
  return {
    root: undefined,
    where: ({ digest, format }) => `memory:${digest}.${format}`,
    has: ({ digest }) => objects.has(digest),
    read: ({ digest, format }) => {
      const bytes = objects.get(digest)
      // A copy each way: a stage that writes into its input, or keeps its output, must not change what is stored.
      if (bytes !== undefined) return Effect.succeed(bytes.slice())
      return Effect.fail(new StoreError({ reason: { _tag: "Missing", path: `memory:${digest}.${format}` } }))
    },
    write: (bytes) =>
      Effect.sync(() => {
        const digest = contentDigest(bytes)
        objects.set(digest, bytes.slice())
        return digest
      }),
    lookup: (stage, key) => Effect.succeed(manifests.get(idOf(stage, key))),
    commit: (manifest) => {
      const id = idOf(manifest.recipe.stage, manifest.key)
      const existing = manifests.get(id)
      if (existing === undefined) manifests.set(id, manifest)
      return refuseOther(existing, manifest)
    },
    manifests: (stage) =>
      Effect.succeed([...manifests].filter(([id]) => id.startsWith(`${stage}/`)).map(([, manifest]) => manifest)),
    log: () => Effect.void,
  }
}
