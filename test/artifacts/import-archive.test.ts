import { execFileSync } from "node:child_process"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { importFrom } from "../../artifacts/crate-import.ts"
import type { Manifest } from "../../artifacts/manifest.ts"
import { folder, manifests } from "./crate-ground.ts"
import { openStore, type RawEntry, rawTar } from "./crates.ts"
import { good, ground, importInto, memoryStore, objects, refusal } from "./import-ground.ts"

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
    ["an absolute path", { path: "/evil", content: "evil" }, "an absolute one"],
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
