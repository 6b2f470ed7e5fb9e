import { execFileSync } from "node:child_process"
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import { describe, expect, it } from "vitest"
import { keepBundles, readBundle } from "../../artifacts/code-bundles.ts"
import { exportTo } from "../../artifacts/crate-export.ts"
import { tarHeader } from "../../artifacts/tar.ts"
import { exported, folder, manifests, origin, rig } from "./crate-ground.ts"
import { graphOf, openStore, tree, upToDate } from "./crates.ts"
import { runOnce } from "./rig.ts"

const at = (name: string) => join(folder, name)
const failure = (name: string) =>
  Effect.runPromise(Effect.flip(exportTo(origin, { manifests, codes: rig.codes.values() }, at(name))))

describe("a crate", () => {
  it("holds manifests and objects as they lie in the store, and the code that made them", async () => {
    const { path, bytes, ...counts } = await exported("whole")
    // scale[i=1] and produce[i=2] give 2, 4, … and 2, 3, …: all five objects differ.
    expect(counts).toEqual({ manifests: 5, objects: 5, accepted: 0, absent: [], withoutCode: [] })
    const files = tree(path)
    expect([...files.values()].reduce((sum, file) => sum + file.length, 0)).toBe(bytes)
    const kept = tree(origin.root!)
    for (const [path, content] of files) if (/^(objects|manifests)/.test(path)) expect(content).toEqual(kept.get(path))
    for (const { digest, bundle, packages } of rig.codes.values()) {
      expect(files.get(`bundles/v1/${digest}.mjs`)).toEqual(readFileSync(bundle))
      expect(JSON.parse(files.get(`bundles/v1/${digest}.json`)!.toString())).toEqual(packages)
    }
    expect(files.size).toBe(5 + 5 + 2 * 3 + 1)
  })

  it("is the same bytes each time, whatever the order in which artifacts are named", async () => {
    const [a, b] = [
      await exported("once"),
      await exported("again", { manifests: [...manifests, ...manifests].reverse() }),
    ]
    expect(tree(b.path)).toEqual(tree(a.path))
    await exported("once.tar")
    await exported("again.tar", { manifests: [...manifests].reverse() })
    expect(readFileSync(at("again.tar"))).toEqual(readFileSync(at("once.tar")))
  })

  it("holds only what is asked for", async () => {
    const [one] = manifests.filter(({ recipe }) => recipe.stage === "produce")
    const { path } = await exported("one", { manifests: [one!] })
    const code = `bundles/v1/${one!.recipe.code}`
    const { digest } = one!.outputs.numbers!
    expect([...tree(path).keys()]).toEqual([
      `${code}.json`,
      `${code}.mjs`,
      `manifests/v1/produce/${one!.key}.json`,
      `objects/v1/${digest.slice(0, 2)}/${digest.slice(2)}.parquet`,
      "ro-crate-metadata.json",
    ])
  })

  it("is an archive that tar reads, with the same files", async () => {
    const { path } = await exported("plain")
    await exported("archive.tar")
    const names = execFileSync("tar", ["tf", at("archive.tar")], { encoding: "utf8" })
      .trim()
      .split("\n")
    expect(names).toEqual([...tree(path).keys()])
    const details = execFileSync("tar", ["tvf", at("archive.tar"), "--numeric-owner", "--utc"], { encoding: "utf8" })
    for (const line of details.trim().split("\n")) expect(line).toMatch(/^-rw-r--r-- 0\/0 +\d+ 1970-01-01 00:00 /)
    mkdirSync(at("unpacked"))
    execFileSync("tar", ["xf", at("archive.tar"), "-C", at("unpacked")])
    expect(tree(at("unpacked"))).toEqual(tree(path))
  })

  it("says which outputs are not in the store any more", async () => {
    const other = openStore(at("evicted"))
    await runOnce(other, rig)
    const [made] = (await upToDate(other, rig)).filter(({ recipe }) => recipe.stage === "produce")
    rmSync(other.where(made!.outputs.numbers!), { force: true })
    const { path, absent, objects } = await exported("without", {}, other)
    expect({ absent, objects }).toEqual({ absent: [made!.outputs.numbers], objects: 4 })
    const { digest } = made!.outputs.numbers!
    const graph = graphOf(path)
    expect(graph.get(`#sha256-${digest}`)).toMatchObject({ "@type": "CreativeWork", identifier: `sha256:${digest}` })
    expect(graph.get(`#produce-${made!.key}`)!.result).toEqual([{ "@id": `#sha256-${digest}` }])
  })
})

