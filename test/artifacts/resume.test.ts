import { readFileSync, rmSync, writeFileSync } from "node:fs"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { afterAll, beforeEach, describe, expect, it } from "vitest"
import { gc } from "../../artifacts/gc.ts"
import { study } from "../../artifacts/graph.ts"
import { type Manifest, manifestText } from "../../artifacts/manifest.ts"
import { decodeManifest } from "../../artifacts/manifest-schema.ts"
import { node } from "../../artifacts/stage.ts"
import { ArtifactStore, type Store } from "../../artifacts/store.ts"
import { param, whole } from "../../schemas/param.ts"
import { call, masked } from "../cli/rig.ts"
import grow, { made } from "./rig/grow.ts"
import produce from "./rig/produce.ts"
import { buildOf, executors, type RigOptions, runOnce } from "./rig.ts"
import { filesBelow, folders, open } from "./words.ts"

const store = folders("resume")
afterAll(store.clean)

const growth = study({
  name: "growth",
  doc: "lists of one beginning",
  params: Schema.Struct({ lengths: param(Schema.Array(whole(1)), [4], { doc: "one list each" }) }),
  presets: { mini: {}, quick: {} },
  build: ({ lengths }) => {
    const { numbers } = node(produce, {}, { params: { start: 1 }, inputs: {} }).out
    return lengths.map((length) => node(grow, { length }, { params: { length }, inputs: { numbers } }))
  },
})
const pipeline = { studies: [growth], leaves: [] }

const memory = () => Effect.runSync(ArtifactStore.pipe(Effect.provide(ArtifactStore.memory())))
const stores = { memory, disk: () => open(store.next()) }
const grown = (from: Store) => Effect.runSync(from.manifests("grow"))
/** The list of this length, where there is one. */
const listOf = (from: Store, length: number): Manifest =>
  grown(from).find(({ outputs }) => outputs.numbers!.rows === length)!

/** Brings lists of these lengths up to date. */
async function run(on: Store, lengths: readonly number[], settings: readonly string[] = [], options: RigOptions = {}) {
  const rig = await buildOf(pipeline, [`growth.lengths=${JSON.stringify(lengths)}`, ...settings])
  return runOnce(on, rig, options)
}

/** Of each list that was computed: the length of the one that it went on from, 0 for none. */
async function resumed(...a: Parameters<typeof run>): Promise<readonly number[]> {
  const { events } = await run(...a)
  return events.flatMap((event) => {
    if (event.event !== "computed" || event.stage !== "grow") return []
    const from = grown(a[0]).find(({ key }) => key === event.resumedFrom)
    expect(from?.key).toBe(event.resumedFrom)
    return [from === undefined ? 0 : from.outputs.numbers!.rows]
  })
}

beforeEach(() => void made.splice(0))

describe.each(
  (["memory", "disk"] as const).flatMap((kind) =>
    (["inline", "workers"] as const).map((executor) => ({ kind, executor })),
  ),
)("store in $kind, executor $executor", ({ kind, executor }) => {
  it("goes on from the furthest shorter run, with the key and the bits of a run from nothing", async () => {
    const [on, straight] = [stores[kind](), stores[kind]()]
    // 4 is the default, and in no recipe.
    for (const length of [2, 4, 9]) await run(on, [length])
    expect(await resumed(on, [7], [], { executor })).toEqual([4])
    expect(await resumed(straight, [7])).toEqual([0])
    expect(made).toEqual(executor === "inline" ? [2, 2, 5, 3, 7] : [2, 2, 5, 7])
    const [after, whole] = [listOf(on, 7), listOf(straight, 7)]
    expect([after.key, after.outputs]).toEqual([whole.key, whole.outputs])
    expect([after.provenance.resumedFrom, whole.provenance.resumedFrom]).toEqual([listOf(on, 4).key, undefined])
    expect((await run(on, [2, 4, 7, 9])).computed).toEqual([])
  })
})

