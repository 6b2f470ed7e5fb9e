import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import { afterAll, afterEach, describe, expect, it } from "vitest"
import { arm, disarm } from "../../artifacts/failpoint.ts"
import { gc, mark, sweep } from "../../artifacts/gc.ts"
import { leases, runLease } from "../../artifacts/lease.ts"
import { type Manifest, manifestText } from "../../artifacts/manifest.ts"
import { self } from "../../artifacts/owner.ts"
import { pin } from "../../artifacts/pins.ts"
import { manifestFolder } from "../../artifacts/store.ts"
import { age, collect, left, log, nameOf, store, three, whole } from "./gc-ground.ts"
import { foretell, runOnce } from "./rig.ts"
import { contents, filesBelow, manifestOf, open, publish, wordsRig } from "./words.ts"

afterAll(store.clean)
afterEach(() => void disarm())

describe("what comes to be used between the look and the removals stays", () => {
  const rules = { keepRuns: 0, evictStage: "shout" }
  const taken = async (use: (ground: ReturnType<typeof three>) => void) => {
    const ground = three()
    const { root } = ground
    Effect.runSync(open(root).write(Buffer.from("orphan"), "svg"))
    age(root, 10, "objects")
    const marked = await Effect.runPromise(mark(root, rules))
    use(ground)
    const { removed, kept } = await Effect.runPromise(sweep(root, marked))
    return { ...ground, marked, removed, kept }
  }
  const there = (root: string, { outputs }: Manifest) => open(root).has(outputs.text!)

  it("a manifest that names an object which nobody has written again", async () => {
    const manifest = manifestOf("orphan", { params: { imported: true } })
    const { root, a, removed } = await taken(({ root }) => Effect.runSync(open(root).commit(manifest)))
    expect([there(root, manifest), there(root, a)]).toEqual([true, false])
    expect(removed.filter(({ what }) => what === "artifact").length).toBe(3)
  })

  it("what a run that has begun names in its log", async () => {
    let release = () => {}
    const { root, a, b, kept, removed } = await taken(({ root, a }) => {
      const lease = leases(root).acquire(runLease("2026-01-01-x"))
      if (lease.held) release = lease.release
      log(root, "2026-01-01-x", [a])
    })
    release()
    expect(left(root)).toEqual([nameOf(a)])
    expect([there(root, a), there(root, b), kept.artifacts]).toEqual([true, false, 1])
    expect(removed.map(({ artifact }) => artifact)).not.toContain(nameOf(a))
    expect(await whole(root)).toBe(true)
  })

  it("what was pinned", async () => {
    const { root, a } = await taken(({ root, a }) => {
      Effect.runSync(pin(root, { name: "late", artifacts: [nameOf(a)] }))
    })
    expect([left(root), there(root, a)]).toEqual([[nameOf(a)], true])
  })

  it("and nothing else", async () => {
    const { root, marked, removed } = await taken(() => {})
    expect(removed).toEqual(marked.removals)
    expect(filesBelow(root, "objects")).toEqual([])
  })
})

describe("during a run", () => {
  it("nothing goes that is younger than its lease, or that its log names", async () => {
    const { root, a, b } = three()
    const lease = leases(root).acquire(runLease("2020-01-01-x"))
    const young = publish(open(root), "young", { params: { young: true } })
    const rules = { keepRuns: 0, graceMinutes: -60, maxBytes: 0, evictStage: "spell" }
    await collect(root, rules)
    expect(left(root).sort()).toEqual([a, young].map(nameOf).sort())
    expect([a, b, young].map(({ outputs }) => open(root).has(outputs.text!))).toEqual([true, false, true])
    if (lease.held) lease.release()
    await collect(root, rules)
    expect(left(root)).toEqual([])
  })

  it("a lease whose owner is gone keeps nothing", async () => {
    const { root } = three()
    mkdirSync(join(root, "leases"))
    const claim = { ...self(), pid: 999999999, nonce: "", since: 0 }
    writeFileSync(join(root, "leases", `${runLease("2020-01-01-x")}.json`), JSON.stringify(claim))
    age(root, 1, "leases")
    await collect(root, { keepRuns: 0 })
    expect(left(root)).toEqual([])
    expect(filesBelow(root, "leases")).toEqual([])
  })

  it("a young lease that cannot be read keeps everything", async () => {
    const { root } = three()
    mkdirSync(join(root, "leases"))
    writeFileSync(join(root, "leases", "other.json"), "")
    expect((await collect(root, { keepRuns: 0 })).removed).toEqual([])
  })

  it("a gc at any moment costs work at most: the run ends with the same bytes", async () => {
    const rig = await wordsRig(["words.i=1,2,3"])
    const [root, reference] = [store.next(), store.next()]
    await runOnce(open(reference), rig)
    const { digests } = await runOnce(open(root), rig)
    age(root, 10)
    const again = runOnce(open(root), rig, { forced: ["shout"] })
    await collect(root, { graceMinutes: 0 })
    expect((await again).digests).toEqual(digests)
    expect((await runOnce(open(root), rig)).digests).toEqual(digests)
    expect(contents(root)).toEqual(contents(reference))
  })
})

