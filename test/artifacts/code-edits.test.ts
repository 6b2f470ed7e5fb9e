import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join, relative } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import * as Effect from "effect/Effect"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import type { Code } from "../../artifacts/code.ts"
import { buildGraph, type Graph } from "../../artifacts/graph.ts"
import type { Manifest, OutputRecord } from "../../artifacts/manifest.ts"
import { plan, planner } from "../../artifacts/plan.ts"
import { provenanceOf } from "../../artifacts/provenance.ts"
import type { AnyStage, Outputs } from "../../artifacts/stage.ts"
import { ArtifactStore, type Store } from "../../artifacts/store.ts"
import { pipeline } from "../../pipeline.ts"
import { isFramed } from "../../schemas/table.ts"
import { ImportGraph, stageFiles, withDependencies } from "./import-graph.ts"

type Digests = Readonly<Record<string, string>>
type Edit = (text: string) => string
type Edits = Readonly<Record<string, Edit>>

const root = fileURLToPath(new URL("../..", import.meta.url))
const copy = mkdtempSync(join(tmpdir(), "code-edits-"))
afterAll(() => rmSync(copy, { recursive: true }))

/** Every stage, and of the leaves, which are all alike, the first figures and claims. */
const isChosen = (file: string, _: number, all: readonly string[]): boolean => {
  const folder = dirname(file)
  return folder === "stages" || all.filter((other) => dirname(other) === folder).indexOf(file) < 2
}
const files = stageFiles(root).filter(isChosen)

type Engine = typeof import("../../artifacts/code.ts")
/** The engine of the copy: it takes packages' versions and its own codec from there. */
let engine: Engine
let graph: ImportGraph
let unedited: Digests

/** What each file's stage makes, of which the engine asks how it becomes bytes. */
const outputs = new Map<string, Outputs>()

/** Digest of the stages of a project, by their files. */
async function digests({ codeOf }: Engine, place: string): Promise<Digests> {
  const stages = files.map((file) => {
    const source = pathToFileURL(join(place, file)).href
    return { name: file, source, outputs: outputs.get(file)! } as unknown as AnyStage
  })
  const codes = await Effect.runPromise(codeOf(stages))
  return Object.fromEntries([...codes].map(([file, { digest }]) => [file, digest]))
}

/** Digests after edits of files of the copy, which are then undone. An edit that changes no text is a mistake. */
async function edited(edits: Edits): Promise<Digests> {
  const texts = Object.keys(edits).map((file) => ({ file, text: readFileSync(join(copy, file), "utf8") }))
  try {
    for (const { file, text } of texts) {
      expect(edits[file]!(text), file).not.toBe(text)
      writeFileSync(join(copy, file), edits[file]!(text))
    }
    return await digests(engine, copy)
  } finally {
    for (const { file, text } of texts) writeFileSync(join(copy, file), text)
  }
}

const changed = (after: Digests): readonly string[] => files.filter((file) => after[file] !== unedited[file])
const behind = (file: string) => graph.behind(file)

beforeAll(async () => {
  for (const part of ["artifacts", "schemas", "stages", "package.json", "package-lock.json", "tsconfig.json"])
    cpSync(join(root, part), join(copy, part), { recursive: true })
  // Not the whole folder as one link, for the copy keeps its bundles there.
  mkdirSync(join(copy, "node_modules"))
  for (const name of readdirSync(join(root, "node_modules")).filter((name) => !name.startsWith(".")))
    symlinkSync(join(root, "node_modules", name), join(copy, "node_modules", name))
  engine = await import(/* @vite-ignore */ pathToFileURL(join(copy, "artifacts/code.ts")).href)
  for (const file of files) {
    const { default: made } = await import(/* @vite-ignore */ pathToFileURL(join(root, file)).href)
    outputs.set(file, (made.stage ?? made).outputs)
  }
  graph = new ImportGraph(copy)
  unedited = await digests(engine, copy)
})

const replace =
  (from: string, to: string): Edit =>
  (text) =>
    text.replace(from, to)

/** Another version of a package in the lock file. */
const version = (name: string): Edit => {
  const entry = new RegExp(`("node_modules/${name}": \\{\\s+"version": ")[^"]+`)
  return (text) => text.replace(entry, "$1999.0.0")
}

interface CodeEdit {
  readonly of: string
  readonly file: string
  /** Declaration that is edited. */
  readonly name: string
  readonly edit: Edit
}

