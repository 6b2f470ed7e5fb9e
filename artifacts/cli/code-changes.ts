/** What differs between two versions of a stage's code, in words. */
import * as Effect from "effect/Effect"
import type { Code } from "../code.ts"
import { bundleOf } from "../code-bundles.ts"
import { type CodeDifference, diffCode } from "../code-diff.ts"
import type { Store } from "../store.ts"
import { countText } from "./table.ts"

/** The difference of two codes by their digests; undefined when one of the two is kept nowhere, or damaged. */
export type CodeDiffer = (before: string, after: string) => Effect.Effect<CodeDifference | undefined>

/** Compares code that is at hand or in the store, each pair once. */
export function codeDiffer(store: Store, codes: ReadonlyMap<string, Code>): CodeDiffer {
  const atHand = new Map([...codes.values()].map((code) => [code.digest, code]))
  const known = new Map<string, CodeDifference | undefined>()
  const codeOf = (digest: string) => Effect.orElseSucceed(bundleOf(store, atHand.get(digest), digest), () => undefined)
  return Effect.fnUntraced(function* (before, after) {
    const pair = `${before} ${after}`
    if (known.has(pair)) return known.get(pair)
    const [a, b] = [yield* codeOf(before), yield* codeOf(after)]
    const difference = a && b && (yield* Effect.promise(() => diffCode(a, b)))
    known.set(pair, difference)
    return difference
  })
}

/** What the codecs that stand among the packages are of. */
const codecs = new Map([
  ["codec", "tables"],
  ["framedCodec", "framed tables"],
])

/** `total and scale differ; double is new; effect 4.1.0 -> 4.1.1`. */
export function differenceText({ changed, appeared, gone, packages }: CodeDifference): string {
  const parts = [
    ...listed(changed, "differs", "differ"),
    ...listed(appeared, "is new", "are new"),
    ...listed(gone, "is gone", "are gone"),
    ...packages.map(({ name, before, after }) =>
      codecs.has(name)
        ? `the codec of ${codecs.get(name)} differs`
        : `${name} ${before ?? "absent"} -> ${after ?? "absent"}`,
    ),
  ]
  return parts.length > 0 ? parts.join("; ") : "the order of its statements"
}

/** Names that are told; more are counted. */
const few = 5

function listed(names: readonly string[], one: string, several: string): readonly string[] {
  if (names.length === 0) return []
  const more = names.length > few ? [countText(names.length - few, "other")] : []
  const shown = [...names.slice(0, few), ...more]
  const text = shown.length > 1 ? `${shown.slice(0, -1).join(", ")} and ${shown.at(-1)}` : shown[0]!
  return [`${text} ${names.length > 1 ? several : one}`]
}
