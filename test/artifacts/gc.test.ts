import { statSync, utimesSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import { afterAll, afterEach, describe, expect, it } from "vitest"
import { accept, unaccept } from "../../artifacts/accept.ts"
import type { Code } from "../../artifacts/code.ts"
import { keepBundles } from "../../artifacts/code-bundles.ts"
import { disarm } from "../../artifacts/failpoint.ts"
import { artifactKey } from "../../artifacts/key.ts"
import { leases, runLease } from "../../artifacts/lease.ts"
import { self } from "../../artifacts/owner.ts"
import { pin, pins, unpin } from "../../artifacts/pins.ts"
import { age, collect, day, left, nameOf, store, three, whole } from "./gc-ground.ts"
import { build } from "./rig.ts"
import { filesBelow, manifestOf, open, publish } from "./words.ts"

afterAll(store.clean)
afterEach(() => void disarm())

describe("what stays", () => {
  it("is all artifacts, without a rule; garbage goes", async () => {
    const { root, a, b, c } = three()
    Effect.runSync(open(root).write(Buffer.from("orphan"), "svg"))
    const { machine } = self()
    const dead = `${machine}-999999999-5-${"0".repeat(36)}`
    const foreign = `${"0".repeat(12)}-1-5-${"0".repeat(36)}`
    for (const name of [dead, foreign]) writeFileSync(join(root, "tmp", name), "draft")
    age(root, 0.5, "tmp")
    age(root, 10, "objects")
    const { removed, freed, kept } = await collect(root)
    expect(removed.map(({ what, bytes }) => [what, bytes])).toEqual([
      ["object", 6],
      ["draft", 5],
    ])
    expect([freed, kept]).toEqual([11, { artifacts: 3, objects: 3, bytes: 12 }])
    expect(left(root).sort()).toEqual([a, b, c].map(nameOf).sort())
    expect(filesBelow(root, "tmp")).toEqual([foreign])
    age(root, 2, "tmp")
    expect((await collect(root)).removed.map(({ what }) => what)).toEqual(["draft"])
  })

  it("is what the newest runs used, and their logs", async () => {
    const { root, b, c } = three()
    const { removed } = await collect(root, { keepRuns: 2 })
    expect(removed.map(({ what }) => what)).toEqual(["artifact", "object", "log"])
    expect(left(root).sort()).toEqual([b, c].map(nameOf).sort())
    expect(filesBelow(root, "runs")).toEqual(["2020-01-02-x.jsonl", "2020-01-03-x.jsonl"])
    expect(await whole(root)).toBe(true)
  })

  it("is what is younger than so many days, or was used since", async () => {
    const { root, c } = three()
    const last = join(root, "runs", "2020-01-03-x.jsonl")
    const yesterday = statSync(last).mtimeMs / 1000 + 9 * day
    utimesSync(last, yesterday, yesterday)
    await collect(root, { olderThanDays: 5 })
    expect(left(root)).toEqual([nameOf(c)])
    expect(filesBelow(root, "runs")).toEqual(["2020-01-03-x.jsonl"])
  })

  it("is what was used last, as far as it fits", async () => {
    const { root, b, c } = three()
    expect((await collect(root, { maxBytes: 12 })).removed).toEqual([])
    utimesSync(join(root, "runs", "2020-01-01-x.jsonl"), 1, 1)
    for (const folder of ["manifests"]) age(root, 30, folder)
    const { removed, kept } = await collect(root, { maxBytes: 11 })
    expect(removed.map(({ what, bytes }) => [what, bytes])[1]).toEqual(["object", 3])
    expect(kept).toEqual({ artifacts: 2, objects: 2, bytes: 9 })
    expect(left(root).sort()).toEqual([b, c].map(nameOf).sort())
    await collect(root, { maxBytes: 0, keepRuns: 1 })
    expect(left(root)).toEqual([nameOf(c)])
  })

  it("is what is pinned, until it is not", async () => {
    const { root, a } = three()
    Effect.runSync(pin(root, { name: "paper", artifacts: [nameOf(a)] }))
    expect(Effect.runSync(pins(root))).toEqual([{ name: "paper", artifacts: [nameOf(a)] }])
    await collect(root, { keepRuns: 0 })
    expect(left(root)).toEqual([nameOf(a)])
    expect([Effect.runSync(unpin(root, "paper")), Effect.runSync(unpin(root, "paper"))]).toEqual([true, false])
    await collect(root, { keepRuns: 0 })
    expect(left(root)).toEqual([])
    expect(() => pin(root, { name: "../paper", artifacts: [] })).toThrow(RangeError)
  })

  it("is what is younger than the grace period", async () => {
    const root = store.next()
    publish(open(root), "young")
    Effect.runSync(open(root).write(Buffer.from("not yet committed"), "svg"))
    expect((await collect(root, { keepRuns: 0, maxBytes: 0 })).removed).toEqual([])
    expect((await collect(root, { keepRuns: 0, graceMinutes: -1 })).kept.objects).toBe(0)
  })

  it("is an object that another artifact names too, and what a second result of a key was", async () => {
    const { root, a, b } = three()
    const twin = publish(open(root), "aaa", { params: { twin: true } })
    const other = manifestOf("other result")
    Effect.runSync(open(root).write(Buffer.from("other result"), "svg"))
    Effect.runSync(Effect.flip(open(root).commit({ ...other, key: b.key })))
    Effect.runSync(pin(root, { name: "twin", artifacts: [nameOf(twin)] }))
    age(root, 10)
    await collect(root, { keepRuns: 0 })
    expect([a, other, b].map(({ outputs }) => open(root).has(outputs.text!))).toEqual([true, true, false])
    await collect(root, { olderThanDays: 5 })
    expect(filesBelow(root, "nondeterminism")).toEqual([])
  })
})

describe("code", () => {
  /** Bundles of three codes, ten days old. */
  async function coded() {
    const { root } = three()
    const codes = [...(await build()).codes.values()]
    await Effect.runPromise(keepBundles(root, codes))
    age(root, 10, "bundles")
    return { root, codes }
  }
  const kept = (root: string) => filesBelow(root, "bundles/v1").filter((name) => name.endsWith(".mjs"))
  const by = (digest: string, name = digest) => {
    const made = manifestOf("made", { params: { name } })
    const recipe = { ...made.recipe, code: digest }
    return { ...made, recipe, key: artifactKey(recipe) }
  }
  const names = (codes: readonly Code[]) => codes.map(({ digest }) => `${digest}.mjs`).sort()

  it("stays while an artifact that stays was made by it, or something was accepted for or from it", async () => {
    const { root, codes } = await coded()
    const [one, two, three] = codes as [Code, Code, Code]
    const made = by(one.digest)
    Effect.runSync(open(root).commit(made))
    const acceptance = { from: three.digest, reason: "", time: "2026-01-31T12:00:00.000Z" }
    Effect.runSync(accept(root, "spell", two.digest, acceptance))
    age(root, 10)
    const rules = { keepRuns: 0 }
    Effect.runSync(pin(root, { name: "made", artifacts: [nameOf(made)] }))
    expect((await collect(root, rules)).removed.map(({ what }) => what)).not.toContain("bundle")
    Effect.runSync(unaccept(root, "spell", two.digest))
    const dry = await collect(root, { ...rules, dryRun: true })
    const { removed } = await collect(root, rules)
    expect(dry.removed).toEqual(removed)
    expect(removed.map(({ what }) => what)).toEqual(Array.from({ length: 4 }, () => "bundle"))
    expect(kept(root)).toEqual(names([one]))
    Effect.runSync(unpin(root, "made"))
    await collect(root, rules)
    expect(filesBelow(root, "bundles")).toEqual([])
  })

  it("stays while it is young, or a run is going on", async () => {
    const { root, codes } = await coded()
    age(root, -10, "bundles")
    await collect(root)
    expect(kept(root)).toEqual(names(codes))
    age(root, 10, "bundles")
    const lease = leases(root).acquire(runLease("2020-01-01-x"))
    await collect(root)
    expect(kept(root)).toEqual(names(codes))
    if (lease.held) lease.release()
    await collect(root)
    expect(kept(root)).toEqual([])
  })
})

describe("a dry run", () => {
  it("says what a gc would remove, and removes nothing", async () => {
    const { root } = three()
    const before = filesBelow(root, "")
    const foretold = await collect(root, { keepRuns: 1, dryRun: true })
    expect(filesBelow(root, "")).toEqual(before)
    expect(await collect(root, { keepRuns: 1 })).toEqual(foretold)
    expect(filesBelow(root, "").length).toBe(before.length - foretold.removed.length)
  })
})

describe("eviction", () => {
  it("removes the objects of a stage, keeps its manifests, and is undone by a write", async () => {
    const { root, a } = three()
    const shout = publish(open(root), "AAA", { stage: "shout" })
    publish(open(root), "bbbb", { stage: "shout", params: { same: true } })
    age(root, 10)
    const { removed } = await collect(root, { evictStage: "spell" })
    // bbbb is an output of another stage too.
    expect(removed.map(({ what, bytes }) => [what, bytes]).sort()).toEqual([
      ["evicted object", 3],
      ["evicted object", 5],
    ])
    expect([a, shout].map(({ outputs }) => open(root).state(outputs.text!))).toEqual(["evicted", "present"])
    expect(left(root).length).toBe(5)
    expect(await whole(root)).toBe(true)
    expect((await collect(root, { evictStage: "spell" })).removed).toEqual([])
    publish(open(root), "aaa", { params: { text: "aaa" } })
    expect(open(root).state(a.outputs.text!)).toBe("present")
  })

  it("leaves the code that a manifest names", async () => {
    const root = store.next()
    const code = Effect.runSync(open(root).write(Buffer.from("code"), "svg"))
    publish(open(root), "text")
    const manifest = { ...manifestOf("text", { params: { i: 1 } }), bundle: code }
    Effect.runSync(open(root).commit(manifest))
    age(root, 10)
    await collect(root, { evictStage: "spell" })
    expect(filesBelow(root, "objects")).toEqual([`v1/${code.slice(0, 2)}/${code.slice(2)}.svg`])
  })
})
