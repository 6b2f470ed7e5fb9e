/**
 * Bundles of stages' code, kept in a store so that an artifact can be audited with the very code that made it, long after
 * the working tree has moved on: `bundles/v1/<code digest>.mjs`, and beside it, in a `.json`, the packages that it imports.
 */
import { join } from "node:path"
import * as Effect from "effect/Effect"
import { type Code, type CodeBundle, codeDigest } from "./code.ts"
import { StoreError } from "./errors.ts"
import { readBytes, sizeOf, writeWhole } from "./files.ts"
import { placesOf, type Store } from "./store.ts"

type Place = Pick<Store, "root" | "lower">

/** Path of one of the two files of a bundle. */
export const bundlePath = (root: string, digest: string, extension: "mjs" | "json") =>
  join(root, "bundles", "v1", `${digest}.${extension}`)

/** Text of the list of packages, as it lies beside a bundle. */
export const packagesText = (packages: Code["packages"]): string => `${JSON.stringify(packages, null, 2)}\n`

const bundleAtHand = ({ bundle, packages }: Code): Effect.Effect<CodeBundle, StoreError> =>
  Effect.map(readBytes(bundle), (bytes) => ({ text: bytes.toString("utf8"), packages }))

/** Keeps the bundles of `codes` in the store at `root`: before a run, so that no artifact is without its code. */
export const keepBundles = Effect.fnUntraced(function* (
  root: string,
  codes: Iterable<Code>,
): Effect.fn.Return<void, StoreError> {
  for (const code of codes)
    if (["mjs", "json"].some((extension) => sizeOf(bundlePath(root, code.digest, extension as "mjs")) === undefined))
      yield* keepBundle(root, code.digest, yield* bundleAtHand(code))
})

/** Keeps one bundle. The text comes last: where it is, the packages are. */
export const keepBundle = Effect.fnUntraced(function* (
  root: string,
  digest: string,
  { packages, text }: CodeBundle,
): Effect.fn.Return<void, StoreError> {
  const put = (extension: "mjs" | "json", content: string) =>
    writeWhole(join(root, "tmp"), bundlePath(root, digest, extension), Buffer.from(content), 0o444)
  yield* put("json", packagesText(packages))
  yield* put("mjs", text)
})

/** The bundle with this digest, verified; undefined when the store, with those below it, has none. */
export const readBundle = Effect.fnUntraced(function* (
  store: Place,
  digest: string,
): Effect.fn.Return<CodeBundle | undefined, StoreError> {
  const place = placesOf(store).find((place) => sizeOf(bundlePath(place, digest, "mjs")) !== undefined)
  if (place === undefined) return undefined
  const path = bundlePath(place, digest, "mjs")
  const text = (yield* readBytes(path)).toString("utf8")
  const bundle = parseBundle(text, (yield* readBytes(bundlePath(place, digest, "json"))).toString("utf8"))
  if (bundle !== undefined && codeDigest(bundle) === digest) return bundle
  const [expected, found] = [`code with digest ${digest}`, "other code"]
  return yield* Effect.fail(new StoreError({ reason: { _tag: "Corrupt", path, expected, found } }))
})

/** The bundle with this digest, of `code` when that is at hand, else from the store. */
export const bundleOf = (
  store: Place,
  code: Code | undefined,
  digest: string,
): Effect.Effect<CodeBundle | undefined, StoreError> =>
  code === undefined ? readBundle(store, digest) : bundleAtHand(code)

/** Bundle from its text and that of its packages; undefined when the latter is no list of versions. */
export function parseBundle(text: string, packages: string): CodeBundle | undefined {
  try {
    const parsed = JSON.parse(packages) as Record<string, unknown> | null
    if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) return undefined
    const versions = Object.values(parsed).every((version) => typeof version === "string")
    return versions ? { text, packages: parsed as Record<string, string> } : undefined
  } catch {
    return undefined
  }
}
