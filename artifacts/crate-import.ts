/**
 * Takes a crate into a store. Everything is verified before anything is published: names, kinds, sizes, the digest of every
 * file, the key of every manifest; that all that is listed is there, and nothing else. What is imported is never run.
 */
import { join } from "node:path"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { type CodeBundle, codeDigest } from "./code.ts"
import { keepBundle, parseBundle, readBundle } from "./code-bundles.ts"
import { type Accepted, newAcceptances, publishAcceptances, verifyAcceptances } from "./crate-acceptances.ts"
import {
  type CrateEntry,
  type CratePath,
  cratePath,
  entriesOf,
  METADATA,
  objectPathOf,
  refused,
} from "./crate-files.ts"
import { listedFiles } from "./crate-metadata.ts"
import type { AuditMismatch, StoreError } from "./errors.ts"
import { writeWhole } from "./files.ts"
import { artifactKey, sha256 } from "./key.ts"
import { type Manifest, mismatch, type OutputRecord } from "./manifest.ts"
import { decodeManifest } from "./manifest-schema.ts"
import { markerPath, type Store } from "./store.ts"

export interface Imported {
  /** What was not in the store before. */
  readonly manifests: number
  readonly objects: number
  readonly bundles: number
  /** Records of accepted code, by which results stand for those of later code. */
  readonly accepted: number
  /** Bytes of the objects that were written. */
  readonly bytes: number
  /** Manifests that the store had already. */
  readonly known: number
  /** Manifests of the crate, those that the store had included. */
  readonly imported: readonly Manifest[]
}

/** Imports the folder or archive at `source`. Fails with `Refused`, which names the entry, before it writes anything. */
export const importFrom = Effect.fnUntraced(function* (
  store: Store,
  source: string,
): Effect.fn.Return<Imported, StoreError | AuditMismatch> {
  const crate = yield* verify(yield* entriesOf(source))
  for (const manifest of crate.manifests) yield* refuseOther(store, manifest)
  const accepted = yield* newAcceptances(store, crate.accepted)
  return yield* publish(store, { ...crate, accepted })
})

interface Entry extends CrateEntry {
  readonly is: CratePath
  /** Found to be what the description says. */
  readonly sha256: string
}
type EntryOf<T extends CratePath["_tag"]> = Entry & { readonly is: Extract<CratePath, { _tag: T }> }

interface Verified {
  readonly manifests: readonly Manifest[]
  readonly objects: readonly { readonly record: OutputRecord; readonly entry: Entry }[]
  /** Outputs that were evicted where the crate was made. */
  readonly absent: readonly OutputRecord[]
  /** Code by its digest. */
  readonly bundles: ReadonlyMap<string, CodeBundle>
  readonly accepted: readonly Accepted[]
}

/** Most bytes of a file that is parsed as a whole. */
const limit = 256 * 2 ** 20

const verify = Effect.fnUntraced(function* (found: readonly CrateEntry[]): Effect.fn.Return<Verified, StoreError> {
  const entries = yield* verifyListed(yield* verifyNames(found))
  const of = <T extends CratePath["_tag"]>(tag: T) =>
    entries.filter((entry): entry is EntryOf<T> => entry.is._tag === tag)
  const manifests = yield* Effect.forEach(of("Manifest"), readManifest)
  const outputs = yield* verifyObjects(manifests, of("Object"))
  const bundles = yield* verifyBundles(manifests, of("Code"))
  return { manifests, ...outputs, bundles, accepted: yield* verifyAcceptances(manifests, of("Acceptance")) }
})

/** Every entry is a regular file with a name that a crate has, and no two names are the same on any filesystem. */
function verifyNames(found: readonly CrateEntry[]): Effect.Effect<ReadonlyMap<string, CrateEntry>, StoreError> {
  const entries = new Map<string, CrateEntry>()
  const folded = new Map<string, string>()
  for (const entry of found) {
    const { path, kind, bytes } = entry
    const fault = pathFault(path)
    if (fault !== undefined) return Effect.fail(refused(path, "a path inside the crate", fault))
    if (kind !== "file") return Effect.fail(refused(path, "a regular file", kind))
    const is = cratePath(path)
    if (is === undefined) return Effect.fail(refused(path, "a file that a crate may hold", "another"))
    if (entries.has(path)) return Effect.fail(refused(path, "one entry of this name", "two"))
    const twin = folded.get(path.toLowerCase())
    if (twin !== undefined) return Effect.fail(refused(path, "names that differ by more than case", twin))
    if (is._tag !== "Object" && bytes > limit)
      return Effect.fail(refused(path, `at most ${limit} bytes`, `${bytes} bytes`))
    entries.set(path, entry)
    folded.set(path.toLowerCase(), path)
  }
  return Effect.succeed(entries)
}

