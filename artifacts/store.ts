/**
 * The store: bytes under the digest of their content, manifests under the key of their recipe. One interface, on disk
 * and in memory; see artifacts/README.md for the layout of the folder.
 */
import { createHash } from "node:crypto"
import { join } from "node:path"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { type AuditMismatch, isLost, isMissing, StoreError } from "./errors.ts"
import { hashOpen } from "./file-hash.ts"
import * as files from "./files.ts"
import { refuseNewer } from "./inventory.ts"
import { type ArtifactKey, byCodeUnit, type ContentDigest, contentDigest } from "./key.ts"
import { type Manifest, manifestText, mismatch, type OutputRecord, parseManifest } from "./manifest.ts"
import { memoryStore } from "./memory-store.ts"
import type { Objects, Source } from "./objects.ts"
import { isGone, ownerOfDraft } from "./owner.ts"

/** `evicted`: removed to save space, with its manifest kept: it is recomputed when somebody reads it. */
export type ObjectState = "present" | "evicted" | "missing"

export interface Store extends Objects {
  /** Folder of the store, when it has one: workers open it themselves. */
  readonly root: string | undefined
  /** Folders of the stores below it, which are read and never written. */
  readonly lower: readonly string[]
  /** Where an object lies, for people. */
  readonly where: (object: OutputRecord) => string
  /** Whether the object is there with the right length. */
  readonly has: (object: OutputRecord) => boolean
  readonly state: (object: OutputRecord) => ObjectState
  /** When an object was evicted, if it was, by the clock of the filesystem. */
  readonly evicted: (object: OutputRecord) => Date | undefined
  readonly lookup: (stage: string, key: ArtifactKey) => Effect.Effect<Manifest | undefined, StoreError>
  /**
   * Publishes a manifest. Other digests under one key are an {@link AuditMismatch}: the first manifest stays, and the second
   * is recorded; the other way round only when nothing is left of what the first has and the second has not.
   */
  readonly commit: (manifest: Manifest) => Effect.Effect<void, StoreError | AuditMismatch>
  /** Manifests of one stage, in the order of their keys. */
  readonly manifests: (stage: string) => Effect.Effect<readonly Manifest[], StoreError>
  /** Appends events, a line each, to the log of a run. A store that may not be written keeps no log. */
  readonly log: (run: string, lines: string) => Effect.Effect<void, StoreError>
  /** Removes the drafts of processes that are gone; how many. */
  readonly sweep: Effect.Effect<number, StoreError>
}

/** Called with damage that is no error, because it was set aside and counts as a miss. */
export type Notice = (damage: StoreError) => void

export class ArtifactStore extends Context.Service<ArtifactStore, Store>()("rnn/ArtifactStore") {
  /** A store folder, over others that are only read: what they hold is a hit, what is made goes into `root`. */
  static readonly disk = (root: string, lower: readonly string[] = [], notice: Notice = () => {}) =>
    Layer.succeed(ArtifactStore, diskStore(root, lower, notice))
  static readonly memory = () => Layer.succeed(ArtifactStore, memoryStore())
}

type Named = Pick<OutputRecord, "digest" | "format">

/** Path of an object below a store's folder. */
export const objectPath = (root: string, { digest, format }: Named): string =>
  join(root, "objects", "v1", digest.slice(0, 2), `${digest.slice(2)}.${format}`)

/** Path of the marker that says an object was evicted. */
export const markerPath = (root: string, digest: string): string => join(root, "evicted", "v1", digest)

export const manifestFolder = (root: string, stage = ""): string => join(root, "manifests", "v1", stage)

/** Folders of a store and of those below it; none of one in memory. */
export const placesOf = ({ root, lower }: Pick<Store, "root" | "lower">): readonly string[] =>
  root === undefined ? [] : [root, ...lower]

/** Manifests of all stages that a store on disk, or one below it, has a folder of. */
export const allManifests = Effect.fnUntraced(function* (store: Store) {
  const found = yield* Effect.forEach(placesOf(store), (place) => files.entries(manifestFolder(place)))
  const stages = new Set(found.flat().flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])))
  return (yield* Effect.forEach(stages, store.manifests)).flat()
})

/** Moves a damaged file to quarantine, unless the store is not ours to change: what is said of the file matters more. */
export const quarantine = (root: string, path: string, name: string): Effect.Effect<void> =>
  Effect.ignore(files.move(path, join(root, "quarantine", name)))

