import { execFileSync } from "node:child_process"
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, truncateSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { folder } from "./crate-ground.ts"
import { plant, relisted } from "./crates.ts"
import { changed, type Files, good, keyed, objects, refusal } from "./import-ground.ts"

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
    // Which of the two is met first depends on the keys of the manifests that name them.
    const either = expect.toBeOneOf([a, b])
    await refusal(either, laid(swap))
    await refusal(either, (source) => plant(source, relisted(changed(swap))))
  })
})
