/**
 * What lies in a store folder, for those that look at all of it: verify, gc, export. Links are not followed, ever. What
 * cannot be looked at is an error, never absent: gc removes what nothing names.
 */
import { join } from "node:path"
import * as Effect from "effect/Effect"
import type { Format } from "../schemas/table.ts"
import { StoreError } from "./errors.ts"
import { entries, list, look } from "./files.ts"
import { byCodeUnit } from "./key.ts"

export interface Lying {
  readonly path: string
  readonly bytes: number
  /** By the clock of the filesystem, in ms. */
  readonly modified: number
}

export interface LyingObject extends Lying {
  readonly digest: string
  readonly format: Format
}

export interface LyingManifest extends Lying {
  readonly stage: string
  readonly key: string
}

export interface Found<A> {
  readonly found: readonly A[]
  /** What has no business to be there: links, other names, folders in the place of files. */
  readonly foreign: readonly string[]
}

/** Files of one folder whose names match; the rest is foreign. */
const filesIn = Effect.fnUntraced(function* <A>(
  folder: string,
  name: RegExp,
  make: (file: Lying, matched: RegExpExecArray) => A,
): Effect.fn.Return<Found<A>, StoreError> {
  const found: A[] = []
  const foreign: string[] = []
  for (const entry of yield* entries(folder)) {
    const path = join(folder, entry.name)
    const matched = entry.isFile() ? name.exec(entry.name) : null
    const stat = matched === null ? undefined : yield* look(path)
    if (matched === null) foreign.push(path)
    else if (stat !== undefined) found.push(make({ path, bytes: stat.size, modified: stat.mtimeMs }, matched))
  }
  return { found, foreign }
})

/** The same for every folder in a folder. */
const filesBelow = Effect.fnUntraced(function* <A>(
  folder: string,
  subfolder: RegExp,
  name: RegExp,
  make: (file: Lying, matched: RegExpExecArray, subfolder: string) => A,
): Effect.fn.Return<Found<A>, StoreError> {
  const all: { found: A[]; foreign: string[] } = { found: [], foreign: [] }
  for (const entry of yield* entries(folder)) {
    const path = join(folder, entry.name)
    if (!entry.isDirectory() || !subfolder.test(entry.name)) {
      all.foreign.push(path)
      continue
    }
    const { found, foreign } = yield* filesIn(path, name, (file, matched) => make(file, matched, entry.name))
    for (const file of found) all.found.push(file)
    all.foreign.push(...foreign)
  }
  return all
})

/** Whether the folder of a store is a folder of it, and not a link to elsewhere. */
const own = Effect.fnUntraced(function* <A>(
  root: string,
  parts: readonly string[],
  files: Effect.Effect<Found<A>, StoreError>,
) {
  let path = root
  for (const part of parts) {
    path = join(path, part)
    const stat = yield* look(path)
    if (stat === undefined) return { found: [], foreign: [] }
    if (!stat.isDirectory()) return { found: [], foreign: [path] }
  }
  return yield* files
})

/** Fails when a folder holds only manifests of later layouts, which would otherwise be a silent miss of everything. */
export const refuseNewer = Effect.fnUntraced(function* (root: string) {
  const versions = yield* layoutsOf(root)
  if (versions.length > 0 && !versions.includes("v1")) yield* refuseLayout(root, versions.join(", "))
})

/**
 * Fails when there are manifests that cannot be seen from here, of later layouts beside ours or behind a symbolic link: what
 * they name would pass for garbage.
 */
export const refuseUnseen = Effect.fnUntraced(function* (root: string) {
  const versions = yield* layoutsOf(root)
  if (versions.some((name) => name !== "v1")) yield* refuseLayout(root, versions.join(", "))
  const { foreign } = yield* manifestsOf(root)
  for (const path of foreign)
    if ((yield* look(path))?.isSymbolicLink()) yield* refuseLayout(root, `the symbolic link ${path}`)
})