/** Objects of a store folder and of those below it; `beyond` is told of damaged files that could not be set aside. */
export function diskObjects(
  root: string,
  lower: readonly string[] = [],
  beyond: (path: string) => void = () => {},
): Objects {
  const missing = (path: string, digest: ContentDigest) =>
    Effect.mapError((error: StoreError) =>
      isMissing(error) ? new StoreError({ reason: { _tag: "Missing", path, digest } }) : error,
    )
  const damaged = Effect.fnUntraced(function* (place: string, { bytes, digest, format }: OutputRecord, length: number) {
    const path = objectPath(place, { digest, format })
    if (place === root) yield* quarantine(root, path, `${digest}.${format}`)
    if (files.sizeOf(path) !== undefined) beyond(path)
    const [expected, found] = [`${bytes} bytes with sha256 ${digest}`, `${length} other bytes`]
    return yield* Effect.fail(new StoreError({ reason: { _tag: "Corrupt", path, digest, expected, found } }))
  })
  const readFrom = Effect.fnUntraced(function* (place: string, object: OutputRecord) {
    const path = objectPath(place, object)
    const bytes = yield* files.readBytes(path).pipe(missing(path, object.digest))
    if (bytes.length === object.bytes && contentDigest(bytes) === object.digest) return bytes
    return yield* damaged(place, object, bytes.length)
  })
  const openFrom = Effect.fnUntraced(
    function* (place: string, object: OutputRecord) {
      const path = objectPath(place, object)
      const { file, size } = yield* files.openFile(path).pipe(missing(path, object.digest))
      const hash = Effect.tryPromise({ try: () => hashOpen(file, size), catch: files.failureOf("read", path) })
      if (size !== object.bytes || (yield* hash) !== object.digest) return yield* damaged(place, object, size)
      return { bytes: size, read: (into, position) => files.readAt(file, path, into, position) } satisfies Source
    },
    Effect.retry({ times: 1, while: files.isStale }),
  )
  /** In the first place where the object is, and whole. */
  const wherever =
    <A, R>(from: (place: string, object: OutputRecord) => Effect.Effect<A, StoreError, R>) =>
    (object: OutputRecord) =>
      lower.reduce(
        (above, place) =>
          above.pipe(
            Effect.catchIf(isLost, (first) =>
              Effect.mapError(from(place, object), (error) => (isMissing(error) ? first : error)),
            ),
          ),
        from(root, object),
      )
  return {
    read: wherever(readFrom),
    open: wherever(openFrom),
    write: Effect.fnUntraced(function* (bytes, format) {
      const digest = contentDigest(bytes)
      // Renamed over whatever is there, never trusted by its name and length: the one way that repairs damage, and that
      // makes the file young again, so that gc leaves what a run is about to refer to.
      yield* files.writeWhole(join(root, "tmp"), objectPath(root, { digest, format }), bytes, 0o444)
      yield* files.remove(markerPath(root, digest))
      return digest
    }),
    draft: Effect.map(files.openDraft(join(root, "tmp"), 0o444), ({ append, name }) => {
      const hash = createHash("sha256")
      let bytes = 0
      const count = (piece: Uint8Array) => {
        hash.update(piece)
        bytes += piece.length
      }
      return {
        append: (piece) => Effect.map(append(piece), () => count(piece)),
        keep: Effect.fnUntraced(function* (format) {
          const digest = hash.digest("hex") as ContentDigest
          yield* name(objectPath(root, { digest, format }))
          yield* files.remove(markerPath(root, digest))
          return { digest, bytes }
        }),
      }
    }),
  }
}

/** A manifest by its path: undefined when there is none, or when it is damaged and was set aside. */
function readManifest(root: string, stage: string, key: string, setAside: Notice | undefined) {
  const path = join(manifestFolder(root, stage), `${key}.json`)
  return Effect.flatMap(files.readIfThere(path), (bytes): Effect.Effect<Manifest | undefined, StoreError> => {
    if (bytes === undefined) return Effect.succeed(undefined)
    const parsed = parseManifest(bytes.toString("utf8"))
    if (parsed._tag === "Newer") {
      const reason = { _tag: "Format", path, expected: "manifest format 1", found: `format ${parsed.format}` } as const
      return Effect.fail(new StoreError({ reason }))
    }
    if (parsed._tag === "Whole" && parsed.manifest.key === key) return Effect.succeed(parsed.manifest)
    if (setAside === undefined) return Effect.succeed(undefined)
    const { expected, found } =
      parsed._tag === "Whole" ? { expected: `key ${key}`, found: parsed.manifest.key } : parsed
    const notice = new StoreError({ reason: { _tag: "Corrupt", path, expected, found } })
    return Effect.map(quarantine(root, path, `${stage}-${key}.json`), () => void setAside(notice))
  })
}

/** Removes drafts whose owner is gone, as far as this user may; how many. */
const sweepDrafts = Effect.fnUntraced(function* (root: string) {
  let swept = 0
  for (const name of yield* files.list(join(root, "tmp"))) {
    const owner = ownerOfDraft(name)
    if (owner === undefined || !isGone(owner)) continue
    if (yield* Effect.orElseSucceed(files.remove(join(root, "tmp", name)), () => false)) swept++
  }
  return swept
})

