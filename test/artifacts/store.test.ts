import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs"
import { dirname, join } from "node:path"
import * as Effect from "effect/Effect"
import { afterAll, afterEach, describe, expect, it } from "vitest"
import type { StoreError } from "../../artifacts/errors.ts"
import { arm, disarm } from "../../artifacts/failpoint.ts"
import { writeFirst } from "../../artifacts/files.ts"
import { type Manifest, manifestText } from "../../artifacts/manifest.ts"
import { draftName, self } from "../../artifacts/owner.ts"
import { manifestFolder, markerPath, objectPath, type Store } from "../../artifacts/store.ts"
import { contents, filesBelow, folders, manifestOf, open, publish } from "./words.ts"

const store = folders("store")
afterAll(store.clean)
afterEach(() => void disarm())

/** Replaces a read-only file, as damage does. */
const overwrite = (path: string, bytes: string | Uint8Array) => {
  rmSync(path)
  writeFileSync(path, bytes)
}

const failureOf = <E>(effect: Effect.Effect<unknown, E>): E => Effect.runSync(Effect.flip(effect))
const reasonOf = (effect: Effect.Effect<unknown, StoreError>) => failureOf(effect).reason
const output = (manifest: Manifest) => manifest.outputs.text!
const read = (from: Store, manifest: Manifest) =>
  Buffer.from(Effect.runSync(from.read(output(manifest)))).toString("utf8")
const lookup = (from: Store, { recipe, key }: Manifest) => from.lookup(recipe.stage, key)
const pathOf = (root: string, { recipe, key }: Manifest) => join(manifestFolder(root, recipe.stage), `${key}.json`)

describe("an object", () => {
  const text = "twelve bytes"
  const flip = (bytes: Buffer) => {
    bytes[5]! ^= 4
    return bytes
  }
  const damages: [string, (bytes: Buffer) => Uint8Array][] = [
    ["of no bytes", () => Buffer.of()],
    ["of half its bytes", (bytes) => bytes.subarray(0, 6)],
    ["without its last byte", (bytes) => bytes.subarray(0, -1)],
    ["without its first byte", (bytes) => bytes.subarray(1)],
    ["with one flipped bit", flip],
  ]

  it.each(damages)("%s is set aside when it is read, and whole again when it is written", (_, damage) => {
    const root = store.next()
    const disk = open(root)
    const manifest = publish(disk, text)
    const path = objectPath(root, output(manifest))
    overwrite(path, damage(Buffer.from(text)))
    const { digest } = output(manifest)
    expect(reasonOf(disk.read(output(manifest)))).toMatchObject({ _tag: "Corrupt", path, digest })
    expect(disk.state(output(manifest))).toBe("missing")
    expect(filesBelow(root, "quarantine")).toEqual([`${digest}.svg`])
    expect(reasonOf(disk.read(output(manifest)))).toMatchObject({ _tag: "Missing", path, digest })
    publish(disk, text)
    expect(read(disk, manifest)).toBe(text)
  })

  it("is not trusted by its length when its bytes are written again", () => {
    const root = store.next()
    const manifest = publish(open(root), text)
    overwrite(objectPath(root, output(manifest)), flip(Buffer.from(text)))
    publish(open(root), text)
    expect(read(open(root), manifest)).toBe(text)
    expect(filesBelow(root, "quarantine")).toEqual([])
  })

  it("is young again when its bytes are written again, so that gc leaves it", () => {
    const root = store.next()
    const path = objectPath(root, output(publish(open(root), text)))
    const inode = statSync(path).ino
    publish(open(root), text)
    expect(statSync(path).ino).not.toBe(inode)
  })

  it("is evicted while its marker is there, until it is written again", () => {
    const root = store.next()
    const disk = open(root)
    const manifest = publish(disk, text)
    const marker = markerPath(root, output(manifest).digest)
    mkdirSync(dirname(marker), { recursive: true })
    writeFileSync(marker, "")
    expect(disk.state(output(manifest))).toBe("present")
    rmSync(objectPath(root, output(manifest)))
    expect(disk.state(output(manifest))).toBe("evicted")
    expect(disk.has(output(manifest))).toBe(false)
    publish(disk, text)
    expect(disk.state(output(manifest))).toBe("present")
    expect(existsSync(marker)).toBe(false)
  })

  it("that is a link to elsewhere is not there", () => {
    const root = store.next()
    const disk = open(root)
    const manifest = publish(disk, text)
    const path = objectPath(root, output(manifest))
    renameSync(path, join(root, "elsewhere"))
    symlinkSync(join(root, "elsewhere"), path)
    expect(disk.has(output(manifest))).toBe(false)
  })

  it("is written whole by writes that are cut short, and read again when a network filesystem has replaced it", () => {
    const root = store.next()
    arm("write:*=short")
    const manifest = publish(open(root), text)
    arm("read:1=ESTALE")
    expect(read(open(root), manifest)).toBe(text)
  })

  it("is on the disk before it has its name, and its name before it is told", () => {
    const root = store.next()
    publish(open(root), text)
    arm("")
    Effect.runSync(open(root).write(Buffer.from(text), "svg"))
    const points = disarm().filter((point) => point !== "mkdir")
    expect(points).toEqual(["open", "write", "fsync", "rename", "open-folder", "fsync-folder", "unlink", "unlink"])
  })

  it("has the folders above it on the disk too", () => {
    arm("")
    Effect.runSync(open(store.next()).write(Buffer.from(text), "svg"))
    // root, tmp, objects, v1, two hex digits, each in the one above; and the object.
    expect(disarm().filter((point) => point === "fsync-folder").length).toBe(6)
  })
})