describe("a shorter run counts", () => {
  it("when this very run has made it", async () => {
    expect(await resumed(memory(), [2, 5])).toEqual([0, 2])
  })

  it("when a store below has it", async () => {
    const [root, lower] = [store.next(), store.next()]
    await run(open(lower), [3])
    expect(await resumed(open(root, [lower]), [5], [], { executor: "workers" })).toEqual([3])
  })

  it("only with the same inputs and the same other parameters", async () => {
    const on = memory()
    await run(on, [2])
    expect(await resumed(on, [3], ["grow.sign=-1"])).toEqual([0])
    expect(await resumed(on, [4], ["produce.start=2"])).toEqual([0])
    expect(await resumed(on, [5])).toEqual([2])
  })

  it("only of the same code", async () => {
    const on = memory()
    await run(on, [2])
    const rig = await buildOf(pipeline, ["growth.lengths=5"])
    const codes = new Map([...rig.codes].map(([name, code]) => [name, { ...code, digest: `${code.digest}+` }]))
    await runOnce(on, { ...rig, codes })
    expect(listOf(on, 5).provenance.resumedFrom).toBeUndefined()
  })

  it("not where its stage is forced", async () => {
    const on = memory()
    await run(on, [2])
    expect(await resumed(on, [5], [], { forced: ["grow"] })).toEqual([0])
  })

  it("not without its outputs, be they lost or evicted", async () => {
    const on = open(store.next())
    for (const length of [2, 3]) await run(on, [length])
    rmSync(on.where(listOf(on, 3).outputs.numbers!))
    expect(await resumed(on, [5])).toEqual([2])
    Effect.runSync(gc(on.root!, { evictStage: "grow", graceMinutes: 0 }))
    expect(await resumed(on, [6])).toEqual([0])
  })

  it.each(Object.keys(executors) as (keyof typeof executors)[])(
    "not when it is damaged, which is no failure (%s)",
    async (executor) => {
      const on = open(store.next())
      await run(on, [2])
      const path = on.where(listOf(on, 2).outputs.numbers!)
      const bytes = readFileSync(path)
      rmSync(path)
      writeFileSync(path, bytes.fill(0, 20, 30))
      const { events, computed } = await run(on, [5], [], { executor })
      expect([computed, events.at(-1)]).toMatchObject([["growth/grow[length=5]"], { failed: 0 }])
      expect(listOf(on, 5).provenance.resumedFrom).toBeUndefined()
      expect(filesBelow(on.root!, "quarantine")).toHaveLength(1)
    },
  )
})

describe("a stage that does not go on to the same bits", () => {
  const lies = ["grow.lies=true"]

  it("is found when it is forced", async () => {
    const on = memory()
    await run(on, [2], lies)
    expect(await resumed(on, [5], lies)).toEqual([2])
    const { events } = await run(on, [5], lies, { forced: ["grow"] })
    const failures = events.flatMap((event) => (event.event === "failed" ? [event.reason] : []))
    expect(failures).toEqual([expect.stringMatching(/^growth\/grow\[length=5\]: output numbers is not reproducible/)])
  })

  it("is found by audit, which begins from nothing", async () => {
    const root = store.next()
    const lying = ["--store", root, "--set", "grow.lies=true"]
    const cli = (command: string, lengths: string, ...more: string[]) =>
      call([command, ...lying, "--set", `growth.lengths=${lengths}`, ...more], { pipeline: async () => pipeline })
    await cli("run", "2")
    expect((await cli("run", "5")).err).toMatch(/^computed growth\/grow\[length=5\] \S+ s, resumed from [0-9a-f]{12}$/m)
    const { out } = await cli("inspect", "5", "growth/grow[length=5]")
    expect(masked(out, root)).toMatch(/^made by +grow in SECONDS, TIME, resumed from DIGEST$/m)
    const audit = await cli("audit", "2,5")
    expect([audit.code, audit.out]).toEqual([5, expect.stringContaining("first divergence: growth/grow[length=5]")])
  }, 30_000)
})

it("a manifest says where its run went on from, and is believed only with the digits of a key", async () => {
  const on = memory()
  for (const length of [2, 5]) await run(on, [length])
  const manifest = listOf(on, 5)
  expect(decodeManifest(manifestText(manifest))).toEqual(Result.succeed(manifest))
  const provenance = { ...manifest.provenance, resumedFrom: "../x" as never }
  expect(decodeManifest(manifestText({ ...manifest, provenance }))).toEqual(
    Result.fail("expected 64 hexadecimal digits at provenance/resumedFrom"),
  )
})
