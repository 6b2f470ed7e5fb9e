/**
 * Writes a part of a store as a crate: a folder or a tar archive with manifests, objects, the code that made them, what was
 * accepted for it, and their description as an RO-Crate. Equal selections give equal bytes. A crate is there whole or not at all.
 */
import * as fs from "node:fs"
import { basename, dirname, join, resolve } from "node:path"
import * as Effect from "effect/Effect"
import type { Code } from "./code.ts"
import { bundleOf, packagesText } from "./code-bundles.ts"
import { acceptancePathOf, acceptancesFor } from "./crate-acceptances.ts"
import { METADATA, objectPathOf, refused } from "./crate-files.ts"
import { crateMetadata, type Described } from "./crate-metadata.ts"
import type { StoreError } from "./errors.ts"
import { io } from "./files.ts"
import { byCodeUnit, sha256 } from "./key.ts"
import { type Manifest, manifestText, type OutputRecord } from "./manifest.ts"
import { ifThere, makeFolders } from "./portable-files.ts"
import type { Store } from "./store.ts"
import { BLOCK, paddingOf, tarHeader } from "./tar.ts"

export interface Selection {
  /** Artifacts to export: with everything upstream of them, a run that starts from the crate computes nothing. */
  readonly manifests: Iterable<Manifest>
  /** Code that is at hand; that of older artifacts comes from the store. */
  readonly codes: Iterable<Code>
  /** Who made it, as the description says. */
  readonly author?: string | undefined
}

export interface Exported {
  /** Absolute path of the folder or archive. */
  readonly path: string
  readonly manifests: number
  readonly objects: number
  /** Records of accepted code, by which results stand for those of later code. */
  readonly accepted: number
  readonly bytes: number
  /** Outputs that are not in this store, and so not in the crate: their manifests are. */
  readonly absent: readonly OutputRecord[]
  /** Stages, some of whose artifacts were made by code that is kept nowhere. */
  readonly withoutCode: readonly string[]
}

type Append = (bytes: Uint8Array) => Effect.Effect<void, StoreError>

interface CrateFile extends Described {
  /** Appends its bytes, of a large one a part at a time. */
  readonly writeTo: (append: Append) => Effect.Effect<void, StoreError>
}

/** Exports to `target`: an archive when that ends in `.tar`, else a folder; new, or an empty one. */
export const exportTo = Effect.fnUntraced(function* (
  store: Store,
  { manifests: selected, codes, author }: Selection,
  target: string,
): Effect.fn.Return<Exported, StoreError> {
  const path = resolve(target)
  yield* refuseTaken(path)
  const byKey = new Map([...selected].map((manifest) => [manifest.key, manifest]))
  const manifests = [...byKey.values()].sort((a, b) => byCodeUnit(manifestPathOf(a), manifestPathOf(b)))
  const outputs = new Map(
    manifests.flatMap(({ outputs }) => Object.values(outputs).map((of) => [objectPathOf(of), of])),
  )
  const objects = new Set([...outputs.values()].filter((of) => store.has(of)))
  const code = yield* codeFiles(store, manifests, codes)
  const accepted = yield* acceptancesFor(store, manifests)
  const files = [
    ...manifests.map((of) => textFile(manifestPathOf(of), manifestText(of), `record of ${of.provenance.node}`)),
    ...[...objects].map((of) => objectFile(store, of)),
    ...code.files,
    ...accepted.map((of) => textFile(acceptancePathOf(of), of.text, `code accepted for ${of.stage}`)),
  ].sort((a, b) => byCodeUnit(a.path, b.path))
  const description = textFile(METADATA, crateMetadata(files, manifests, author), "description")
  yield* writeCrate(path, [...files, description])
  return {
    path,
    manifests: manifests.length,
    objects: objects.size,
    accepted: accepted.length,
    bytes: files.reduce((sum, file) => sum + file.bytes, description.bytes),
    absent: [...outputs.values()].filter((of) => !objects.has(of)),
    withoutCode: code.without,
  }
})

const manifestPathOf = ({ key, recipe }: Manifest): string => `manifests/v1/${recipe.stage}/${key}.json`