describe("the code that made an artifact", () => {
  it("comes from the store when it is not at hand any more", async () => {
    expect((await exported("codeless", { codes: [] })).withoutCode).toEqual(["combine", "produce", "scale"])
    await Effect.runPromise(keepBundles(origin.root!, rig.codes.values()))
    expect((await exported("kept", { codes: [] })).withoutCode).toEqual([])
    expect(tree(at("kept"))).toEqual(tree((await exported("at-hand")).path))
  })

  it("is kept once, read-only, and verified when it is read", async () => {
    const root = at("bundles")
    const kept = openStore(root)
    await Effect.runPromise(keepBundles(root, rig.codes.values()))
    const first = tree(root)
    const { digest, packages } = rig.codes.get("scale")!
    const path = join(root, "bundles", "v1", `${digest}.mjs`)
    const { ino } = statSync(path)
    await Effect.runPromise(keepBundles(root, rig.codes.values()))
    expect(tree(root)).toEqual(first)
    expect(statSync(path)).toMatchObject({ ino, mode: 0o100444 })
    expect(await Effect.runPromise(readBundle(kept, digest))).toEqual({
      text: first.get(`bundles/v1/${digest}.mjs`)!.toString(),
      packages,
    })
    expect(await Effect.runPromise(readBundle({ root: at("upper"), lower: [root] }, digest))).toMatchObject({
      packages,
    })
    expect(await Effect.runPromise(readBundle(kept, "0".repeat(64)))).toBeUndefined()
    rmSync(path)
    writeFileSync(path, `${first.get(`bundles/v1/${digest}.mjs`)} `)
    expect((await Effect.runPromise(Effect.flip(readBundle(kept, digest)))).reason._tag).toBe("Corrupt")
  })
})

describe("an export that cannot be", () => {
  it("refuses to write over what is there", async () => {
    mkdirSync(at("taken"))
    writeFileSync(at("taken/notes"), "")
    writeFileSync(at("taken.tar"), "")
    expect((await failure("taken")).message).toBe(
      `${at("taken")} is refused: expected a new or an empty folder, found notes in it; choose another place, or remove what is there`,
    )
    expect((await failure("taken.tar")).reason).toMatchObject({ _tag: "Refused", expected: "a new name" })
    expect((await failure("taken/notes")).reason).toMatchObject({ _tag: "Refused", expected: "a new name" })
    expect(readdirSync(at("taken"))).toEqual(["notes"])
    mkdirSync(at("empty"))
    expect((await exported("empty")).manifests).toBe(5)
  })

  it("leaves nothing behind when an object turns out to be damaged", async () => {
    const other = openStore(at("damaged"))
    await runOnce(other, rig)
    const [made] = manifests.filter(({ recipe }) => recipe.stage === "combine")
    const path = other.where(made!.outputs.sums!)
    const bytes = readFileSync(path)
    rmSync(path)
    writeFileSync(path, bytes.fill(0, 100, 101))
    const before = readdirSync(folder)
    for (const name of ["broken", "broken.tar"]) {
      const spoiled = exportTo(other, { manifests: [made!], codes: [] }, at(name))
      expect((await Effect.runPromise(Effect.flip(spoiled))).reason._tag).toMatch(/Corrupt|Missing/)
      if (!existsSync(path)) writeFileSync(path, bytes)
    }
    expect(readdirSync(folder)).toEqual(before)
  })
})

describe("a tar header", () => {
  it("cuts a long path at a slash, and refuses one that cannot be cut", () => {
    const long = `manifests/v1/${"stage".repeat(20)}/${"0".repeat(64)}.json`
    writeFileSync(at("long.tar"), Buffer.concat([tarHeader(long, 0), Buffer.alloc(1024)]))
    expect(execFileSync("tar", ["tf", at("long.tar")], { encoding: "utf8" })).toBe(`${long}\n`)
    expect(() => tarHeader("x".repeat(101), 0)).toThrow(RangeError)
    expect(() => tarHeader("x", 8 ** 11)).toThrow(RangeError)
  })
})
