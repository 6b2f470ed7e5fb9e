import { execFileSync } from "node:child_process"
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import fc from "fast-check"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { exportTo } from "../../artifacts/crate-export.ts"
import { importFrom } from "../../artifacts/crate-import.ts"
import { type ArtifactKey, artifactKey, sha256 } from "../../artifacts/key.ts"
import { type Manifest, manifestText } from "../../artifacts/manifest.ts"
import { ArtifactStore, type Store } from "../../artifacts/store.ts"
import { openStore, plant, type RawEntry, rawTar, relisted, tree, upToDate } from "./crates.ts"
import { build, type Rig, type RunTrace, runOnce } from "./rig.ts"

const folder = mkdtempSync(join(tmpdir(), "import-"))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let rig: Rig
let first: RunTrace
let manifests: Manifest[]
/** Files of a crate that is as it should be. */
let good: Map<string, Buffer>
beforeAll(async () => {
  rig = await build()
  const store = openStore(join(folder, "origin"))
  first = await runOnce(store, rig)
  manifests = await upToDate(store, rig)
  for (const name of ["good", "good.tar"])
    await Effect.runPromise(exportTo(store, { manifests, codes: rig.codes.values() }, join(folder, name)))
  good = tree(join(folder, "good"))
})

let count = 0
/** A folder of its own for each test: `store` is where the store will be, all else must stay as it is. */
const ground = () => {
  const at = join(folder, `ground-${count++}`)
  plant(at, new Map([["outside/kept", "kept"]]))
  return at
}
const memoryStore = (): Store =>
  Effect.runSync(
    Effect.provide(
      Effect.map(ArtifactStore, (store) => store),
      ArtifactStore.memory(),
    ),
  )
const importInto = (store: Store, source: string) => Effect.runPromise(Effect.result(importFrom(store, source)))

/** Imports what `lay` has put at the path it is given; expects a refusal that names `path`, and nothing written anywhere. */
async function refusal(path: string | undefined, lay: (source: string) => void): Promise<string> {
  const at = ground()
  const source = join(at, "crate")
  lay(source)
  const before = paths(at)
  const result = await importInto(openStore(join(at, "store")), source)
  if (Result.isSuccess(result) || result.failure._tag !== "StoreError") throw new Error("not refused")
  const { message, reason } = result.failure
  expect(reason).toMatchObject({ _tag: "Refused", path: path ?? source })
  expect(message).toContain("; nothing was imported")
  expect(paths(at)).toEqual(before)
  return message
}
/** All that lies below a folder, with size and time, so that whatever is written shows. */
const paths = (at: string): string[] =>
  readdirSync(at, { recursive: true, withFileTypes: true }).map(({ parentPath, name }) => {
    const { size, mtimeMs, mode, ino } = lstatSync(join(parentPath, name))
    return `${join(parentPath, name)} ${mode} ${ino} ${size} ${mtimeMs}`
  })

const keyed = (stage: string) => [...good.keys()].find((path) => path.startsWith(`manifests/v1/${stage}/`))!
const objects = () => [...good.keys()].filter((path) => path.startsWith("objects/"))
const code = (extension: string) =>
  [...good.keys()].find((path) => path.startsWith("bundles/") && path.endsWith(extension))!

type Files = Map<string, string | Uint8Array>
const changed = (change: (files: Files) => void): Files => {
  const files: Files = new Map(good)
  change(files)
  return files
}

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