function textFile(path: string, text: string, name: string): CrateFile {
  const bytes = Buffer.from(text)
  return { path, bytes: bytes.length, sha256: sha256(bytes), name, writeTo: (append) => append(bytes) }
}

const objectFile = (store: Store, of: OutputRecord): CrateFile => ({
  path: objectPathOf(of),
  bytes: of.bytes,
  sha256: of.digest,
  name: of.schema,
  writeTo: (append) =>
    Effect.scoped(
      Effect.gen(function* () {
        const source = yield* store.open(of)
        for (let at = 0; at === 0 || at < of.bytes; at += part) {
          const bytes = new Uint8Array(Math.min(part, of.bytes - at))
          yield* Effect.try({ try: () => source.read(bytes, at), catch: (error) => error as StoreError })
          yield* append(bytes)
        }
      }),
    ),
})

/** Bytes of an object that are in memory at a time. */
const part = 2 ** 22

/** The bundles that the manifests name, and the stages of which some are missing. */
const codeFiles = Effect.fnUntraced(function* (store: Store, manifests: readonly Manifest[], codes: Iterable<Code>) {
  const stages = new Map(manifests.map(({ recipe }) => [recipe.code, recipe.stage]))
  const atHand = new Map([...codes].map((code) => [code.digest, code]))
  const files: CrateFile[] = []
  const without = new Set<string>()
  for (const [digest, stage] of stages) {
    const bundle = yield* bundleOf(store, atHand.get(digest), digest)
    if (bundle === undefined) without.add(stage)
    else {
      const path = `bundles/v1/${digest}`
      files.push(textFile(`${path}.mjs`, bundle.text, `code of ${stage}`))
      files.push(textFile(`${path}.json`, packagesText(bundle.packages), `packages that the code of ${stage} imports`))
    }
  }
  return { files, without: [...without].sort(byCodeUnit) }
})

const refuseTaken = (path: string): Effect.Effect<void, StoreError> =>
  Effect.gen(function* () {
    const stat = yield* io("open", path, () => ifThere(() => fs.statSync(path)))
    if (stat === undefined) return
    const advice = "choose another place, or remove what is there"
    if (isTar(path) || !stat.isDirectory())
      return yield* Effect.fail(refused(path, "a new name", "what is there already", advice))
    const taken = yield* io("list", path, () => fs.readdirSync(path))
    if (taken.length > 0)
      return yield* Effect.fail(refused(path, "a new or an empty folder", `${taken[0]} in it`, advice))
  })

const isTar = (path: string): boolean => path.endsWith(".tar")

/** Writes all files to a draft beside the target, which then takes the target's name; nothing is left of a failure. */
const writeCrate = (path: string, files: readonly CrateFile[]): Effect.Effect<void, StoreError> =>
  Effect.acquireUseRelease(
    io("write", path, () => {
      makeFolders(dirname(path))
      return fs.mkdtempSync(join(dirname(path), `.${basename(path)}-`))
    }),
    (folder) =>
      Effect.gen(function* () {
        const draft = join(folder, "crate")
        yield* isTar(path) ? writeTar(draft, files) : writeFolder(draft, files)
        yield* io("write", path, () => fs.renameSync(draft, path))
      }),
    (folder) => Effect.sync(() => fs.rmSync(folder, { recursive: true, force: true })),
  )

const appendTo =
  (path: string): Append =>
  (bytes) =>
    io("write", path, () => fs.appendFileSync(path, bytes))

const writeFolder = Effect.fnUntraced(function* (draft: string, files: readonly CrateFile[]) {
  for (const { path, writeTo } of files) {
    const file = join(draft, path)
    yield* io("write", file, () => makeFolders(dirname(file)))
    yield* writeTo(appendTo(file))
  }
})

const writeTar = Effect.fnUntraced(function* (draft: string, files: readonly CrateFile[]) {
  const append = appendTo(draft)
  for (const { path, bytes, writeTo } of files) {
    yield* append(tarHeader(path, bytes))
    yield* writeTo(append)
    yield* append(Buffer.alloc(paddingOf(bytes)))
  }
  yield* append(Buffer.alloc(2 * BLOCK))
})