describe("harm", () => {
  it("is not done outside of the store, by links", async () => {
    const { root } = three()
    const outside = join(store.base, "outside")
    mkdirSync(join(outside, "v1", "ab"), { recursive: true })
    const victim = join(outside, "v1", "ab", `${"c".repeat(62)}.svg`)
    writeFileSync(victim, "precious")
    utimesSync(victim, 1, 1)
    symlinkSync(join(outside, "v1", "ab"), join(root, "objects", "v1", "ab"))
    await collect(root, { keepRuns: 0, maxBytes: 0 })
    rmSync(join(root, "objects"), { recursive: true })
    symlinkSync(outside, join(root, "objects"))
    await collect(root, { keepRuns: 0, maxBytes: 0 })
    expect(readFileSync(victim, "utf8")).toBe("precious")
  })

  it("is not done to a store of a newer version", async () => {
    const { root, a } = three()
    const newer = manifestText({ ...a, format: 2 as 1 })
    writeFileSync(join(manifestFolder(root, "spell"), `${"0".repeat(64)}.json`), newer)
    const before = filesBelow(root, "objects")
    const error = await Effect.runPromise(Effect.flip(gc(root, { keepRuns: 0 })))
    expect(error.reason._tag).toBe("Format")
    expect(filesBelow(root, "objects")).toEqual(before)
  })

  it("is not done where manifests of a later layout lie beside ours, or behind a link", async () => {
    const beside = three().root
    mkdirSync(join(beside, "manifests", "v2", "spell"), { recursive: true })
    const linked = three().root
    const elsewhere = join(store.next(), "spell")
    cpSync(manifestFolder(linked, "spell"), elsewhere, { recursive: true })
    rmSync(manifestFolder(linked, "spell"), { recursive: true })
    symlinkSync(elsewhere, manifestFolder(linked, "spell"))
    for (const root of [beside, linked]) {
      const before = filesBelow(root, "objects")
      const error = await Effect.runPromise(Effect.flip(gc(root, { keepRuns: 0 })))
      expect(error.reason._tag).toBe("Format")
      expect(filesBelow(root, "objects")).toEqual(before)
    }
  })

  it("is not done by a gc that ends in the middle, at any point", async () => {
    for (let n = 1; ; n++) {
      const { root } = three()
      arm(`unlink:${n}=EIO`)
      const ended = await collect(root, { keepRuns: 1, evictStage: "spell" }).then(
        () => false,
        () => true,
      )
      disarm()
      expect(await whole(root)).toBe(true)
      if (!ended && n > 3) break
    }
  })
})

it("what gc leaves is what a run finds", async () => {
  const root = store.next()
  const rig = await wordsRig(["words.i=1,2"])
  const { events } = await runOnce(open(root), rig)
  for (const event of events) if ("key" in event) Effect.runSync(open(root).log("2020-01-01-x", JSON.stringify(event)))
  publish(open(root), "of another time")
  age(root, 10)
  await collect(root, { keepRuns: 1 })
  expect(new Set(Object.values(await foretell(open(root), rig)))).toEqual(new Set(["Cached"]))
  expect(left(root).length).toBe(5)
})