describe("a manifest", () => {
  it("stays when its key gives other bytes, which are recorded and reported, every time", () => {
    const root = store.next()
    const first = publish(open(root), "first")
    const second = { ...manifestOf("second"), key: first.key }
    for (let n = 1; n <= 2; n++)
      expect(failureOf(open(root).commit(second))).toMatchObject({
        _tag: "AuditMismatch",
        node: "words/spell",
        expected: output(first).digest,
        found: output(second).digest,
      })
    expect(filesBelow(root, "nondeterminism")).toEqual([1, 2].map((n) => `spell/${first.key}-${n}.json`))
    expect(Effect.runSync(lookup(open(root), first))).toEqual(first)
  })

  it.each(["", "link:*=EPERM"])("of two writers, the first one stays (%s)", (faults) => {
    const root = store.next()
    arm(faults)
    const write = (text: string) =>
      Effect.runSync(writeFirst(join(root, "tmp"), join(root, "name"), Buffer.from(text), 0o444))
    expect([write("first"), write("second")]).toEqual([true, false])
    expect(readFileSync(join(root, "name"), "utf8")).toBe("first")
    expect(filesBelow(root, "tmp")).toEqual([])
  })

  it("of a newer version is read when only fields are new", () => {
    const root = store.next()
    const manifest = publish(open(root), "text")
    const newer = { ...manifest, mood: "new", provenance: { ...manifest.provenance, weather: "fine" } }
    overwrite(pathOf(root, manifest), manifestText(newer))
    expect(Effect.runSync(lookup(open(root), manifest))).toEqual(newer)
  })

  it.each([
    ["with a checksum", manifestText],
    ["in other words", JSON.stringify],
  ])("of another format is a clear error, not a miss (%s)", (_, write) => {
    const root = store.next()
    const manifest = publish(open(root), "text")
    overwrite(pathOf(root, manifest), write({ ...manifest, format: 2 as 1 }))
    const error = failureOf(lookup(open(root), manifest))
    expect(error.reason).toMatchObject({ _tag: "Format", found: "format 2" })
    expect(error.message).toContain("was made by a newer version of this program")
    expect(error.message).toContain("update the program")
  })

  it("is missed with a clear error in a store of a newer layout only", () => {
    const root = store.next()
    mkdirSync(join(root, "manifests", "v2"), { recursive: true })
    const manifest = manifestOf("text")
    expect(reasonOf(lookup(open(root), manifest))).toMatchObject({ _tag: "Format", found: "v2" })
    mkdirSync(join(root, "manifests", "v1"))
    expect(Effect.runSync(lookup(open(root), manifest))).toBeUndefined()
  })

  const { length } = manifestText(manifestOf("text"))
  const places = Array.from({ length: 40 }, (_, i) => Math.floor((i * length) / 40))
  const damages: [string, (text: string) => string][] = [
    ["cut off", (text) => text.slice(0, 200)],
    ["of no bytes", () => ""],
    ["of another program", () => "{}"],
    ["of another program, with a checksum", () => manifestText({} as Manifest)],
    [
      "without its checksum",
      (text) => `${JSON.stringify(JSON.parse(text), null, 2)}\n`.replace(/,\n[^\n]*checksum.*\n/, "\n"),
    ],
    ["with a digest that is a path", (text) => text.replace(/"digest": "\w+"/, '"digest": "../../../elsewhere"')],
    ...places.map((at): [string, (text: string) => string] => [
      `with a flipped bit at ${at}`,
      (text) => text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ 1) + text.slice(at + 1),
    ]),
  ]
  it.each(damages)("%s is a miss, set aside and said aloud", (_, damage) => {
    const root = store.next()
    const manifest = publish(open(root), "text")
    const path = pathOf(root, manifest)
    overwrite(path, damage(manifestText(manifest)))
    const notices: StoreError[] = []
    const disk = open(root, [], (notice) => notices.push(notice))
    expect(Effect.runSync(lookup(disk, manifest))).toBeUndefined()
    expect(notices.map(({ reason }) => reason)).toMatchObject([{ _tag: "Corrupt", path }])
    expect(filesBelow(root, "quarantine")).toEqual([`spell-${manifest.key}.json`])
    publish(disk, "text")
    expect(Effect.runSync(lookup(disk, manifest))).toEqual(manifest)
  })

  it("in the place of another is a miss", () => {
    const root = store.next()
    const manifest = publish(open(root), "text")
    const other = manifestOf("text", { params: { i: 2 } })
    copyFileSync(pathOf(root, manifest), pathOf(root, other))
    expect(Effect.runSync(lookup(open(root), other))).toBeUndefined()
  })

  it("takes the place of a damaged one that cannot be set aside", () => {
    const root = store.next()
    const manifest = publish(open(root), "text")
    overwrite(pathOf(root, manifest), "{")
    writeFileSync(join(root, "quarantine"), "in the way")
    publish(open(root), "text")
    expect(Effect.runSync(lookup(open(root), manifest))).toEqual(manifest)
  })
})

