import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import { afterAll, beforeEach, describe, expect, it } from "vitest"
import { ArtifactStore, type Store } from "../../artifacts/store.ts"
import { build, executors, foretell, runOnce } from "./rig.ts"

const folder = mkdtempSync(join(tmpdir(), "engine-"))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let count = 0
const open = (layer: ReturnType<typeof ArtifactStore.memory>): Store =>
  Effect.runSync(
    Effect.provide(
      Effect.gen(function* () {
        return yield* ArtifactStore
      }),
      layer,
    ),
  )
const stores = {
  memory: () => open(ArtifactStore.memory()),
  disk: () => open(ArtifactStore.disk(join(folder, `store-${count++}`))),
}

const everything = ["toy/combine", "toy/produce[i=1]", "toy/produce[i=2]", "toy/scale[i=1]", "toy/scale[i=2]"]
const combinations = (Object.keys(stores) as (keyof typeof stores)[]).flatMap((store) =>
  (Object.keys(executors) as (keyof typeof executors)[]).map((executor) => ({ store, executor })),
)

describe.each(combinations)("store in $store, executor $executor", ({ store: kind, executor }) => {
  let store: Store
  beforeEach(() => {
    store = stores[kind]()
  })
  const once = (settings: string[] = [], options: Parameters<typeof runOnce>[2] = {}, preset = "mini") =>
    build(settings, preset).then((rig) => runOnce(store, rig, { executor, ...options }))

  it("computes everything once, then nothing", async () => {
    const first = await once()
    expect(first.computed).toEqual(everything)
    const second = await once()
    expect(second.computed).toEqual([])
    expect(second.digests).toEqual(first.digests)
    expect(first.digests["toy/combine/sums"]).toBe("3356093a5397f056263c3cc9727e0e7a99a6c94c5be19ebee83c11495c219686")
  })

  it("reruns exactly what depends on a change", async () => {
    await once()
    expect((await once(["produce.count=4"])).computed).toEqual(everything)
    // |x| = x here: the same bytes come out, and nothing after them runs.
    expect((await once(["scale.absolute=true"])).computed).toEqual(["toy/scale[i=1]", "toy/scale[i=2]"])
    // A -> B -> A
    expect((await once()).computed).toEqual([])
    expect((await once(["produce.count=4"])).computed).toEqual([])
  })

  it("computes a key once for all the nodes that share it", async () => {
    const { computed, digests } = await once(["produce.start=5"])
    expect(computed.filter((id) => id.startsWith("toy/produce")).length).toBe(1)
    expect(digests["toy/scale[i=1]/numbers"]).toBe(digests["toy/scale[i=2]/numbers"])
  })

  it("computes only what a new value of a sweep adds", async () => {
    await once()
    expect((await once(["toy.i=1,2,7"])).computed).toEqual(["toy/combine", "toy/produce[i=7]", "toy/scale[i=7]"])
  })

  it("runs only what a target needs", async () => {
    expect((await once([], { targets: ["toy/scale[i=2]"] })).computed).toEqual(["toy/produce[i=2]", "toy/scale[i=2]"])
  })

  it("foretells what it runs", async () => {
    const rig = await build()
    await runOnce(store, rig, { executor, targets: ["toy/scale[i=2]"] })
    expect(await foretell(store, rig)).toEqual({
      "toy/produce[i=1]": "Stale",
      "toy/scale[i=1]": "Blocked",
      "toy/produce[i=2]": "Cached",
      "toy/scale[i=2]": "Cached",
      "toy/combine": "Blocked",
    })
  })

  it("forces a stage, and what it forces stays the same", async () => {
    await once()
    expect((await once([], { forced: ["scale"] })).computed).toEqual(["toy/scale[i=1]", "toy/scale[i=2]"])
  })

  it.each([
    ["fail", "cannot scale; set fault=none"],
    ["throw", "a defect of the stage: thrown"],
    ["nan", "output numbers: expected numbers in column x, found NaN at 0"],
  ])("reports a stage that does wrong (%s), and keeps what was finished", async (fault, reason) => {
    const { events } = await once([`scale.fault=${fault}`], { keepGoing: true })
    const failed = events.filter(({ event }) => event === "failed")
    expect(failed.map((event) => "reason" in event && event.reason)).toEqual([
      expect.stringContaining(reason),
      expect.stringContaining(reason),
    ])
    expect(events.at(-1)).toMatchObject({ event: "finished", computed: 2, failed: 2, skipped: 1 })
    expect((await once()).computed).toEqual(["toy/combine", "toy/scale[i=1]", "toy/scale[i=2]"])
  })

  it("stops at the first failure unless told to go on", async () => {
    const { events } = await once(["scale.fault=fail"])
    // On two workers both may have begun.
    const failed = events.filter(({ event }) => event === "failed").length
    expect(executor === "inline" ? [1] : [1, 2]).toContain(failed)
    expect(events.at(-1)).toMatchObject({ failed })
    expect(events.some((event) => event.event === "started" && event.stage === "combine")).toBe(false)
  })

  it("keeps inputs as they are, whatever a stage writes into them", async () => {
    const first = await once()
    await once(["scale.fault=write-input"])
    expect((await once([], { forced: ["combine", "scale"] })).digests).toEqual(first.digests)
  })
})

describe("a folder", () => {
  it("holds read-only objects under their digest, and no drafts", async () => {
    const root = join(folder, "layout")
    await runOnce(open(ArtifactStore.disk(root)), await build())
    const objects = readdirSync(join(root, "objects/v1"), { recursive: true, withFileTypes: true }).filter((f) =>
      f.isFile(),
    )
    expect(objects.length).toBeGreaterThan(0)
    for (const { parentPath, name } of objects) {
      expect(statSync(join(parentPath, name)).mode & 0o777).toBe(0o444)
      expect(name).toMatch(/^[0-9a-f]{62}\.parquet$/)
    }
    expect(readdirSync(join(root, "tmp"))).toEqual([])
    expect(readdirSync(join(root, "manifests/v1"))).toEqual(["combine", "produce", "scale"])
  })
})
