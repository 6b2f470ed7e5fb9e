import { describe, expect, it } from "vitest"
import { type ArtifactKey, artifactKey, sha256 } from "../../artifacts/key.ts"
import { type Manifest, manifestText } from "../../artifacts/manifest.ts"
import { manifests } from "./crate-ground.ts"
import { plant, relisted } from "./crates.ts"
import { changed, code, type Files, good, keyed, objects, refusal } from "./import-ground.ts"

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
