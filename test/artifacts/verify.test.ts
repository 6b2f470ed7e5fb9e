import { createHash, randomBytes } from "node:crypto"
import {
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs"
import { basename, dirname, join } from "node:path"
import * as Effect from "effect/Effect"
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest"
import { bundlePath, keepBundles } from "../../artifacts/code-bundles.ts"
import { arm, disarm, type Point } from "../../artifacts/failpoint.ts"
import { fileHasher } from "../../artifacts/file-hash.ts"
import { contentDigest } from "../../artifacts/key.ts"
import { manifestText } from "../../artifacts/manifest.ts"
import { draftName } from "../../artifacts/owner.ts"
import { manifestFolder, markerPath, objectPath } from "../../artifacts/store.ts"
import { verify } from "../../artifacts/verify.ts"
import { build, runOnce } from "./rig.ts"
import { check, contents, damageIn, filesBelow, folders, manifestOf, open, publish, wordsRig } from "./words.ts"

const store = folders("verify")
afterAll(store.clean)
afterEach(() => void disarm())

const findings = async (root: string) =>
  (await check(root)).steps.flatMap((step) =>
    step.findings.map(({ kind, damage, path }) => ({ step: step.name, kind, damage, name: basename(path) })),
  )

/** Flips one bit and leaves size and times as they were. */
function flip(path: string, bit: number): void {
  const { atime, mtime } = statSync(path)
  const bytes = readFileSync(path)
  const at = bit % (8 * bytes.length)
  bytes[at >> 3]! ^= 1 << (at & 7)
  rmSync(path)
  writeFileSync(path, bytes)
  utimesSync(path, atime, mtime)
}

describe("a store of fifty branches", () => {
  const settings = [`words.i=${Array.from({ length: 50 }, (_, i) => i).join()}`]
  let root: string
  let whole: ReturnType<typeof contents>
  beforeAll(async () => {
    root = store.next()
    await runOnce(open(root), await wordsRig(settings))
    whole = contents(root)
  })

  it("is whole, in named and timed steps", async () => {
    const { steps, damaged, lost } = await check(root)
    expect(steps.map(({ name, checked }) => [name, checked])).toEqual([
      ["objects", 101],
      ["manifests", 101],
      ["outputs", 101],
      ["code", 0],
      ["orphans", 101],
      ["left over", 0],
    ])
    expect(steps.every(({ seconds }) => seconds >= 0)).toBe(true)
    expect([damaged, lost, steps.flatMap((step) => step.findings)]).toEqual([0, [], []])
  })

  it("shows 50 of 50 flipped bits of objects, and is repaired by the next run", async () => {
    const names = filesBelow(root, "objects").slice(0, 50)
    for (const [i, name] of names.entries()) flip(join(root, "objects", name), 7919 * i)
    const report = await check(root)
    expect(report.steps[0]!.findings.map(({ kind, path }) => [kind, path])).toEqual(
      names.map((name) => ["damaged object", join(root, "objects", name)]),
    )
    expect(report.lost.length).toBe(50)
    expect(filesBelow(root, "quarantine")).toEqual([])
    await check(root, true)
    expect(filesBelow(root, "quarantine").length).toBe(50)
    const { computed } = await runOnce(open(root), await wordsRig(settings))
    expect(computed.length).toBe(50)
    expect(contents(root)).toEqual(whole)
    expect(damageIn(await check(root))).toEqual([])
  })

  it("shows 50 of 50 flipped bits of manifests, and is repaired by the next run", async () => {
    const names = filesBelow(root, "manifests").slice(0, 50)
    for (const [i, name] of names.entries()) flip(join(root, "manifests", name), 7919 * i)
    expect(damageIn(await check(root, true))).toEqual(names.map(() => "damaged manifest"))
    await runOnce(open(root), await wordsRig(settings))
    expect(contents(root)).toEqual(whole)
  })
})

describe("a finding", () => {
  const one = () => {
    const root = store.next()
    const manifest = publish(open(root), "text")
    return { root, manifest, object: objectPath(root, manifest.outputs.text!) }
  }
  const manifestPath = (root: string, key: string) => join(manifestFolder(root, "spell"), `${key}.json`)

  it("is a lost output, with the manifest that lost it", async () => {
    const { root, manifest, object } = one()
    rmSync(object)
    const report = await check(root)
    expect(damageIn(report)).toEqual(["missing output"])
    expect(report.lost).toEqual([manifest])
  })

  it("is no damage when the output was evicted", async () => {
    const { root, manifest, object } = one()
    mkdirSync(dirname(markerPath(root, manifest.outputs.text!.digest)), { recursive: true })
    writeFileSync(markerPath(root, manifest.outputs.text!.digest), "")
    expect((await findings(root)).map(({ kind }) => kind)).toEqual(["stale marker"])
    rmSync(object)
    expect(await findings(root)).toMatchObject([{ kind: "evicted", damage: false }])
    await check(root, true)
    expect(open(root).state(manifest.outputs.text!)).toBe("evicted")
  })

  it("is a manifest whose key is not its recipe's, or that lies under another stage", async () => {
    const { root, manifest } = one()
    const changed = { ...manifest, recipe: { ...manifest.recipe, params: { i: 3 } } }
    rmSync(manifestPath(root, manifest.key))
    writeFileSync(manifestPath(root, manifest.key), manifestText(changed))
    mkdirSync(manifestFolder(root, "shout"))
    writeFileSync(join(manifestFolder(root, "shout"), `${manifest.key}.json`), manifestText(manifest))
    expect(damageIn(await check(root, true))).toEqual(["damaged manifest", "damaged manifest"])
    expect(filesBelow(root, "manifests")).toEqual([])
  })

  it("is a manifest of a newer format, which is left alone", async () => {
    const { root, manifest } = one()
    rmSync(manifestPath(root, manifest.key))
    writeFileSync(manifestPath(root, manifest.key), manifestText({ ...manifest, format: 2 as 1 }))
    // It may name what was evicted, too.
    const marker = markerPath(root, "0".repeat(64))
    mkdirSync(dirname(marker), { recursive: true })
    writeFileSync(marker, "")
    expect(await check(root, true)).toMatchObject({ damaged: 0, newer: 1 })
    expect(await findings(root)).toMatchObject([
      { step: "manifests", kind: "newer manifest", damage: false },
      { step: "orphans", kind: "not checked", damage: false },
    ])
    expect(filesBelow(root, "evicted")).toEqual([`v1/${"0".repeat(64)}`])
  })

  it("is an orphan, a draft, what lies in quarantine, a second result, and what is not the store's", async () => {
    const { root, manifest } = one()
    Effect.runSync(open(root).write(Buffer.from("nobody's"), "svg"))
    const draft = draftName()
    writeFileSync(join(root, "tmp", draft), "")
    mkdirSync(join(root, "quarantine"))
    writeFileSync(join(root, "quarantine", "old.svg"), "")
    Effect.runSync(Effect.flip(open(root).commit({ ...manifestOf("other"), key: manifest.key })))
    writeFileSync(join(root, "objects", "v1", "notes.txt"), "")
    symlinkSync(store.base, join(root, "manifests", "v1", "elsewhere"))
    const orphan = contentDigest(Buffer.from("nobody's")).slice(2)
    expect(await findings(root)).toEqual(
      [
        ["objects", "foreign", "notes.txt"],
        ["manifests", "foreign", "elsewhere"],
        ["orphans", "orphan", `${orphan}.svg`],
        ["left over", "draft", draft],
        ["left over", "quarantined", "old.svg"],
        ["left over", "nondeterminism", `${manifest.key}-1.json`],
      ].map(([step, kind, name]) => ({ step, kind, damage: false, name })),
    )
  })

  it.each<[string, (path: string) => void]>([
    ["text", (path) => flip(path, 99)],
    ["packages", (path) => flip(path.replace(/mjs$/, "json"), 99)],
    ["packages, which are not there", (path) => rmSync(path.replace(/mjs$/, "json"))],
  ])("is code with other %s: set aside, and kept again by the next run", async (_, spoil) => {
    const { root } = one()
    const codes = [...(await build()).codes.values()]
    await Effect.runPromise(keepBundles(root, codes))
    const path = bundlePath(root, codes[0]!.digest, "mjs")
    const whole = filesBelow(root, "bundles")
    expect((await check(root)).steps[3]).toMatchObject({ name: "code", checked: codes.length, findings: [] })
    spoil(path)
    expect(await findings(root)).toEqual([{ step: "code", kind: "damaged bundle", damage: true, name: basename(path) }])
    expect(damageIn(await check(root, true))).toEqual(["damaged bundle"])
    expect(damageIn(await check(root))).toEqual([])
    await Effect.runPromise(keepBundles(root, codes))
    expect(filesBelow(root, "bundles")).toEqual(whole)
    expect(damageIn(await check(root))).toEqual([])
  })

  it("is not code of which only the packages were written", async () => {
    const { root } = one()
    mkdirSync(join(root, "bundles", "v1"), { recursive: true })
    writeFileSync(bundlePath(root, "0".repeat(64), "json"), "{}")
    expect(await findings(root)).toEqual([])
  })

  it.each<[Point, string]>([
    ["stat", "EIO"],
    ["list", "EACCES"],
    ["read", "EIO"],
  ])("or an error is all that cannot be looked at: %s, %s", async (point, code) => {
    const { root } = one()
    for (let n = 1; ; n++) {
      arm(`${point}:${n}=${code}`)
      const report = await Effect.runPromise(Effect.result(verify(root)))
      if (disarm().filter((of) => of === point).length < n) break
      if (report._tag === "Failure") expect(report.failure.message).toContain(code)
      else {
        expect(damageIn(report.success)).toContain("unreadable")
        expect(report.success.steps[4]!.findings.map(({ kind }) => kind)).not.toContain("orphan")
      }
    }
  })

  it("is not made of a store of a newer layout, which is refused", async () => {
    const { root } = one()
    for (const folder of ["manifests", "objects"]) renameSync(join(root, folder, "v1"), join(root, folder, "v2"))
    await expect(check(root)).rejects.toThrow(/newer version of this program.*found v2/)
  })

  it("is not made of an absent store", async () => {
    expect((await check(store.next())).damaged).toBe(0)
  })
})

it("large files are hashed in blocks, small ones at once, alike", async () => {
  const path = join(store.base, "large")
  const hashFile = fileHasher()
  for (const length of [0, 1, (1 << 20) - 1, 1 << 20, (1 << 22) - 1, 1 << 22, (1 << 23) + 5]) {
    const bytes = randomBytes(length)
    writeFileSync(path, bytes)
    const expected = createHash("sha256").update(bytes).digest("hex")
    expect(await Effect.runPromise(hashFile(path, length))).toBe(expected)
    if (length < 1 << 20) continue
    // Cut off between the look at its size and the reading of it.
    truncateSync(path, length - 1)
    expect(await Effect.runPromise(hashFile(path, length))).not.toBe(expected)
  }
})

it("steps are told as they end", async () => {
  const told: string[] = []
  await Effect.runPromise(verify(store.next(), { onStep: ({ name }) => told.push(name) }))
  expect(told).toEqual(["objects", "manifests", "outputs", "code", "orphans", "left over"])
})
