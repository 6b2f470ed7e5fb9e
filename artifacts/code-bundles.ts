/**
 * Bundles of stages' code, kept in a store so that an artifact can be audited with the very code that made it, long after
 * the working tree has moved on: `bundles/v1/<code digest>.mjs`, and beside it, in a `.json`, the packages that it imports.
 */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import { type Code, type CodeBundle, codeDigest } from "./code.ts"
import { StoreError } from "./errors.ts"
import { io, readBytes, sizeOf, writeWhole } from "./files.ts"
import type { Store } from "./store.ts"

/** Path of one of the two files of a bundle. */
export const bundlePath = (root: string, digest: string, extension: "mjs" | "json") =>
  join(root, "bundles", "v1", `${digest}.${extension}`)

/** Text of the list of packages, as it lies beside a bundle. */
export const packagesText = (packages: Code["packages"]): string => `${JSON.stringify(packages, null, 2)}\n`

/** Keeps the bundles of `codes` in the store at `root`: before a run, so that no artifact is without its code. */
export const keepBundles = Effect.fnUntraced(function* (
  root: string,
  codes: Iterable<Code>,
): Effect.fn.Return<void, StoreError> {
  for (const { digest, bundle, packages } of codes)
    if (["mjs", "json"].some((extension) => sizeOf(bundlePath(root, digest, extension as "mjs")) === undefined))
      yield* keepBundle(root, digest, { packages, text: yield* io("read", bundle, () => readFileSync(bundle, "utf8")) })
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
  { root, lower }: Pick<Store, "root" | "lower">,
  digest: string,
): Effect.fn.Return<CodeBundle | undefined, StoreError> {
  const places = root === undefined ? [] : [root, ...lower]
  const place = places.find((place) => sizeOf(bundlePath(place, digest, "mjs")) !== undefined)
  if (place === undefined) return undefined
  const path = bundlePath(place, digest, "mjs")
  const text = (yield* readBytes(path)).toString("utf8")
  const bundle = parseBundle(text, (yield* readBytes(bundlePath(place, digest, "json"))).toString("utf8"))
  if (bundle !== undefined && codeDigest(bundle) === digest) return bundle
  const [expected, found] = [`code with digest ${digest}`, "other code"]
  return yield* Effect.fail(new StoreError({ reason: { _tag: "Corrupt", path, expected, found } }))
})

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
