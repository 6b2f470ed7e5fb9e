/** A store as an earlier version of this program and of a stage wrote it, opened by what there is now. */
import { chmodSync, cpSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { afterAll, describe, expect, it } from "vitest"
import { accept, acceptedFor } from "../../artifacts/accept.ts"
import { readBundle } from "../../artifacts/code-bundles.ts"
import { gc } from "../../artifacts/gc.ts"
import { artifactKey } from "../../artifacts/key.ts"
import { type Manifest, manifestText } from "../../artifacts/manifest.ts"
import { decodeManifest } from "../../artifacts/manifest-schema.ts"
import { readOne } from "../../artifacts/perform.ts"
import { plan, planner } from "../../artifacts/plan.ts"
import type { Store } from "../../artifacts/store.ts"
import type { Table } from "../../schemas/table.ts"
import { numbers } from "../fixtures/golden-store/stages/numbers.ts"
import second from "../fixtures/golden-store/stages/scale-2.ts"
import { golden } from "../fixtures/golden-store/study.ts"
import { buildOf, type Rig, runOnce } from "./rig.ts"
import { check, damageIn, filesBelow, folders, open } from "./words.ts"

const fixture = fileURLToPath(new URL("../fixtures/golden-store/store", import.meta.url))
const stages = ["list", "scale", "total"]
const store = folders("golden-store")
afterAll(store.clean)

/** A copy of the store, whose objects are read-only files again. */
function copied() {
  const root = store.next()
  cpSync(fixture, root, { recursive: true })
  for (const name of filesBelow(root, "objects")) chmodSync(join(root, "objects", name), 0o444)
  return open(root)
}

const rigOf = (...settings: string[]) => buildOf(golden(second), settings)
/** What the store says of a stage, as it came. */
const manifestOf = (stage: string): Manifest => Effect.runSync(open(fixture).manifests(stage))[0]!

/** Lets what the store holds of these stages stand for the results of their code now. */
function acceptIn(disk: Store, { codes }: Rig, names: readonly string[]) {
  for (const name of names) {
    const from = manifestOf(name).recipe.code
    const acceptance = { from, reason: "one parameter more, with a default", time: "2026-01-31T12:00:00.000Z" }
    Effect.runSync(accept(disk.root!, name, codes.get(name)!.digest, acceptance))
  }
}

const steps = async (disk: Store, { graph, codes }: Rig) =>
  Effect.runPromise(plan(planner(graph, codes, disk), new Set(graph.nodes.keys())))

describe("a stage with one parameter more", () => {
  it("has the same recipe but for its code, while the parameter is at its default", async () => {
    const [disk, rig] = [copied(), await rigOf()]
    acceptIn(disk, rig, ["list"])
    const { key, recipe } = manifestOf("scale")
    const step = (await steps(disk, rig))[1]!
    if (step._tag !== "Stale") throw new Error(step._tag)
    expect(step.recipe).toEqual({ ...recipe, code: rig.codes.get("scale")!.digest })
    expect(step.recipe.code).not.toBe(recipe.code)
    expect(artifactKey({ ...step.recipe, code: recipe.code })).toBe(key)
  })

  it("keeps all results, once they are accepted", async () => {
    const [disk, rig] = [copied(), await rigOf()]
    acceptIn(disk, rig, stages)
    expect((await steps(disk, rig)).map(({ _tag }) => _tag)).toEqual(["Cached", "Cached", "Cached"])
    const { computed, digests } = await runOnce(disk, rig)
    expect(computed).toEqual([])
    expect(digests["golden/total/total"]).toBe(manifestOf("total").outputs.total!.digest)
  })

  it("runs, and what depends on it, when the parameter is not at its default", async () => {
    const [disk, rig] = [copied(), await rigOf("scale.offset=1")]
    acceptIn(disk, rig, stages)
    const { computed, digests } = await runOnce(disk, rig)
    expect(computed).toEqual(["golden/scale[count=3]", "golden/total"])
    expect(digests["golden/list[count=3]/numbers"]).toBe(manifestOf("list").outputs.numbers!.digest)
    const all = Effect.runSync(disk.manifests("total")).map(({ outputs }) => outputs.total!)
    const total = all.find(({ digest }) => digest === digests["golden/total/total"])!
    expect([...(await read(disk, total)).x]).toEqual([0 + 1 + (1.25 + 1) + (2.5 + 1)])
  })
})

const read = async (disk: Store, output: Manifest["outputs"][string]) =>
  ((await Effect.runPromise(readOne(numbers, output, disk))) as Table<typeof numbers>).columns

describe("the format of that day", () => {
  it("is read as it was written: manifests, keys and tables", async () => {
    const disk = copied()
    for (const stage of stages) {
      const manifest = manifestOf(stage)
      const text = readFileSync(join(disk.root!, "manifests", "v1", stage, `${manifest.key}.json`), "utf8")
      expect(manifestText(manifest)).toBe(text)
      expect(decodeManifest(text)).toEqual(Result.succeed(manifest))
      expect(artifactKey(manifest.recipe)).toBe(manifest.key)
      expect(Effect.runSync(readBundle(disk, manifest.recipe.code))?.text).toContain(`name:"${stage}"`)
    }
    const [list, scale] = ["list", "scale"].map((stage) => manifestOf(stage).outputs.numbers!)
    expect([...(await read(disk, list!)).x]).toEqual([0, 0.5, 1])
    expect(await read(disk, scale!)).toEqual({ i: Int32Array.of(0, 1, 2), x: Float64Array.of(0, 1.25, 2.5) })
  })

  it("says what was evicted, accepted, pinned and used by a run", async () => {
    const disk = copied()
    expect(disk.state(manifestOf("total").outputs.total!)).toBe("evicted")
    const { code } = manifestOf("scale").recipe
    expect(Effect.runSync(acceptedFor(disk, "scale", "f".repeat(64)))).toMatchObject([
      { from: code, reason: "for the test" },
    ])
    expect(damageIn(await check(disk.root!))).toEqual([])
    const left = (keepRuns: number) =>
      Effect.runSync(gc(disk.root!, { keepRuns, graceMinutes: 0, dryRun: true })).kept.artifacts
    expect([left(1), left(0)]).toEqual([3, 1])
  })
})
