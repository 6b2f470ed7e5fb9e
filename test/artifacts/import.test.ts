import { rmSync, statSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { describe, expect, it } from "vitest"
import { exportTo } from "../../artifacts/crate-export.ts"
import { importFrom } from "../../artifacts/crate-import.ts"
import { type Manifest, manifestText } from "../../artifacts/manifest.ts"
import type { Store } from "../../artifacts/store.ts"
import { first, folder, manifests, rig } from "./crate-ground.ts"
import { openStore, plant, relisted, tree, upToDate } from "./crates.ts"
import { changed, good, ground, importInto, memoryStore, objects, paths } from "./import-ground.ts"
import { runOnce } from "./rig.ts"

describe.each(["good", "good.tar"])("a crate in %s", (name) => {
  it("brings a study to another store, where nothing is left to compute", async () => {
    const store = openStore(join(ground(), "store"))
    const result = await Effect.runPromise(importFrom(store, join(folder, name)))
    const bytes = manifests.reduce((sum, { outputs }) => sum + Object.values(outputs)[0]!.bytes, 0)
    expect(result).toMatchObject({ manifests: 5, known: 0, objects: 5, bundles: 3, bytes })
    const { computed, digests } = await runOnce(store, rig)
    expect(computed).toEqual([])
    expect(digests).toEqual(first.digests)
    const held = tree(store.root!)
    for (const [path, content] of good) if (path !== "ro-crate-metadata.json") expect(held.get(path)).toEqual(content)
    for (const path of objects()) expect(statSync(join(store.root!, path)).mode & 0o777).toBe(0o444)
  })

  it("changes nothing when it comes again", async () => {
    const store = openStore(join(ground(), "store"))
    await Effect.runPromise(importFrom(store, join(folder, name)))
    const before = paths(store.root!)
    const again = await Effect.runPromise(importFrom(store, join(folder, name)))
    expect(again).toMatchObject({ manifests: 0, known: 5, objects: 0, bundles: 0, bytes: 0 })
    expect(again.imported.length).toBe(5)
    expect(paths(store.root!)).toEqual(before)
  })

  it("adds only what is missing, and brings back what was lost", async () => {
    const store = openStore(join(ground(), "store"))
    await runOnce(store, rig, { targets: ["toy/scale[i=2]"] })
    const lost = manifests.find(({ provenance }) => provenance.node === "toy/scale[i=2]")!
    rmSync(store.where(lost.outputs.numbers!), { force: true })
    expect(await Effect.runPromise(importFrom(store, join(folder, name)))).toMatchObject({
      manifests: 3,
      known: 2,
      objects: 4,
    })
    expect((await runOnce(store, rig)).computed).toEqual([])
  })

  it("that lacks an evicted output leaves it so: what depends on it stays cached", async () => {
    const from = openStore(join(ground(), "store"))
    await runOnce(from, rig)
    const evicted = manifests.find(({ provenance }) => provenance.node === "toy/produce[i=1]")!.outputs.numbers!
    rmSync(from.where(evicted), { force: true })
    const source = join(ground(), name)
    await Effect.runPromise(exportTo(from, { manifests, codes: [] }, source))
    const store = openStore(join(ground(), "store"))
    expect(await Effect.runPromise(importFrom(store, source))).toMatchObject({ manifests: 5, objects: 4, bundles: 0 })
    expect(store.state(evicted)).toBe("evicted")
  })

  it("comes into a store in memory too, without the code", async () => {
    const store = memoryStore()
    expect(await Effect.runPromise(importFrom(store, join(folder, name)))).toMatchObject({ manifests: 5, bundles: 0 })
    expect((await runOnce(store, rig)).computed).toEqual([])
  })
})

it("an artifact with other outputs than the store's is a mismatch, and nothing is imported", async () => {
  const store = openStore(join(ground(), "store"))
  await runOnce(store, rig, { targets: ["toy/produce[i=1]"] })
  const [own] = await upToDate(store, rig)
  const path = `manifests/v1/produce/${own!.key}.json`
  const other = objects().find((path) => !path.includes(own!.outputs.numbers!.digest.slice(2)))!
  const digest = other.replace(/^objects\/v1\/|\/|\.parquet$/g, "")
  const numbers = { ...own!.outputs.numbers!, digest, bytes: good.get(other)!.length }
  const files = changed((files) => {
    files.set(path, manifestText({ ...own!, outputs: { numbers } } as unknown as Manifest))
    files.delete(
      `objects/v1/${own!.outputs.numbers!.digest.slice(0, 2)}/${own!.outputs.numbers!.digest.slice(2)}.parquet`,
    )
  })
  const source = join(ground(), "crate")
  plant(source, relisted(files))
  const before = paths(store.root!)
  const result = await importInto(store, source)
  expect(Result.isFailure(result) && result.failure).toMatchObject({
    _tag: "AuditMismatch",
    node: "toy/produce[i=1]",
    expected: own!.outputs.numbers!.digest,
    found: digest,
  })
  expect(paths(store.root!)).toEqual(before)
})

it("a file that changes between the look and the import never comes in under another's name", async () => {
  const source = join(ground(), "crate")
  const swap = (how: (path: string) => void) => {
    plant(source, good)
    const store = openStore(join(ground(), "store"))
    let looks = 0
    const has: Store["has"] = (record) => {
      if (looks++ === 0) how(join(source, objects().at(-1)!))
      return store.has(record)
    }
    return { store, result: importInto({ ...store, has }, source) }
  }
  const written = swap((path) => writeFileSync(path, "swapped"))
  expect(await written.result).toMatchObject({ _tag: "Failure", failure: { reason: { _tag: "Refused" } } })
  const linked = swap((path) => {
    rmSync(path)
    symlinkSync(join(folder, "good.tar"), path)
  })
  expect(await linked.result).toMatchObject({ failure: { reason: { _tag: "Refused", found: "a symbolic link" } } })
  for (const { store } of [written, linked]) {
    const held = tree(store.root!)
    expect([...held.keys()]).toEqual(objects().slice(0, -1))
    rmSync(store.root!, { recursive: true })
  }
})

it("a place where nothing is, or that is neither folder nor file, is refused by its name", async () => {
  const store = openStore(join(ground(), "store"))
  for (const [source, found] of [
    [join(folder, "nowhere"), "nothing"],
    ["/dev/null", "neither"],
  ] as const) {
    const result = await importInto(store, source)
    expect(Result.isFailure(result) && result.failure.message).toBe(
      `${source} is refused: expected a folder or a .tar made by export, found ${found}; check the path`,
    )
  }
})