const codeEdits: readonly CodeEdit[] = [
  {
    of: "a helper three imports away",
    file: "stages/numerics/kernel/panels.ts",
    name: "forEachElement",
    edit: replace("j * rows + i", "i + j * rows"),
  },
  { of: "a constant", file: "stages/numerics/random.ts", name: "weyl0", edit: replace("0x9e37_79b9", "0x9e37_79bb") },
  {
    of: "a kernel's WebAssembly",
    file: "stages/numerics/kernel/kernel.wasm.ts",
    name: "base64",
    edit: replace('"AGFzbQE', '"AGFzbQI'),
  },
  {
    of: "a bound",
    file: "stages/numerics/symmetric-eigen.ts",
    name: "tridiagonal",
    edit: replace("Number.EPSILON * Number.EPSILON", "Number.EPSILON"),
  },
  // It is text of the program, and the bundler cannot know that no stage computes with it: rather once too often.
  {
    of: "the meaning of a column",
    file: "schemas/geometry.ts",
    name: "geometry",
    edit: replace('"number of points"', '"count of points"'),
  },
  {
    of: "the columns of a table",
    file: "schemas/readout.ts",
    name: "readout",
    edit: replace("  columns: {", "  columns: {\n    extra: { type: 'int32', doc: '', unit: '1', nan: false },"),
  },
  { of: "what figures share", file: "stages/figures/style.ts", name: "ink", edit: replace("#222222", "#222223") },
]

/** Digests after one of these edits: asked for twice, computed once. */
const afterwards = new Map<CodeEdit, Promise<Digests>>()
function after(of: CodeEdit): Promise<Digests> {
  const made = afterwards.get(of) ?? edited({ [of.file]: of.edit })
  afterwards.set(of, made)
  return made
}

describe("the code digests of the stages that depend on it change, and no others, when an edit is of", () => {
  it.each(codeEdits)("$of", async (edit) => {
    const expected = files.filter((file) => behind(file).has(`${edit.file}#${edit.name}`))
    expect(expected.length).toBeGreaterThan(0)
    expect(expected.length).toBeLessThan(files.length)
    expect(changed(await after(edit))).toEqual(expected)
  })

  it.each(["umap-js", "is-any-array", "d3-scale", "effect"])("the locked version of %s", async (name) => {
    const expected = files.filter((file) => withDependencies(copy, behind(file)).has(name))
    expect(expected.length).toBeGreaterThan(0)
    expect(changed(await edited({ "package-lock.json": version(name) }))).toEqual(expected)
  })

  it.each<[string, string, Edit]>([
    ["the codec", "artifacts/codec.ts", replace("setDictionaryEnabled(false)", "setDictionaryEnabled(true)")],
    ["what the codec's packages depend on", "package-lock.json", version("flatbuffers")],
    ["the making of tables", "schemas/table.ts", replace("options.unit", "options?.unit")],
  ])("%s, which is all of them", async (_, file, edit) => {
    expect(changed(await edited({ [file]: edit }))).toEqual(files)
  })
})

it("the code digests of the stages that make framed tables change when an edit is of the codec of these", async () => {
  const edit = replace("= 2 ** 28", "= 2 ** 27")
  expect(changed(await edited({ "artifacts/framed-codec.ts": edit }))).toEqual(
    files.filter((file) => Object.values(outputs.get(file)!).some(isFramed)),
  )
  expect([...outputs.values()].some((made) => Object.values(made).some(isFramed))).toBe(true)
})

