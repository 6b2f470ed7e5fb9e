/**
 * The files of a crate: a portable folder, or tar archive, that holds a part of a store as an RO-Crate. Here is which files
 * a crate may hold, and how they are listed and read without trust: nothing is opened that is not a regular file.
 */
import * as fs from "node:fs"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import { StoreError } from "./errors.ts"
import { entries, io, statOf } from "./files.ts"
import { formats } from "./manifest-schema.ts"
import { ifThere } from "./portable-files.ts"
import { BLOCK, paddingOf, parseHeader } from "./tar.ts"

export const METADATA = "ro-crate-metadata.json"

export interface CrateEntry {
  /** Path inside the crate, with slashes, as written there. */
  readonly path: string
  /** `file`, or in words what it is instead. */
  readonly kind: string
  readonly bytes: number
  readonly read: Effect.Effect<Buffer, StoreError>
}

export const refused = (
  path: string,
  expected: string,
  found: string,
  advice = "nothing was imported; export it again where it was made, and copy it whole",
): StoreError =>
  // A name from elsewhere may hold control characters, which a terminal would obey.
  new StoreError({ reason: { _tag: "Refused", path: JSON.stringify(path).slice(1, -1), expected, found, advice } })

/** What a path of a crate is, or undefined when it is none. */
export type CratePath =
  | { readonly _tag: "Metadata" }
  | { readonly _tag: "Manifest"; readonly stage: string; readonly key: string }
  | { readonly _tag: "Object" }
  | { readonly _tag: "Acceptance"; readonly stage: string; readonly code: string }
  | { readonly _tag: "Code"; readonly digest: string; readonly extension: "mjs" | "json" }

const manifestPath = /^manifests\/v1\/([A-Za-z0-9][A-Za-z0-9._-]*)\/([0-9a-f]{64})\.json$/
const objectPath = new RegExp(`^objects/v1/[0-9a-f]{2}/[0-9a-f]{62}\\.(?:${formats.join("|")})$`)
const codePath = /^bundles\/v1\/([0-9a-f]{64})\.(mjs|json)$/
const acceptedPath = /^accepted\/v1\/([A-Za-z0-9][A-Za-z0-9._-]*)\/([0-9a-f]{64})\.json$/
const folderPath =
  /^(?:accepted|bundles|objects|manifests)(?:\/v1)?$|^objects\/v1\/[0-9a-f]{2}$|^(?:accepted|manifests)\/v1\/[^/]+$/

export function cratePath(path: string): CratePath | undefined {
  if (path === METADATA) return { _tag: "Metadata" }
  if (objectPath.test(path)) return { _tag: "Object" }
  const [, stage, key] = manifestPath.exec(path) ?? []
  if (stage !== undefined) return { _tag: "Manifest", stage, key: key! }
  const [, of, code] = acceptedPath.exec(path) ?? []
  if (of !== undefined) return { _tag: "Acceptance", stage: of, code: code! }
  const [, digest, extension] = codePath.exec(path) ?? []
  if (digest !== undefined) return { _tag: "Code", digest, extension: extension as "mjs" | "json" }
  return undefined
}

export const objectPathOf = ({ digest, format }: { readonly digest: string; readonly format: string }): string =>
  `objects/v1/${digest.slice(0, 2)}/${digest.slice(2)}.${format}`

/** Everything in a folder or a tar archive, whatever it is. */
export const entriesOf = Effect.fnUntraced(function* (
  source: string,
): Effect.fn.Return<readonly CrateEntry[], StoreError> {
  // The source itself may be a link: that is the user's own, not the crate's.
  const stat = yield* io("open", source, () => ifThere(() => fs.statSync(source)))
  if (stat?.isDirectory()) return yield* folderEntries(source, "")
  if (stat?.isFile()) return yield* tarEntries(source, stat.size)
  const found = stat === undefined ? "nothing" : "neither"
  return yield* Effect.fail(refused(source, "a folder or a .tar made by export", found, "check the path"))
})

function folderEntries(root: string, folder: string): Effect.Effect<readonly CrateEntry[], StoreError> {
  return Effect.gen(function* () {
    const found: CrateEntry[] = []
    for (const { name } of yield* entries(join(root, folder))) {
      const path = folder === "" ? name : `${folder}/${name}`
      const stat = statOf(join(root, path))
      if (stat?.isDirectory() && folderPath.test(path)) found.push(...(yield* folderEntries(root, path)))
      else found.push({ path, kind: kindOf(stat), bytes: stat?.size ?? 0, read: readFile(join(root, path), path) })
    }
    return found
  })
}

function kindOf(stat: fs.Stats | undefined): string {
  if (stat === undefined) return "nothing that can be looked at"
  if (stat.isFile()) return "file"
  if (stat.isSymbolicLink()) return "a symbolic link"
  if (stat.isDirectory()) return "a folder"
  return "a device, pipe or socket"
}

/** Reads a file that was regular when it was listed; one that is a link by now is refused. */
const readFile = (path: string, name: string): Effect.Effect<Buffer, StoreError> =>
  io("read", path, () => {
    const file = fs.openSync(path, fs.constants.O_RDONLY | (fs.constants.O_NOFOLLOW ?? 0))
    try {
      return fs.readFileSync(file)
    } finally {
      fs.closeSync(file)
    }
  }).pipe(
    Effect.catchIf(
      ({ reason }) => reason._tag === "Io" && reason.code === "ELOOP",
      () => Effect.fail(refused(name, "a file", "a symbolic link")),
    ),
  )

/** Bytes `from … from + length` of a file, fewer at its end. */
const readPart = (path: string, from: number, length: number): Effect.Effect<Buffer, StoreError> =>
  io("read", path, () => {
    const file = fs.openSync(path, "r")
    try {
      const part = Buffer.alloc(length)
      let at = 0
      for (let n = -1; n !== 0 && at < length; at += n) n = fs.readSync(file, part, at, length - at, from + at)
      return part.subarray(0, at)
    } finally {
      fs.closeSync(file)
    }
  })

const tarEntries = Effect.fnUntraced(function* (
  archive: string,
  size: number,
): Effect.fn.Return<readonly CrateEntry[], StoreError> {
  const found: CrateEntry[] = []
  const broken = (what: string) => Effect.fail(refused(archive, "a whole tar archive", what))
  for (let at = 0; ; ) {
    const block = yield* readPart(archive, at, BLOCK)
    if (block.length < BLOCK) return yield* broken("an end in its middle")
    const header = parseHeader(block)
    if (typeof header === "string") return yield* broken(`${header} at byte ${at}`)
    at += BLOCK
    if (header === undefined) {
      const rest = yield* readPart(archive, at, Math.min(size - at, LONGEST_END))
      if (rest.length < BLOCK || at + rest.length < size || rest.some((byte) => byte !== 0))
        return yield* broken(`no end but more bytes at byte ${at}`)
      return found
    }
    const { path, kind, size: bytes } = header
    if (at + bytes + paddingOf(bytes) > size) return yield* broken(`an end in the middle of ${path}`)
    found.push({ path, kind, bytes, read: readPart(archive, at, bytes) })
    at += bytes + paddingOf(bytes)
  }
})

/** Archives are padded with zeros to whole records: 20 blocks by custom. */
const LONGEST_END = 1 << 20