function pathFault(path: string): string | undefined {
  if (/^(?:[/\\]|[A-Za-z]:)/.test(path)) return "an absolute one"
  return path.split(/[/\\]/).includes("..") ? "one that leaves it" : undefined
}

/** The description lists every file with its size and digest, and all that it lists is there. */
const verifyListed = Effect.fnUntraced(function* (
  entries: ReadonlyMap<string, CrateEntry>,
): Effect.fn.Return<readonly Entry[], StoreError> {
  const description = entries.get(METADATA)
  if (description === undefined) return yield* Effect.fail(refused(METADATA, "the description of the crate", "nothing"))
  const listed = listedFiles((yield* description.read).toString("utf8"))
  if (listed === undefined)
    return yield* Effect.fail(refused(METADATA, "an RO-Crate 1.1 with its files", "another text"))
  for (const path of listed.keys())
    if (!entries.has(path)) return yield* Effect.fail(refused(path, "a file that the description lists", "nothing"))
  const verified: Entry[] = []
  for (const entry of entries.values()) {
    const { path, bytes, read } = entry
    if (path === METADATA) continue
    const file = listed.get(path)
    if (file === undefined) return yield* Effect.fail(refused(path, "a file that the description lists", "another"))
    // The size first: a file that is too large is not even read.
    if (bytes !== file.bytes) return yield* Effect.fail(refused(path, `${file.bytes} bytes`, `${bytes} bytes`))
    const digest = sha256(yield* read)
    if (digest !== file.sha256) return yield* Effect.fail(refused(path, `sha256 ${file.sha256}`, `sha256 ${digest}`))
    verified.push({ ...entry, is: cratePath(path)!, sha256: digest })
  }
  return verified
})

/** A manifest whose place, key and recipe agree. */
const readManifest = Effect.fnUntraced(function* ({
  path,
  read,
  is: { stage, key },
}: EntryOf<"Manifest">): Effect.fn.Return<Manifest, StoreError> {
  const decoded = decodeManifest((yield* read).toString("utf8"))
  if (Result.isFailure(decoded)) {
    const advice = "nothing was imported; when a newer version of the pipeline exported it, update this one"
    return yield* Effect.fail(refused(path, "a manifest of format 1", decoded.failure, advice))
  }
  const manifest = decoded.success
  const { recipe } = manifest
  if (recipe.stage !== stage) return yield* Effect.fail(refused(path, `stage ${stage}`, `stage ${recipe.stage}`))
  const computed = yield* Effect.try({
    try: () => artifactKey(recipe),
    catch: (cause) => refused(path, "a recipe that has a key", String(cause)),
  })
  for (const found of [manifest.key, computed])
    if (found !== key) return yield* Effect.fail(refused(path, `a recipe with key ${key}`, `key ${found}`))
  return manifest
})

/** Every object is an output of a manifest, with the size and digest that it tells. */
const verifyObjects = Effect.fnUntraced(function* (
  manifests: readonly Manifest[],
  objects: readonly Entry[],
): Effect.fn.Return<Pick<Verified, "objects" | "absent">, StoreError> {
  const entries = new Map(objects.map((entry) => [entry.path, entry]))
  const records = new Map<string, OutputRecord>()
  for (const record of manifests.flatMap(({ outputs }) => Object.values(outputs))) {
    const path = objectPathOf(record)
    const entry = entries.get(path)
    records.set(path, record)
    if (entry === undefined) continue
    const [expected, found] = [record, { bytes: entry.bytes, digest: entry.sha256 }].map(
      ({ bytes, digest }) => `${bytes} bytes with sha256 ${digest}`,
    )
    if (expected !== found) return yield* Effect.fail(refused(path, expected!, found!))
  }
  for (const path of entries.keys())
    if (!records.has(path)) return yield* Effect.fail(refused(path, "an output of a manifest", "one of none"))
  return {
    objects: objects.map((entry) => ({ entry, record: records.get(entry.path)! })),
    absent: [...records].filter(([path]) => !entries.has(path)).map(([, record]) => record),
  }
})