const layoutsOf = (root: string) =>
  Effect.map(list(join(root, "manifests")), (names) => names.filter((name) => /^v\d+$/.test(name)))

const refuseLayout = (root: string, found: string) => {
  const reason = { _tag: "Format", path: join(root, "manifests"), expected: "layout v1", found } as const
  return Effect.fail(new StoreError({ reason }))
}

export const objectsOf = (root: string): Effect.Effect<Found<LyingObject>, StoreError> =>
  own(
    root,
    ["objects", "v1"],
    filesBelow(
      join(root, "objects", "v1"),
      /^[0-9a-f]{2}$/,
      /^([0-9a-f]{62})\.([a-z]+)$/,
      (file, [, rest, format], two) => ({
        ...file,
        digest: two + rest!,
        format: format as Format,
      }),
    ),
  )

export const manifestsOf = (root: string): Effect.Effect<Found<LyingManifest>, StoreError> =>
  own(
    root,
    ["manifests", "v1"],
    filesBelow(join(root, "manifests", "v1"), /^[\w-]+$/, /^([0-9a-f]{64})\.json$/, (file, [, key], stage) => ({
      ...file,
      stage,
      key: key!,
    })),
  )

export interface LyingBundle extends Lying {
  /** Of the code; two files have it: the text, and the packages that it imports. */
  readonly digest: string
  readonly extension: "mjs" | "json"
}

export const bundlesOf = (root: string): Effect.Effect<Found<LyingBundle>, StoreError> =>
  own(
    root,
    ["bundles", "v1"],
    filesIn(join(root, "bundles", "v1"), /^([0-9a-f]{64})\.(mjs|json)$/, (file, [, digest, extension]) => ({
      ...file,
      digest: digest!,
      extension: extension as LyingBundle["extension"],
    })),
  )

export interface LyingAcceptance extends Lying {
  readonly stage: string
  /** Digest of the code that other results stand for. */
  readonly code: string
}

export const acceptancesOf = (root: string): Effect.Effect<Found<LyingAcceptance>, StoreError> =>
  own(
    root,
    ["accepted", "v1"],
    filesBelow(join(root, "accepted", "v1"), /^[\w.-]+$/, /^([0-9a-f]{64})\.json$/, (file, [, code], stage) => ({
      ...file,
      stage,
      code: code!,
    })),
  )

/** Manifests of runs that gave other bytes for a key. */
export const nondeterminismOf = (root: string): Effect.Effect<Found<LyingManifest>, StoreError> =>
  own(
    root,
    ["nondeterminism"],
    filesBelow(join(root, "nondeterminism"), /^[\w-]+$/, /^([0-9a-f]{64})-\d+\.json$/, (file, [, key], stage) => ({
      ...file,
      stage,
      key: key!,
    })),
  )

/** Files of one flat folder: `runs`, `pins`, `quarantine`, `tmp`; each with its name. */
export const filesOf = (root: string, ...parts: readonly string[]) =>
  own(
    root,
    parts,
    filesIn(join(root, ...parts), /^.+$/, (file, [name]) => ({ ...file, name: name! })),
  )

/** Logs of the runs, the last one last: ids tell the second, and within one the times of the logs decide; and other files. */
export const runLogs = Effect.fnUntraced(function* (root: string) {
  const { found } = yield* filesOf(root, "runs")
  const second = (id: string) => id.slice(0, id.indexOf("-"))
  const logs = found.flatMap(({ name, ...file }) => {
    const id = /^(.+)\.jsonl$/.exec(name)?.[1]
    return id === undefined ? [] : [{ ...file, id }]
  })
  logs.sort((a, b) => byCodeUnit(second(a.id), second(b.id)) || a.modified - b.modified)
  const paths = new Set(logs.map(({ path }) => path))
  return { logs, strays: found.filter(({ path }) => !paths.has(path)) }
})