describe("refused in a folder", () => {
  const laid = (change: (files: Files) => void) => (source: string) => plant(source, changed(change))

  it.each<[string, () => string, (files: Files) => void]>([
    ["a file that no crate holds", () => "notes.txt", (files) => files.set("notes.txt", "")],
    ["a file of a later version", () => "objects/v2", (files) => files.set("objects/v2/ab", "")],
    ["a name that terminals obey", () => "\\u001b[2J", (files) => files.set("\u001b[2J", "")],
    ["an object that is not listed", () => unlisted, (files) => files.set(unlisted, "")],
    ["no description", () => "ro-crate-metadata.json", (files) => files.delete("ro-crate-metadata.json")],
    [
      "a description that is none",
      () => "ro-crate-metadata.json",
      (files) => files.set("ro-crate-metadata.json", '{"@graph":[]}'),
    ],
    [
      "a description of another kind",
      () => "ro-crate-metadata.json",
      (files) =>
        files.set(
          "ro-crate-metadata.json",
          String(files.get("ro-crate-metadata.json")).replaceAll("/crate/1.1", "/crate/9"),
        ),
    ],
    ["a missing object", () => objects()[2]!, (files) => files.delete(objects()[2]!)],
    ["a missing manifest", () => keyed("scale"), (files) => files.delete(keyed("scale"))],
    [
      "a truncated object",
      () => objects()[0]!,
      (files) => files.set(objects()[0]!, good.get(objects()[0]!)!.subarray(1)),
    ],
    ["a larger object", () => objects()[0]!, (files) => files.set(objects()[0]!, Buffer.alloc(2 ** 20))],
    [
      "a flipped bit",
      () => objects()[3]!,
      (files) => {
        const bytes = Buffer.from(good.get(objects()[3]!)!)
        bytes[77]! ^= 1
        files.set(objects()[3]!, bytes)
      },
    ],
    [
      "a changed manifest",
      () => keyed("scale"),
      (files) => files.set(keyed("scale"), String(good.get(keyed("scale"))).replace('"seconds"', '"Seconds"')),
    ],
  ])("%s", async (_, path, change) => {
    await refusal(path(), laid(change))
  })
  const unlisted = `objects/v1/00/${"0".repeat(62)}.svg`

  it.each<[string, () => string, (source: string) => void, string]>([
    ["a link to a file", () => objects()[0]!, (source) => relink(join(source, objects()[0]!)), "a symbolic link"],
    ["a link to a folder", () => "manifests", (source) => relink(join(source, "manifests")), "a symbolic link"],
    [
      "a link to nothing",
      () => "bundles/v1/x",
      (source) => symlinkSync("/nowhere", join(source, "bundles/v1/x")),
      "a symbolic link",
    ],
    [
      "a named pipe",
      () => "objects/v1/pipe",
      (source) => execFileSync("mkfifo", [join(source, "objects/v1/pipe")]),
      "a device, pipe or socket",
    ],
    ["a folder for a file", () => `${keyed("scale")}`, (source) => refold(join(source, keyed("scale"))), "a folder"],
  ])("%s", async (_, path, spoil, found) => {
    const lay = (source: string) => {
      plant(source, good)
      spoil(source)
    }
    expect(await refusal(path(), lay)).toContain(`found ${found}`)
  })
  /** Puts a link in the place of a file or folder, to the same content outside of the crate. */
  const relink = (path: string) => {
    const outside = mkdtempSync(join(folder, "moved-"))
    renameSync(path, join(outside, "it"))
    symlinkSync(join(outside, "it"), path)
  }
  const refold = (path: string) => {
    rmSync(path)
    mkdirSync(path)
  }

  it("names that are one on a filesystem without case", async () => {
    const twin = keyed("scale").replace("scale", "Scale")
    expect(
      await refusal(
        keyed("scale"),
        laid((files) => files.set(twin, "")),
      ),
    ).toContain(twin)
  })

  it("a manifest of a size that none has, without reading it", async () => {
    const lay = (source: string) => {
      plant(source, good)
      truncateSync(join(source, keyed("scale")), 2 ** 29)
    }
    expect(await refusal(keyed("scale"), lay)).toContain(`found ${2 ** 29} bytes`)
  })

  it("two objects that have changed their places", async () => {
    const [a, b] = objects()
    const swap = (files: Files) => files.set(a!, good.get(b!)!).set(b!, good.get(a!)!)
    await refusal(a!, laid(swap))
    await refusal(a!, (source) => plant(source, relisted(changed(swap))))
  })
})

