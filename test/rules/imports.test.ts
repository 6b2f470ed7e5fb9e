import { posix } from "node:path"
import { describe, expect, it } from "vitest"
import { codeOnly, lineAt, type SourceFile, sourceFiles } from "./source.ts"

/** `target` is a path from the root for a relative import, else the package specifier; "?" when it is computed. */
interface Import {
  readonly line: number
  readonly target: string
  readonly typeOnly: boolean
  /** What stands between `import` and the specifier. */
  readonly clause: string
}

/** All imports and re-exports of a file: static, for their effect, dynamic, and `import("…")` in a type. */
function importsOf({ path, text }: SourceFile): readonly Import[] {
  const code = codeOnly(text)
  const statement =
    /\b(?:import|export)\b([^"'`;()=]*?)\bfrom\s*["']|\bimport\s*["']|\b(?:import|require)\s*\(\s*(?:.)/g
  return [...code.matchAll(statement)].map((match) => {
    const quote = match.index + match[0].length - 1
    const literal = /^["']([^"']*)["']/.exec(text.slice(quote))?.[1]
    const clause = (match[1] ?? "").trim()
    const target = literal?.startsWith(".") ? posix.join(posix.dirname(path), literal) : (literal ?? "?")
    return { line: lineAt(text, match.index), target, typeOnly: clause.startsWith("type "), clause }
  })
}

const effect = /^effect(\/|$)/
const schemas = /^schemas\//
const kernels = /^stages\/numerics\/(?!build\.ts$)/
const science = /^(ml-pca|ml-matrix|umap-js|@tensorflow\/tfjs[^/]*)(\/|$)/
const statistics = /^stages\/numerics\/(quantiles|gamma|odds-ratio)\.ts$/
const plots = /^(@observablehq\/plot|@mixmark-io\/domino)$/
const node = /^node:/
const leaf = [schemas, /^stages\/leaves\//, /^artifacts\/(figure|leaf)\.ts$/, effect, statistics]

/** Who may import what: the first zone whose `files` match a path decides. */
const zones: readonly { files: RegExp; may: readonly RegExp[]; mayTypes?: readonly RegExp[] }[] = [
  { files: /^(pipeline|studies\/.+)\.ts$/, may: [/./] },
  { files: /^schemas\//, may: [schemas, effect], mayTypes: [/^apache-arrow$/] },
  {
    files: /^artifacts\//,
    may: [
      /^artifacts\//,
      /^schemas\/table\.ts$/,
      effect,
      /^@effect\/platform-node(\/|$)/,
      node,
      /^(esbuild|apache-arrow|parquet-wasm)(\/|$)/,
      /^\?$/, // a stage's bundle, whose path is known at run time only
    ],
  },
  { files: /^stages\/numerics\/build\.ts$/, may: [node, /^assemblyscript\/asc$/] },
  { files: /^stages\/numerics\//, may: [kernels, science] },
  { files: /^stages\/leaves\//, may: leaf },
  // A leaf is named after its paper; the other files of its folder are what leaves share.
  { files: /^stages\/figures\//, may: [...leaf, /^stages\/figures\/(?![abc]-)[^/]+\.ts$/, plots] },
  { files: /^stages\/claims\//, may: [...leaf, /^stages\/claims\/(?![abc]-)[^/]+\.ts$/] },
  { files: /^stages\/generate-inputs\.ts$/, may: [schemas, kernels, /^artifacts\/stage\.ts$/, effect, node] },
  { files: /^stages\/[^/]+\.ts$/, may: [schemas, kernels, /^artifacts\/stage\.ts$/, effect] },
]

function misplaced(file: SourceFile): readonly string[] {
  const zone = zones.find(({ files }) => files.test(file.path))
  return importsOf(file)
    .filter(({ target, typeOnly }) => {
      const allowed = typeOnly ? [...(zone?.may ?? []), ...(zone?.mayTypes ?? [])] : (zone?.may ?? [])
      return !allowed.some((pattern) => pattern.test(target))
    })
    .map(({ line, target }) => `${file.path}:${line} -> ${target}`)
}

/** Modules that Effect marks as unstable: each is touched in one file, so that a change there stays small. */
const unstable = ["effect/cli", "effect/workers", "effect/FileSystem"]

function scattered(files: readonly SourceFile[]): readonly string[] {
  return unstable.flatMap((module) => {
    const name = new RegExp(`\\b${module.slice("effect/".length)}\\b`)
    const places = files.flatMap((file) =>
      importsOf(file)
        .filter(
          (i) =>
            i.target === module || i.target.startsWith(`${module}/`) || (i.target === "effect" && name.test(i.clause)),
        )
        .map(({ line }) => ({ path: file.path, place: `${file.path}:${line} -> ${module}` })),
    )
    return new Set(places.map(({ path }) => path)).size > 1 ? places.map(({ place }) => place) : []
  })
}

const files = sourceFiles(["schemas", "artifacts", "stages"]).filter(({ path }) => !path.includes("/assembly/"))

describe("imports", () => {
  it("stay within what each folder may import", () => {
    expect(files.flatMap(misplaced)).toEqual([])
  })

  it("touch each unstable module of Effect in one file only", () => {
    expect(scattered(files)).toEqual([])
  })
})

describe("the checker", () => {
  const offences = (path: string, text: string) => misplaced({ path, text })

  it("sees every form of import, with its line", () => {
    const text = [
      'import { a } from "./a.ts"',
      "import type {",
      "  B,",
      '} from "../other/b.ts"',
      'import "c"',
      'export * from "d"',
      'const e = await import("e")',
      'type F = import("f").F',
      "const g = await import(name)",
      "// import h from 'h'",
      "const i = \"import i from 'i'\"",
      "const j = `import j from 'j' $" + "{await import('k')}`",
    ].join("\n")
    expect(importsOf({ path: "stages/x.ts", text }).map(({ line, target }) => `${line} ${target}`)).toEqual([
      "1 stages/a.ts",
      "2 other/b.ts",
      "5 c",
      "6 d",
      "7 e",
      "8 f",
      "9 ?",
      "12 k",
    ])
  })

  it.each([
    ["schemas/a.ts", "../stages/train.ts", "stages/train.ts"],
    ["schemas/a.ts", "apache-arrow", "apache-arrow"],
    ["artifacts/store.ts", "../schemas/states.ts", "schemas/states.ts"],
    ["artifacts/cli/run.ts", "../../stages/train.ts", "stages/train.ts"],
    ["stages/numerics/exp.ts", "node:fs", "node:fs"],
    ["stages/numerics/exp.ts", "effect/Effect", "effect/Effect"],
    ["stages/numerics/exp.ts", "./build.ts", "stages/numerics/build.ts"],
    ["stages/train.ts", "./init-network.ts", "stages/init-network.ts"],
    ["stages/train.ts", "../artifacts/store.ts", "artifacts/store.ts"],
    ["stages/train.ts", "node:fs", "node:fs"],
    ["stages/figures/ed.ts", "../numerics/exp.ts", "stages/numerics/exp.ts"],
    ["stages/claims/a.ts", "../figures/ed.ts", "stages/figures/ed.ts"],
    ["stages/elsewhere/a.ts", "effect", "effect"],
  ])("catches %s importing %s", (path, specifier, target) => {
    expect(offences(path, `\nimport { x } from "${specifier}"`)).toEqual([`${path}:2 -> ${target}`])
  })

  it("allows what the design allows", () => {
    expect(
      offences("schemas/a.ts", 'import type { Table } from "apache-arrow"\nimport * as S from "effect/Schema"'),
    ).toEqual([])
    expect(offences("stages/generate-inputs.ts", 'import { readFileSync } from "node:fs"')).toEqual([])
    expect(offences("stages/train.ts", 'import { exp } from "./numerics/elementary.ts"')).toEqual([])
    expect(offences("stages/figures/ed.ts", 'import { median } from "../numerics/quantiles.ts"')).toEqual([])
  })

  it("catches an unstable module in two files, by path or by name", () => {
    const one = { path: "artifacts/a.ts", text: 'import * as Command from "effect/cli/Command"' }
    const two = { path: "artifacts/b.ts", text: 'import { cli } from "effect"' }
    expect(scattered([one])).toEqual([])
    expect(scattered([one, two])).toEqual(["artifacts/a.ts:1 -> effect/cli", "artifacts/b.ts:1 -> effect/cli"])
  })
})