describe("drafts", () => {
  it("are swept when their owner is gone, and only then", () => {
    const root = store.next()
    const { machine, pid, start } = self()
    const rest = draftName().slice(-36)
    const gone = [`${machine}-999999999-5-${rest}`, `${machine}-${pid}-${Number(start) + 1}-${rest}`]
    const kept = [`${machine}-${pid}-${start}-${rest}`, `${"0".repeat(12)}-999999999-5-${rest}`, "a-letter"]
    mkdirSync(join(root, "tmp"), { recursive: true })
    for (const name of [...gone, ...kept]) writeFileSync(join(root, "tmp", name), "")
    arm("unlink:*=EACCES")
    expect(Effect.runSync(open(root).sweep)).toBe(0)
    disarm()
    expect(Effect.runSync(open(root).sweep)).toBe(gone.length)
    expect(filesBelow(root, "tmp")).toEqual(kept.sort())
  })
})

describe("a copy", () => {
  it("is as good as the store, whatever became of its times", () => {
    const root = store.next()
    const copy = store.next()
    const manifest = publish(open(root), "text")
    cpSync(root, copy, { recursive: true })
    expect(contents(copy)).toEqual(contents(root))
    expect(Effect.runSync(lookup(open(copy), manifest))).toEqual(manifest)
  })
})