describe("refused though the description agrees", () => {
  const relaid = (change: (files: Files) => void) => (source: string) => plant(source, relisted(changed(change)))
  type Changed = (manifest: Manifest & Record<string, unknown>) => unknown
  const rewritten = (change: Changed) => (files: Files) =>
    files.set(keyed("scale"), manifestText(change(manifestAt(keyed("scale"))) as Manifest))
  const manifestAt = (path: string) =>
    manifests.find(({ key }) => path.includes(key))! as Manifest & Record<string, unknown>

  it.each<[string, string, Changed]>([
    [
      "another parameter",
      "a recipe with key",
      (of) => ({ ...of, recipe: { ...of.recipe, params: { absolute: true } } }),
    ],
    ["another stage", "found stage produce", (of) => ({ ...of, recipe: { ...of.recipe, stage: "produce" } })],
    ["another key", "a recipe with key", (of) => ({ ...of, key: "0".repeat(64) as ArtifactKey })],
    ["an unknown field", "found an unknown field mood", (of) => ({ ...of, mood: "good" })],
    ["a later format", "update this one", (of) => ({ ...of, format: 2 })],
    [
      "text that is not well-formed",
      "a recipe that has a key",
      (of) => ({ ...of, recipe: { ...of.recipe, params: { a: "\ud800" } } }),
    ],
    ["nothing in it", "found missing key at key", () => ({ format: 1 })],
    ["a digest that is a path", "64 hexadecimal digits", (of) => withOutput(of, { digest: "../../../outside/kept" })],
    ["a format that is a path", "format", (of) => withOutput(of, { format: "/../../outside" })],
    ["a port that is a path", "an unknown field", (of) => ({ ...of, outputs: { "../x": of.outputs.numbers } })],
    [
      "a time that is none",
      "a time such as",
      (of) => ({ ...of, provenance: { ...of.provenance, finished: "2026-99-99T00:00:00Z" } }),
    ],
  ])("a manifest with %s", async (_, words, change) => {
    expect(await refusal(keyed("scale"), relaid(rewritten(change)))).toContain(words)
  })
  const withOutput = (of: Manifest, change: object) => ({
    ...of,
    outputs: { numbers: { ...of.outputs.numbers, ...change } },
  })

  it.each<[string, string, (text: string) => string]>([
    ["that is cut off", "text that cannot be read", (text) => text.slice(0, -9)],
    ["of another kind", "expected object", () => "null"],
    [
      "that is nested without end",
      "a recipe that has a key",
      (text) => resealed(text.replace('"params": {', `"params": {"a": ${"[".repeat(50_000)}${"]".repeat(50_000)}`)),
    ],
  ])("a manifest %s", async (_, words, change) => {
    const path = keyed("scale")
    expect(
      await refusal(
        path,
        relaid((files) => files.set(path, change(String(good.get(path))))),
      ),
    ).toContain(words)
  })

  /** With a checksum that is right again. */
  const resealed = (text: string) => {
    const body = text.replace(/,\n {2}"checksum".*\n\}\n$/, "")
    return `${body},\n  "checksum": "${sha256(body)}"\n}\n`
  }

  it("a manifest with another size, which its object has not", async () => {
    const { digest } = manifestAt(keyed("scale")).outputs.numbers!
    const path = `objects/v1/${digest.slice(0, 2)}/${digest.slice(2)}.parquet`
    await refusal(path, relaid(rewritten((of) => withOutput(of, { bytes: 1 }))))
  })

  it("an object that no manifest has made", async () => {
    const path = `objects/v1/00/${"0".repeat(62)}.svg`
    expect(
      await refusal(
        path,
        relaid((files) => files.set(path, "")),
      ),
    ).toContain("an output of a manifest")
  })

  it("an object with other bytes than its name says", async () => {
    const path = objects()[0]!
    const bytes = Buffer.from(good.get(path)!)
    bytes[77]! ^= 1
    expect(
      await refusal(
        path,
        relaid((files) => files.set(path, bytes)),
      ),
    ).toContain("sha256")
  })

  it.each<[string, (files: Files) => void, string]>([
    ["other text", (files) => files.set(code(".mjs"), `${files.get(code(".mjs"))} `), ".mjs"],
    ["other packages", (files) => files.set(code(".json"), '{"node_modules/evil":"1.0.0"}'), ".json"],
    ["packages that are no list", (files) => files.set(code(".json"), "[1]"), ".json"],
    ["no packages", (files) => files.delete(code(".json")), ".mjs"],
    ["no text", (files) => files.delete(code(".mjs")), ".json"],
  ])("code with %s", async (_, change) => {
    const digest = code(".json").slice("bundles/v1/".length, -".json".length)
    await refusal(expect.stringContaining(`bundles/v1/${digest}`), relaid(change))
  })

  it("code that no manifest was made by", async () => {
    const path = `bundles/v1/${"0".repeat(64)}.mjs`
    expect(
      await refusal(
        path,
        relaid((files) => files.set(path, "")),
      ),
    ).toContain("the code of a manifest")
  })

  it("a stage whose name is a path, even with a key of its own", async () => {
    const manifest = manifestAt(keyed("scale"))
    const recipe = { ...manifest.recipe, stage: "../../outside" }
    const key = artifactKey(recipe)
    const path = `manifests/v1/scale/${key}.json`
    await refusal(
      path,
      relaid((files) => files.set(path, manifestText({ ...manifest, key, recipe }))),
    )
  })
})

