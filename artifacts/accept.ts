/**
 * Code changes that a person declares to change no result: the results of a stage's earlier code stand for those of its code
 * now. Some of them may have been run again to prove it. Each is a file of the store, `accepted/v1/<stage>/<new code>.json`;
 * what is used because of it says so wherever it is shown.
 */
import { join } from "node:path"
import * as Effect from "effect/Effect"
import { StoreError } from "./errors.ts"
import { readIfThere, remove, writeWhole } from "./files.ts"
import { placesOf, type Store } from "./store.ts"

export interface Acceptance {
  /** Digest of the code whose results stand for those of the code that the file is named after. */
  readonly from: string
  readonly reason: string
  /** ISO 8601, UTC. */
  readonly time: string
  /** How many of so many results were run again by the later code, all with the same bits. */
  readonly tried?: { readonly again: number; readonly of: number }
}

/** For people, wherever such results are shown. */
export const acceptanceText = ({ from, reason, tried }: Acceptance): string =>
  `accepted from code ${from.slice(0, 12)}: ${reason}${tried ? ` (${triedText(tried)})` : ""}`

export const triedText = ({ again, of }: NonNullable<Acceptance["tried"]>): string =>
  `${again} of ${of} run again, the same bits`

type Place = Pick<Store, "root" | "lower">

const pathOf = (root: string, stage: string, code: string) => join(root, "accepted", "v1", stage, `${code}.json`)

/** What was accepted for this code of a stage, if anything, in the store or in one below it. */
const acceptanceOf = Effect.fnUntraced(function* (store: Place, stage: string, code: string) {
  for (const place of placesOf(store)) {
    const path = pathOf(place, stage, code)
    const bytes = yield* readIfThere(path)
    if (bytes === undefined) continue
    const parsed = parseAcceptance(bytes.toString("utf8"))
    if (parsed !== undefined) return parsed
    const [expected, found] = ["a record of accepted code", "another text"]
    return yield* Effect.fail(new StoreError({ reason: { _tag: "Corrupt", path, expected, found } }))
  }
  return undefined
})

/** Record of an acceptance from its text, or undefined when that is none. */
export function parseAcceptance(text: string): Acceptance | undefined {
  try {
    const { from, reason, time, tried } = JSON.parse(text) as Partial<Acceptance>
    if (typeof reason !== "string" || typeof time !== "string") return undefined
    if (tried !== undefined && ![tried.again, tried.of].every(Number.isInteger)) return undefined
    if (from === undefined || !/^[0-9a-f]{64}$/.test(from)) return undefined
    return { from, reason, time, ...(tried && { tried }) }
  } catch {
    return undefined
  }
}

/** Earlier codes whose results stand for those of `code`, the latest first: each accepted for the one before it. */
export const acceptedFor = Effect.fnUntraced(function* (
  store: Place,
  stage: string,
  code: string,
): Effect.fn.Return<readonly Acceptance[], StoreError> {
  const chain: Acceptance[] = []
  const seen = new Set([code])
  for (let at = code; ; at = chain.at(-1)!.from) {
    const found = yield* acceptanceOf(store, stage, at)
    if (found === undefined || seen.has(found.from)) return chain
    seen.add(found.from)
    chain.push(found)
  }
})

/** Lets the results of the code `from` stand for those of `code`. */
export const accept = (root: string, stage: string, code: string, acceptance: Acceptance) =>
  writeWhole(
    join(root, "tmp"),
    pathOf(root, stage, code),
    Buffer.from(`${JSON.stringify(acceptance, null, 2)}\n`),
    0o644,
  )

/** Takes back what was accepted for `code`; false when nothing was. */
export const unaccept = (root: string, stage: string, code: string) => remove(pathOf(root, stage, code))
