import { readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import { afterAll, describe, expect, it } from "vitest"
import type { Manifest } from "../../artifacts/manifest.ts"
import { manifestFolder, objectPath, type Store } from "../../artifacts/store.ts"
import { runOnce } from "./rig.ts"
import { filesBelow, folders, manifestOf, open, publish, wordsRig } from "./words.ts"

const store = folders("layers")
afterAll(store.clean)

const failureOf = <E>(effect: Effect.Effect<unknown, E>): E => Effect.runSync(Effect.flip(effect))
const output = (manifest: Manifest) => manifest.outputs.text!
const read = (from: Store, manifest: Manifest) =>
  Buffer.from(Effect.runSync(from.read(output(manifest)))).toString("utf8")
const lookup = (from: Store, { recipe, key }: Manifest) => from.lookup(recipe.stage, key)
const pathOf = (root: string, { recipe, key }: Manifest) => join(manifestFolder(root, recipe.stage), `${key}.json`)
/** Replaces a read-only file, as damage does. */
const overwrite = (path: string, bytes: string) => {
  rmSync(path)
  writeFileSync(path, bytes)
}
const contentsOf = (root: string) => filesBelow(root, "").map((name) => [name, readFileSync(join(root, name), "utf8")])

describe("a store below", () => {
  const pair = () => {
    const [root, lower] = [store.next(), store.next()]
    return { root, lower, below: publish(open(lower), "below"), disk: open(root, [lower]) }
  }

  it("gives hits, and is never written", () => {
    const { root, lower, below, disk } = pair()
    const before = filesBelow(lower, "")
    const above = publish(disk, "above", { params: { i: 2 } })
    expect([read(disk, below), read(disk, above)]).toEqual(["below", "above"])
    expect(Effect.runSync(lookup(disk, below))).toEqual(below)
    expect(disk.where(output(below))).toBe(objectPath(lower, output(below)))
    const keys = Effect.runSync(disk.manifests("spell")).map(({ key }) => key)
    expect(keys).toEqual([below.key, above.key].sort())
    expect(filesBelow(lower, "")).toEqual(before)
    expect(filesBelow(root, "objects").length).toBe(1)
  })

  it("is left as it is when it is damaged; what is written above it counts", () => {
    const { lower, below, disk } = pair()
    const path = objectPath(lower, output(below))
    overwrite(path, "belof")
    overwrite(pathOf(lower, below), "{")
    const before = contentsOf(lower)
    expect(failureOf(disk.read(output(below))).reason).toMatchObject({ _tag: "Corrupt", path })
    expect(Effect.runSync(lookup(disk, below))).toBeUndefined()
    publish(disk, "below")
    expect(read(disk, below)).toBe("below")
    expect(contentsOf(lower)).toEqual(before)
  })

  it("holds the first result of a key; another is recorded above", () => {
    const { root, below, disk } = pair()
    expect(failureOf(disk.commit({ ...manifestOf("other"), key: below.key }))._tag).toBe("AuditMismatch")
    expect(filesBelow(root, "nondeterminism").length).toBe(1)
    expect(filesBelow(root, "manifests")).toEqual([])
  })

  it("saves a run all that it holds", async () => {
    const [root, lower] = [store.next(), store.next()]
    await runOnce(open(lower), await wordsRig())
    expect((await runOnce(open(root, [lower]), await wordsRig())).computed).toEqual([])
    const { computed } = await runOnce(open(root, [lower]), await wordsRig(["words.i=1,2"]))
    expect(computed).toEqual(["words/gather", "words/shout[i=2]", "words/spell[i=2]"])
  })
})
