import { join } from "node:path"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { describe, expect, it } from "vitest"
import { accept, acceptedFor } from "../../artifacts/accept.ts"
import { importFrom } from "../../artifacts/crate-import.ts"
import { exported, folder, manifests, origin, rig } from "./crate-ground.ts"
import { openStore, plant, relisted, tree, upToDate } from "./crates.ts"
import { ground, importInto, paths, refusal } from "./import-ground.ts"
import { foretell } from "./rig.ts"

const [next, last, stray] = ["a", "b", "c"].map((digit) => digit.repeat(64)) as [string, string, string]
const first = rig.codes.get("scale")!.digest
const acceptance = (from: string) => ({
  from,
  reason: "a longer name",
  time: "2026-01-31T12:00:00.000Z",
  tried: { again: 1, of: 3 },
})
const put = (root: string, code: string, from: string, stage = "scale") =>
  Effect.runSync(accept(root, stage, code, acceptance(from)))
const path = (code: string, stage = "scale") => `accepted/v1/${stage}/${code}.json`
/** The study with other code of scale. */
const later = (digest: string) => {
  const codes = new Map(rig.codes).set("scale", { ...rig.codes.get("scale")!, digest })
  return { ...rig, codes }
}

put(origin.root!, next, first)
put(origin.root!, last, next)
// Of other code, of another stage: not of what is exported.
put(origin.root!, first, stray)
put(origin.root!, next, stray, "produce")
await exported("accepted")
const files = tree(join(folder, "accepted"))

describe("what was accepted", () => {
  it("is in a crate as it lies, as far as it leads to the code of its artifacts", () => {
    const kept = tree(origin.root!)
    const carried = [...files.keys()].filter((name) => name.startsWith("accepted/"))
    expect(carried).toEqual([path(next), path(last)])
    for (const name of carried) expect(files.get(name)).toEqual(kept.get(name))
    expect(String(files.get(path(next)))).toContain('"tried"')
  })

  it("gives the same hits where it is imported, and changes nothing when it comes again", async () => {
    const store = openStore(join(ground(), "store"))
    const source = join(folder, "accepted")
    expect(await Effect.runPromise(importFrom(store, source))).toMatchObject({ manifests: 5, accepted: 2 })
    for (const code of [first, next, last])
      expect(new Set(Object.values(await foretell(store, later(code))))).toEqual(new Set(["Cached"]))
    expect((await upToDate(store, later(last))).length).toBe(manifests.length)
    const held = tree(store.root!)
    for (const code of [next, last]) expect(held.get(path(code))).toEqual(files.get(path(code)))
    const before = paths(store.root!)
    expect(await Effect.runPromise(importFrom(store, source))).toMatchObject({ known: 5, accepted: 0 })
    expect(paths(store.root!)).toEqual(before)
  })

  it("comes from a store below too", async () => {
    const upper = { ...openStore(join(ground(), "store")), lower: [origin.root!] }
    const { accepted } = await exported("from-below", {}, { ...upper, has: origin.has, open: origin.open })
    expect(accepted).toBe(2)
  })
})

describe("refused", () => {
  const relaid = (name: string, text: string) => (source: string) =>
    plant(source, relisted(new Map([...files, [name, Buffer.from(text)]])))

  it.each([
    ["another text", "{", path(next)],
    ["a code that is a path", JSON.stringify(acceptance("../outside")), path(next)],
    ["code that made nothing in the crate", JSON.stringify(acceptance(stray)), path("d".repeat(64))],
    ["code of another stage", JSON.stringify(acceptance(first)), path(next, "combine")],
  ])("is a record of %s", async (_, text, name) => {
    const said = await refusal(name, relaid(name, text))
    expect(said).toMatch(/expected (a record of accepted code|what stands for the code of a manifest)/)
  })

  it("is a record that lies elsewhere", async () => {
    const name = `accepted/${next}.json`
    await refusal(name, relaid(name, String(files.get(path(next)))))
  })

  it("is a record for code for which the store has accepted something else, with the way out", async () => {
    const store = openStore(join(ground(), "store"))
    put(store.root!, next, stray)
    const before = paths(store.root!)
    const result = await importInto(store, join(folder, "accepted"))
    expect(Result.isFailure(result) && result.failure.message).toBe(
      `${path(next)} is refused: expected results of code cccccccccccc, found results of code ${first.slice(0, 12)}; ` +
        "nothing was imported; `unaccept scale` gives up what is accepted here, if the crate is right",
    )
    expect(paths(store.root!)).toEqual(before)
    expect(Effect.runSync(acceptedFor(store, "scale", next)).map(({ from }) => from)).toEqual([stray])
  })
})
