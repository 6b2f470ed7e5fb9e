import { build } from "esbuild"
import { describe, expect, it } from "vitest"
import { diffCode } from "../../artifacts/code-diff.ts"

/** Code as it is bundled: without spaces between its words. */
async function bundled(contents: string, packages: Readonly<Record<string, string>> = {}) {
  const { outputFiles } = await build({
    stdin: { contents, loader: "ts" },
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    minifyWhitespace: true,
    write: false,
  })
  return { text: outputFiles[0]!.text, packages }
}

const code = `
  import * as fs from "node:fs"
  import { sep as slash } from "node:path"
  const scale = 2, offset = 1
  const lines = \`first
second \${scale}
} third\`
  const pattern = /["'\`;{]/g
  function double(x) { if (x > 1) { return x * scale } else return offset }
  class Count { value = 0; get next() { return ++this.value } }
  async function* all() { yield fs.readFileSync(slash); yield new Count().next }
  for (const x of [1, 2]) console.log(double(x), pattern, lines)
  export default { double, all }
`
const nothing = { changed: [], appeared: [], gone: [], packages: [] }
const edit = async (...edits: readonly (readonly [string, string])[]) => {
  const edited = edits.reduce((text, [from, to]) => text.replace(from, to), code)
  expect(edited).not.toBe(code)
  return diffCode(await bundled(code), await bundled(edited))
}

describe("two bundles", () => {
  it("that are equal differ in nothing", async () => {
    expect(await diffCode(await bundled(code), await bundled(code))).toEqual(nothing)
  })

  it("differ in the declaration that was edited, whatever its kind", async () => {
    expect(await edit(["x > 1", "x > 2"])).toEqual({ ...nothing, changed: ["double"] })
    expect(await edit(["scale = 2", "scale = 3"])).toEqual({ ...nothing, changed: ["scale"] })
    expect(await edit(["++this.value", "this.value++"])).toEqual({ ...nothing, changed: ["Count"] })
    expect(await edit(["} third", "} fourth"])).toEqual({ ...nothing, changed: ["lines"] })
    expect(await edit([`"'\``, `'"\``])).toEqual({ ...nothing, changed: ["pattern"] })
    expect(await edit(["yield fs", "yield 1; yield fs"])).toEqual({ ...nothing, changed: ["all"] })
    expect(await edit(["{ double, all }", "{ all }"])).toEqual({ ...nothing, changed: ["default export of stdin"] })
  })

  it("name what is new and what is gone", async () => {
    const moved = await edit(
      ["class Count", "const limit = 9\nclass Count"],
      ["console.log(double(x)", "console.log(limit"],
    )
    expect(moved.appeared).toEqual(["limit", expect.stringContaining("for (const x of [1, 2])")])
    expect(moved.changed).toEqual([])
    const { changed, appeared, gone } = await edit([", pattern, lines", ""])
    expect([gone, appeared, changed]).toEqual([["pattern"], [], [expect.stringContaining("for (const x of [1, 2])")]])
  })

  it("do not differ by the order of statements, nor by the local names of imports", async () => {
    const order = ["const pattern = /[\"'`;{]/g\n", "  class Count { value = 0; get next() { return ++this.value } }\n"]
    expect(await edit([order[1]!, ""], [order[0]!, order[0]! + order[1]!])).toEqual(nothing)
    const renamed = code.replace(/\bfs\b(?=[. ])/g, "files").replace(/\bslash\b/g, "separator")
    expect(await diffCode(await bundled(code), await bundled(renamed))).toEqual(nothing)
    expect(await edit(["sep as slash", "delimiter as slash"])).toEqual({ ...nothing, changed: ["all"] })
  })

  it("differ in the versions of packages", async () => {
    const before = await bundled(code, { "node_modules/a": "1.0.0", "node_modules/a/node_modules/@s/b": "2.0.0" })
    const after = await bundled(code, { "node_modules/a": "1.0.1", "node_modules/c": "3.0.0" })
    expect((await diffCode(before, after)).packages).toEqual([
      { name: "a", before: "1.0.0", after: "1.0.1" },
      { name: "@s/b", before: "2.0.0", after: undefined },
      { name: "c", before: undefined, after: "3.0.0" },
    ])
  })
})
