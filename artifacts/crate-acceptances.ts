/**
 * Accepted code in a crate: the records by which results in it stand for those of later code, so that they are hits where
 * it is imported too. A record travels as it lies, whatever a newer version has added to it.
 */
import { join } from "node:path"
import * as Effect from "effect/Effect"
import { acceptedFor, parseAcceptance } from "./accept.ts"
import type { CratePath } from "./crate-files.ts"
import { refused } from "./crate-files.ts"
import type { StoreError } from "./errors.ts"
import { readBytes, writeFirst } from "./files.ts"
import { acceptancesOf } from "./inventory.ts"
import type { Manifest } from "./manifest.ts"
import { placesOf, type Store } from "./store.ts"

/** A record of what was accepted for a code of a stage. */
export interface Accepted {
  readonly stage: string
  readonly code: string
  /** The code whose results stand for those of `code`. */
  readonly from: string
  readonly text: string
}

export const acceptancePathOf = ({ stage, code }: Pick<Accepted, "stage" | "code">): string =>
  `accepted/v1/${stage}/${code}.json`

/** Those of the records that lead, by themselves or through others, to the code of one of the manifests. */
function leadingTo<A extends Accepted>(manifests: readonly Manifest[], records: readonly A[]): readonly A[] {
  const reached = new Set(manifests.map(({ recipe }) => `${recipe.stage} ${recipe.code}`))
  const found = new Set<A>()
  for (let before = -1; found.size > before; ) {
    before = found.size
    for (const record of records)
      if (reached.has(`${record.stage} ${record.from}`)) {
        found.add(record)
        reached.add(`${record.stage} ${record.code}`)
      }
  }
  return [...found]
}

/** What was accepted, in the store or in one below it, for the code of these artifacts. */
export const acceptancesFor = Effect.fnUntraced(function* (
  store: Pick<Store, "root" | "lower">,
  manifests: readonly Manifest[],
): Effect.fn.Return<readonly Accepted[], StoreError> {
  const records = new Map<string, Accepted>()
  for (const place of placesOf(store))
    for (const { path, stage, code } of (yield* acceptancesOf(place)).found) {
      const text = (yield* readBytes(path)).toString("utf8")
      const from = parseAcceptance(text)?.from
      const name = acceptancePathOf({ stage, code })
      if (from !== undefined && !records.has(name)) records.set(name, { stage, code, from, text })
    }
  return leadingTo(manifests, [...records.values()])
})

/** A record in a crate. */
interface Entry {
  readonly path: string
  readonly is: Extract<CratePath, { _tag: "Acceptance" }>
  readonly read: Effect.Effect<Buffer, StoreError>
}

/** Every record can be read, and leads to the code of a manifest of the crate. */
export const verifyAcceptances = Effect.fnUntraced(function* (
  manifests: readonly Manifest[],
  entries: readonly Entry[],
): Effect.fn.Return<readonly Accepted[], StoreError> {
  const records = yield* Effect.forEach(entries, ({ path, is, read }) =>
    Effect.flatMap(read, (bytes) => {
      const text = bytes.toString("utf8")
      const from = parseAcceptance(text)?.from
      if (from === undefined) return Effect.fail(refused(path, "a record of accepted code", "another text"))
      return Effect.succeed({ stage: is.stage, code: is.code, from, text, path })
    }),
  )
  const leading = new Set(leadingTo(manifests, records))
  for (const record of records)
    if (!leading.has(record))
      return yield* Effect.fail(refused(record.path, "what stands for the code of a manifest", "what stands for none"))
  return records
})

/** The records that the store has not; refused when it has accepted something else for one of the codes. */
export const newAcceptances = Effect.fnUntraced(function* (
  store: Store,
  records: readonly Accepted[],
): Effect.fn.Return<readonly Accepted[], StoreError> {
  const added: Accepted[] = []
  for (const record of records) {
    const [own] = yield* acceptedFor(store, record.stage, record.code)
    if (own === undefined) added.push(record)
    else if (own.from !== record.from) {
      const advice = `nothing was imported; \`unaccept ${record.stage}\` gives up what is accepted here, if the crate is right`
      const codes = [own.from, record.from].map((code) => `results of code ${code.slice(0, 12)}`) as [string, string]
      return yield* Effect.fail(refused(acceptancePathOf(record), ...codes, advice))
    }
  }
  return added
})

/** Keeps the records in the store at `root`. */
export const publishAcceptances = (root: string, records: readonly Accepted[]): Effect.Effect<void, StoreError> =>
  Effect.forEach(
    records,
    (record) => writeFirst(join(root, "tmp"), join(root, acceptancePathOf(record)), Buffer.from(record.text), 0o644),
    { discard: true },
  )