describe("refused in an archive", () => {
  const entries = (): RawEntry[] => [...good].map(([path, content]) => cut(path, content))
  /** Long paths are cut at a slash, as the format wants. */
  const cut = (path: string, content: string | Uint8Array): RawEntry =>
    path.length <= 100 ? { path, content } : { prefix: path.slice(0, 12), path: path.slice(13), content }
  const evil = (entry: RawEntry) => (source: string) => writeFileSync(source, rawTar([...entries(), entry]))

  it.each<[string, RawEntry, string]>([
    ["a path upwards", { path: "../outside/evil", content: "evil" }, "one that leaves it"],
    ["a path upwards in its middle", { path: "objects/v1/../../../outside/evil" }, "one that leaves it"],
    ["a path upwards in its prefix", { path: "evil", prefix: "manifests/../../outside" }, "one that leaves it"],
    ["a path upwards with backslashes", { path: "..\\outside\\evil" }, "one that leaves it"],
    ["an absolute path", { path: "/tmp/evil", content: "evil" }, "an absolute one"],
    ["a path on a drive", { path: "C:\\evil", content: "evil" }, "an absolute one"],
    ["a symbolic link", { path: "objects/v1/aa", type: "2", link: "/tmp" }, "a symbolic link"],
    ["a hard link", { path: `bundles/v1/${"0".repeat(64)}.mjs`, type: "1", link: "/etc/passwd" }, "a hard link"],
    ["a character device", { path: "zero", type: "3" }, "a character device"],
    ["a block device", { path: "disk", type: "4" }, "a block device"],
    ["a folder", { path: "objects/", type: "5" }, "a folder"],
    ["a named pipe", { path: "pipe", type: "6" }, "a named pipe"],
    ["a long name of GNU tar", { path: "././@LongLink", type: "L", content: "x" }, 'an entry of type "L"'],
    ["an extended header", { path: "pax", type: "x", content: "16 path=../evil\n" }, 'an entry of type "x"'],
    ["a name that no crate holds", { path: "evil.sh", content: "evil" }, "another"],
    ["no name", { path: "" }, "another"],
  ])("%s", async (_, entry, found) => {
    const path = entry.prefix === undefined ? entry.path : `${entry.prefix}/${entry.path}`
    expect(await refusal(JSON.stringify(path).slice(1, -1), evil(entry))).toContain(`found ${found}`)
  })

  it("the same name twice, with the same content or another", async () => {
    const path = objects()[1]!
    for (const content of [good.get(path)!, "other"])
      expect(await refusal(path, evil({ path, content }))).toContain("found two")
  })

  it.each<[string, () => Buffer]>([
    ["that ends in its middle", () => rawTar(entries()).subarray(0, 5000)],
    ["that ends in a header", () => rawTar(entries(), 0).subarray(0, -100)],
    ["without an end", () => rawTar(entries(), 0)],
    ["with half an end", () => rawTar(entries(), 512)],
    [
      "with more after its end",
      () => Buffer.concat([rawTar(entries()), rawTar([{ path: "../evil", content: "evil" }])]),
    ],
    ["with a size that is no number", () => rawTar([{ path: "a", content: "a", size: "-1" }, ...entries()])],
    ["with a size beyond its end", () => rawTar([{ path: "a", size: "77777777777" }])],
    [
      "with a size in another notation",
      () => rawTar([{ path: "a", size: "\x80\0\0\0\0\0\0\0\0\0\0\x01", content: "a" }]),
    ],
    ["with a spoilt header", () => rawTar(entries()).fill(1, 20, 21)],
    ["that is none", () => Buffer.from("PK\x03\x04".padEnd(2048))],
    ["that is empty", () => Buffer.alloc(0)],
  ])("one %s", async (_, bytes) => {
    await refusal(undefined, (source) => writeFileSync(source, bytes()))
  })

  it("or read as what it is, wherever a byte of it is spoilt", async () => {
    const [source, bytes] = [join(ground(), "spoilt"), rawTar(entries())]
    const spoilt = fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (at, bits) => {
      const copy = Buffer.from(bytes)
      copy[at]! ^= bits
      writeFileSync(source, copy)
      const result = await importInto(memoryStore(), source)
      // Bytes between a file's end and its block's belong to no file.
      if (Result.isSuccess(result)) expect(result.success.imported).toEqual(byKey(manifests))
      else expect(result.failure).toMatchObject({ _tag: "StoreError", reason: { _tag: "Refused" } })
    })
    await fc.assert(spoilt, { numRuns: 100, seed: 1 })
  })
  const byKey = (of: readonly Manifest[]) => expect.arrayContaining([...of])

  it("but not one that a person has packed in the same format, with its padding", async () => {
    const source = join(ground(), "packed")
    const names = [...good.keys()].reverse()
    execFileSync("tar", ["cf", source, "--format=ustar", "-b", "40", "-C", join(folder, "good"), ...names])
    expect(await Effect.runPromise(importFrom(openStore(join(ground(), "store")), source))).toMatchObject({
      manifests: 5,
    })
  })
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