/** Every bundle is the code of a manifest, and its text and packages have the digest of its name. */
const verifyBundles = Effect.fnUntraced(function* (
  manifests: readonly Manifest[],
  entries: readonly EntryOf<"Code">[],
): Effect.fn.Return<Verified["bundles"], StoreError> {
  const wanted = new Set(manifests.map(({ recipe }) => recipe.code))
  const texts = new Map<string, string>()
  for (const { path, read, is } of entries) {
    if (!wanted.has(is.digest)) return yield* Effect.fail(refused(path, "the code of a manifest", "that of none"))
    texts.set(`${is.digest}.${is.extension}`, (yield* read).toString("utf8"))
  }
  const bundles = new Map<string, CodeBundle>()
  for (const { path, is } of entries) {
    const [text, packages] = [texts.get(`${is.digest}.mjs`), texts.get(`${is.digest}.json`)]
    if (text === undefined || packages === undefined)
      return yield* Effect.fail(refused(path, "a bundle and its packages", "one without the other"))
    const bundle = parseBundle(text, packages)
    if (bundle === undefined || codeDigest(bundle) !== is.digest)
      return yield* Effect.fail(refused(path, `code with digest ${is.digest}`, "other code"))
    bundles.set(is.digest, bundle)
  }
  return bundles
})

/** Other outputs under a key that the store has: one of the two was not made by its recipe. */
const refuseOther = Effect.fnUntraced(function* (store: Store, manifest: Manifest) {
  const existing = yield* store.lookup(manifest.recipe.stage, manifest.key)
  const other = existing && mismatch(existing, manifest)
  if (other !== undefined) return yield* Effect.fail(other)
})

/** Objects first, manifests last: their presence means completeness. */
const publish = Effect.fnUntraced(function* (store: Store, crate: Verified) {
  const { manifests, objects, absent, bundles, accepted } = crate
  const written = yield* publishObjects(store, objects)
  const kept = store.root === undefined ? 0 : yield* publishBundles(store, store.root, bundles)
  // Without its marker an absent object would be a lost one, whose stage runs again at once.
  const evicted = store.root === undefined ? [] : absent.filter((record) => store.state(record) === "missing")
  for (const { digest } of evicted)
    yield* writeWhole(join(store.root!, "tmp"), markerPath(store.root!, digest), Buffer.of(), 0o444)
  if (store.root !== undefined) yield* publishAcceptances(store.root, accepted)
  let added = 0
  for (const manifest of manifests) {
    if ((yield* store.lookup(manifest.recipe.stage, manifest.key)) !== undefined) continue
    yield* store.commit(manifest)
    added++
  }
  const counts = { ...written, bundles: kept, accepted: store.root === undefined ? 0 : accepted.length }
  return { manifests: added, known: manifests.length - added, ...counts, imported: manifests }
})

const publishObjects = Effect.fnUntraced(function* (store: Store, objects: Verified["objects"]) {
  const lost = objects.filter(({ record }) => !store.has(record))
  for (const { record, entry } of lost) {
    const bytes = yield* entry.read
    const found = sha256(bytes)
    if (found !== record.digest) {
      const advice = "the file was changed during the import; import it again when it is at rest"
      return yield* Effect.fail(refused(entry.path, `sha256 ${record.digest}`, `sha256 ${found}`, advice))
    }
    yield* store.write(bytes, record.format)
  }
  return { objects: lost.length, bytes: lost.reduce((sum, { record }) => sum + record.bytes, 0) }
})

const publishBundles = Effect.fnUntraced(function* (store: Store, root: string, bundles: Verified["bundles"]) {
  let kept = 0
  for (const [digest, bundle] of bundles) {
    const known = yield* Effect.orElseSucceed(readBundle(store, digest), () => undefined)
    if (known !== undefined) continue
    yield* keepBundle(root, digest, bundle)
    kept++
  }
  return kept
})