const unwritable: ReadonlySet<string> = new Set(["EACCES", "EPERM", "EROFS"])

function diskStore(root: string, lower: readonly string[], notice: Notice): Store {
  const places = [root, ...lower]
  const checked = new Set<string>()
  const lookupIn = (place: string, stage: string, key: string) =>
    Effect.tap(readManifest(place, stage, key, place === root ? notice : undefined), (found) => {
      if (checked.has(place)) return Effect.void
      return Effect.map(found === undefined ? refuseNewer(place) : Effect.void, () => void checked.add(place))
    })
  const lookup = (stage: string, key: ArtifactKey) =>
    lower.reduce(
      (above, place) =>
        Effect.flatMap(above, (found) => (found === undefined ? lookupIn(place, stage, key) : Effect.succeed(found))),
      lookupIn(root, stage, key),
    )
  const publish = (folder: string, name: string, manifest: Manifest) =>
    files.writeFirst(join(root, "tmp"), join(folder, `${name}.json`), Buffer.from(manifestText(manifest)), 0o444)
  const replace = (folder: string, name: string, manifest: Manifest) =>
    files.writeWhole(join(root, "tmp"), join(folder, `${name}.json`), Buffer.from(manifestText(manifest)), 0o444)
  const record = Effect.fnUntraced(function* (manifest: Manifest) {
    const folder = join(root, "nondeterminism", manifest.recipe.stage)
    for (let n = 1; !(yield* publish(folder, `${manifest.key}-${n}`, manifest)); n++);
  })
  /** Whether of an earlier result nothing is left but what the new one has too. */
  const isSuperseded = (earlier: Manifest, { outputs }: Manifest) => {
    const made = new Set(Object.values(outputs).map(({ digest }) => digest))
    return Object.values(earlier.outputs).every((object) => made.has(object.digest) || !has(object))
  }
  /** Files that were read, are damaged, and lie where nothing can be moved: in stores below, or in one that is read-only. */
  const damaged = new Set<string>()
  const isAt = (place: string, object: OutputRecord) => {
    const path = objectPath(place, object)
    return files.sizeOf(path) === object.bytes && !damaged.has(path)
  }
  const has: Store["has"] = (object) => places.some((place) => isAt(place, object))
  const evicted: Store["evicted"] = ({ digest }) =>
    places.flatMap((place) => files.statOf(markerPath(place, digest))?.mtime ?? [])[0]
  const stateOf: Store["state"] = (object) => (has(object) ? "present" : evicted(object) ? "evicted" : "missing")
  return {
    ...diskObjects(root, lower, (path) => damaged.add(path)),
    root,
    lower,
    where: (object) => objectPath(places.find((place) => isAt(place, object)) ?? root, object),
    has,
    state: stateOf,
    evicted,
    lookup,
    commit: Effect.fnUntraced(function* (manifest) {
      const { stage } = manifest.recipe
      const folder = manifestFolder(root, stage)
      let existing = yield* lookup(stage, manifest.key)
      if (existing === undefined) {
        if (yield* publish(folder, manifest.key, manifest)) return
        existing = yield* lookup(stage, manifest.key)
      }
      // Damaged, and could not be set aside: the whole one takes its place.
      if (existing === undefined) return yield* replace(folder, manifest.key, manifest)
      const gone = isSuperseded(existing, manifest)
      const partial = !gone && Object.values(existing.outputs).some((object) => stateOf(object) === "missing")
      const error = mismatch(existing, manifest, { replaced: gone, partial })
      // Where it stands below, it stands here too: else nothing here would name the objects that were just written.
      if (error === undefined) return void (lower.length > 0 && (yield* publish(folder, manifest.key, existing)))
      yield* Effect.ignore(record(gone ? existing : manifest))
      if (gone) yield* replace(folder, manifest.key, manifest)
      return yield* Effect.fail(error)
    }),
    manifests: Effect.fnUntraced(function* (stage) {
      const found = new Map<string, Manifest>()
      for (const place of places)
        for (const name of yield* files.list(manifestFolder(place, stage))) {
          const key = /^([0-9a-f]{64})\.json$/.exec(name)?.[1]
          if (key === undefined || found.has(key)) continue
          const manifest = yield* lookupIn(place, stage, key)
          if (manifest !== undefined) found.set(key, manifest)
        }
      return [...found.values()].sort((a, b) => byCodeUnit(a.key, b.key))
    }),
    log: (run, lines) =>
      files.appendLine(join(root, "runs", `${run}.jsonl`), lines).pipe(
        Effect.catchIf(
          ({ reason }) => reason._tag === "Io" && unwritable.has(reason.code),
          () => Effect.void,
        ),
      ),
    sweep: sweepDrafts(root),
  }
}