describe("no code digest changes when edits are of", () => {
  const isEntry = new Set(stageFiles(root))
  const sources = () =>
    ["schemas", "stages", "artifacts"].flatMap((folder) =>
      readdirSync(join(copy, folder), { recursive: true, encoding: "utf8" })
        .map((name) => `${folder}/${name}`)
        .filter((name) => name.endsWith(".ts") && !name.endsWith(".d.ts")),
    )
  const inAll = (files: readonly string[], edit: Edit): Edits => Object.fromEntries(files.map((file) => [file, edit]))

  it("comments, in all files", async () => {
    const edit: Edit = (text) => `/** New. */\n${text.replaceAll(/^(?=const|export|import|function)/gm, "// New.\n")}`
    expect(changed(await edited(inAll(sources(), edit)))).toEqual([])
  })

  it("indentation and empty lines, in all files that have no templates", async () => {
    const plain = sources().filter((file) => !readFileSync(join(copy, file), "utf8").includes("`"))
    expect(plain.length).toBeGreaterThan(20)
    const edit: Edit = (text) => `\n${text.replaceAll(/^ +/gm, "\t").replaceAll("\n", "\n\n")}`
    expect(changed(await edited(inAll(plain, edit)))).toEqual([])
  })

  it("types and exports that nobody uses, in all files that are imported by name", async () => {
    const extra = "export interface Extra { readonly a: 1 }\nexport const extra = (x: number): Extra | number => x\n"
    const edit: Edit = (text) => `import type { Effect as Foreign } from "effect"\n${text}\n${extra}`
    // Whoever loads a whole file by `import()` may use any export of it, and so may the engine with the codecs.
    const codecs = ["codec-code", "framed-codec"].map((name) => `artifacts/${name}.ts#*`)
    const loaded = new Set([...codecs, ...files.flatMap((file) => [...behind(file)])])
    const parts = sources().filter((file) => !isEntry.has(file) && !loaded.has(`${file}#*`))
    expect(changed(await edited(inAll(parts, edit)))).toEqual([])
  })

  it("names of types, annotations, line breaks; files and versions that no stage imports", async () => {
    const lock: Edit = (text) => JSON.stringify(JSON.parse(version("vitest")(text)))
    const edits: Edits = {
      "stages/numerics/kernel/panels.ts": (text) => text.replaceAll(/\bPacked\b/g, "Compressed"),
      "stages/numerics/random.ts": (text) =>
        replace("const a0 = ", "const a0: number = ")(replace("out[at + 1] = c1", "out[at + 1] =\n c1")(text)),
      "stages/measure-geometry.ts": (text) => `${text}\ninterface Extra { readonly a: number }\n`,
      "stages/numerics/kernel/assembly/index.ts": (text) => `${text}// New.\n`,
      "stages/numerics/build.ts": replace("-O3", "-O2"),
      "artifacts/cli/main.ts": (text) => `${text}\nconsole.log(1)\n`,
      "package-lock.json": lock,
    }
    // The names of a type are those of its importers too.
    for (const file of sources().filter((file) => /^stages\/numerics\/kernel\/\w+\.ts$/.test(file)))
      if (/\bPacked\b/.test(readFileSync(join(copy, file), "utf8")))
        Object.assign(edits, { [file]: edits["stages/numerics/kernel/panels.ts"] })
    expect(changed(await edited(edits))).toEqual([])
  })

  it("nothing, in another place", async () => {
    expect(await digests(await import("../../artifacts/code.ts"), root)).toEqual(unedited)
  })
})

describe("of the studies, as small as they come,", () => {
  let nodes: Graph
  let store: Store
  const fileOf = (stage: AnyStage) => relative(root, fileURLToPath(stage.source))
  const codesOf = (digests: Digests): ReadonlyMap<string, Code> =>
    new Map(
      nodes.nodes.map(({ stage }) => {
        const digest = digests[fileOf(stage)] ?? "of a leaf that is left alone"
        return [stage.name, { digest, bundle: "", packages: {} }]
      }),
    )
  const tags = async (digests: Digests) => {
    const steps = await Effect.runPromise(plan(planner(nodes, codesOf(digests), store), new Set(nodes.nodes.keys())))
    return steps.map(({ _tag }) => _tag)
  }

  /** A store in which every node is done, each with outputs of its own. */
  beforeAll(async () => {
    nodes = await Effect.runPromise(buildGraph(await pipeline(), "mini"))
    store = Effect.runSync(ArtifactStore.pipe(Effect.provide(ArtifactStore.memory())))
    const planned = planner(nodes, codesOf(unedited), store)
    const done = new Map<number, Manifest>()
    const fill = Effect.gen(function* () {
      for (const [index, { id, labels, stage }] of nodes.nodes.entries()) {
        const step = yield* planned.resolve(index, done)
        if (step._tag === "Stale") {
          const outputs: Record<string, OutputRecord> = {}
          for (const [port, { format, name }] of Object.entries(stage.outputs as Outputs)) {
            const bytes = Buffer.from(`${id} ${port}`)
            const digest = yield* store.write(bytes, format)
            outputs[port] = { digest, bytes: bytes.length, rows: 1, format, schema: name }
          }
          const provenance = provenanceOf(id, labels, 0)
          yield* store.commit({ format: 1, key: step.key, recipe: step.recipe, outputs, provenance })
        }
        const found = yield* planned.resolve(index, done)
        if (found._tag === "Cached") done.set(index, found.manifest)
      }
    })
    await Effect.runPromise(fill)
  })

  it("all is up to date before an edit", async () => {
    expect(new Set(await tags(unedited))).toEqual(new Set(["Cached"]))
  })

  it.each(codeEdits)("exactly what depends on it is outdated by an edit of $of", async (edit) => {
    const stale = new Set(files.filter((file) => behind(file).has(`${edit.file}#${edit.name}`)))
    const outdated = new Set<number>()
    const expected = nodes.nodes.map(({ stage, inputs }, index) => {
      const waits = Object.values(inputs)
        .flat()
        .some(({ from }) => outdated.has(from))
      const isStale = stale.has(fileOf(stage))
      if (waits || isStale) outdated.add(index)
      return waits ? "Blocked" : isStale ? "Stale" : "Cached"
    })
    expect(await tags(await after(edit))).toEqual(expected)
  })
})
