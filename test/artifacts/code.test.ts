import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import * as Effect from "effect/Effect"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { codeOf } from "../../artifacts/code.ts"
import type { AnyStage } from "../../artifacts/stage.ts"
import combine from "./rig/combine.ts"
import scale from "./rig/scale.ts"

const root = fileURLToPath(new URL("../..", import.meta.url))
const folder = mkdtempSync(join(tmpdir(), "code-"))
const rig = join(folder, "test", "artifacts", "rig")
afterAll(() => rmSync(folder, { recursive: true }))

const digest = async (stage: AnyStage) => (await Effect.runPromise(codeOf([stage]))).get(stage.name)!.digest
/** The same stage, in a copy of the project's files elsewhere. */
const copied = (stage: AnyStage) => ({ ...stage, source: pathToFileURL(join(rig, `${stage.name}.ts`)).href })

/** Digest of the copied stage after one edit of one file, which is then undone. */
async function edited(stage: AnyStage, file: string, edit: (text: string) => string): Promise<string> {
  const path = join(rig, file)
  const text = readFileSync(path, "utf8")
  expect(edit(text)).not.toBe(text)
  writeFileSync(path, edit(text))
  try {
    return await digest(copied(stage))
  } finally {
    writeFileSync(path, text)
  }
}

beforeAll(() => {
  for (const part of ["artifacts", "schemas", "test/artifacts/rig"])
    cpSync(join(root, part), join(folder, part), { recursive: true })
})

describe("a bundle", () => {
  it("that is not what it was is made anew before it is run", async () => {
    const path = join(rig, "lonely.ts")
    writeFileSync(path, `export default ${JSON.stringify({ name: folder })}`)
    const lonely = { ...scale, name: "lonely", source: pathToFileURL(path).href }
    const bundleOf = async () => (await Effect.runPromise(codeOf([lonely]))).get("lonely")!.bundle
    const bundle = await bundleOf()
    const text = readFileSync(bundle, "utf8")
    try {
      writeFileSync(bundle, text.replace("default", "defect"))
      expect(await bundleOf()).toBe(bundle)
      expect(readFileSync(bundle, "utf8")).toBe(text)
    } finally {
      rmSync(bundle)
      rmSync(path)
    }
  })
})

describe("the code digest", () => {
  it("is of the code, not of where it lies, nor of what is digested beside it", async () => {
    const here = await digest(scale)
    expect(await digest(copied(scale))).toBe(here)
    expect((await Effect.runPromise(codeOf([combine, scale]))).get("scale")!.digest).toBe(here)
  })

  it.each<[string, string, (text: string) => string]>([
    ["a comment", "arithmetic.ts", (text) => `// a word\n${text}`],
    ["a type", "arithmetic.ts", (text) => `${text}\nexport interface Extra { readonly a: number }`],
    ["formatting", "scale.ts", (text) => text.replaceAll("\n", "\n\n").replace("({", "(\n{")],
    ["an unused export", "arithmetic.ts", (text) => text.replace("x - 1", "x - 3")],
  ])("stays when %s changes", async (_, file, edit) => {
    expect(await edited(scale, file, edit)).toBe(await digest(scale))
  })

  it.each<[string, string, (text: string) => string]>([
    ["the arithmetic of an imported function", "arithmetic.ts", (text) => text.replace("2 * x", "x * 2.5")],
    ["a constant two imports away", "offset.ts", (text) => text.replace("= 0", "= 1e-9")],
    ["a default", "scale.ts", (text) => text.replace("Schema.Boolean, false", "Schema.Boolean, true")],
    [
      "an output's column",
      "numbers.ts",
      (text) => text.replace('{ x: float64("a number")', '{ x: float64("a number", { nan: true })'),
    ],
  ])("changes when %s changes", async (_, file, edit) => {
    const before = await digest(scale)
    expect(await edited(scale, file, edit)).not.toBe(before)
    expect(await digest(copied(scale))).toBe(before)
  })

  it("leaves alone a stage that does not import what changed", async () => {
    expect(await edited(combine, "offset.ts", (text) => text.replace("= 0", "= 1e-9"))).toBe(await digest(combine))
  })

  it("names the locked versions of the packages it imports, and of all that they depend on", async () => {
    const path = join(rig, "scale.ts")
    const text = readFileSync(path, "utf8")
    writeFileSync(path, `import "ml-pca"\n${text}`)
    const { packages } = (await Effect.runPromise(codeOf([copied(scale)]))).get("scale")!
    writeFileSync(path, text)
    const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as {
      packages: Record<string, { version: string }>
    }
    for (const name of ["effect", "ml-pca", "ml-matrix", "is-any-array"])
      expect(packages[`node_modules/${name}`]).toBe(lock.packages[`node_modules/${name}`]!.version)
    expect(packages).not.toHaveProperty("node_modules/vitest")
  })
})
