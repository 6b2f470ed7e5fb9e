/**
 * A study of three stages that make text, and store folders to run it on: for the tests of damage, faults and kills. Text
 * needs no table library, and code digests are given, not computed, so a process that runs it starts in a third of a second.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Code } from "../../artifacts/code.ts"
import { buildGraph, study } from "../../artifacts/graph.ts"
import { artifactKey, contentDigest } from "../../artifacts/key.ts"
import type { Manifest } from "../../artifacts/manifest.ts"
import { parseSetting } from "../../artifacts/params.ts"
import { many, node, stage } from "../../artifacts/stage.ts"
import { ArtifactStore, type Notice, type Store } from "../../artifacts/store.ts"
import { type VerifyReport, verify } from "../../artifacts/verify.ts"
import { param, required, whole } from "../../schemas/param.ts"
import { document } from "../../schemas/table.ts"
import type { Rig } from "./rig.ts"

const text = document("text", "a text")
const source = import.meta.url

export const spell = stage({
  name: "spell",
  doc: "a word",
  source,
  params: Schema.Struct({ i: required(whole(0), { doc: "which" }) }),
  inputs: {},
  outputs: { text },
  run: ({ params: { i } }) => Effect.succeed({ text: `word ${i}` }),
})

export const shout = stage({
  name: "shout",
  doc: "in capitals",
  source,
  params: Schema.Struct({}),
  inputs: { text },
  outputs: { text },
  run: ({ inputs }) => Effect.succeed({ text: inputs.text.toUpperCase() }),
})

export const gather = stage({
  name: "gather",
  doc: "all of them",
  source,
  params: Schema.Struct({}),
  inputs: { all: many(text) },
  outputs: { text },
  run: ({ inputs }) => Effect.succeed({ text: `${inputs.all.map(({ value }) => value).join(" ")}.` }),
})

/** For each i: spell -> shout; all of them -> gather. */
const words = study({
  name: "words",
  doc: "words",
  params: Schema.Struct({ i: param(Schema.Array(whole(0)), [1], { doc: "one branch each" }) }),
  presets: { mini: {} },
  build: ({ i }) => {
    const branches = i.map((i) => {
      const spelt = node(spell, { i }, { params: { i }, inputs: {} })
      return node(shout, { i }, { params: {}, inputs: { text: spelt.out.text } })
    })
    return [node(gather, {}, { params: {}, inputs: { all: branches.map(({ out }) => out.text) } })]
  },
})

/** `bundleOf` a stage is the file that worker threads load it from; stages that run in this thread need none. */
export const wordsRig = (settings: readonly string[] = [], bundleOf = (_stage: string) => ""): Promise<Rig> =>
  Effect.runPromise(
    Effect.gen(function* () {
      const pipeline = { studies: [words], leaves: [] }
      const graph = yield* buildGraph(pipeline, "mini", yield* Effect.forEach(settings, parseSetting))
      const code = (name: string): Code => ({ digest: `code of ${name}`, bundle: bundleOf(name), packages: {} })
      return { graph, codes: new Map(graph.nodes.map(({ stage }) => [stage.name, code(stage.name)])) }
    }),
  )

export const open = (root: string, lower: readonly string[] = [], notice: Notice = () => {}): Store =>
  Effect.runSync(ArtifactStore.pipe(Effect.provide(ArtifactStore.disk(root, lower, notice))))

/** New folders, removed by `clean`. */
export function folders(name: string) {
  const base = mkdtempSync(join(tmpdir(), `${name}-`))
  let count = 0
  return {
    base,
    next: () => join(base, `store-${count++}`),
    clean: () => rmSync(base, { recursive: true, force: true }),
  }
}

/** Paths of all files below a folder of a store, relative to it, sorted; none when it is absent. */
export function filesBelow(root: string, folder: string): readonly string[] {
  const path = join(root, folder)
  try {
    return readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => !entry.isDirectory())
      .map((entry) => join(entry.parentPath, entry.name).slice(path.length + 1))
      .sort()
  } catch {
    return []
  }
}

/** What two stores must agree in: the bytes of all objects by name, and the keys of all manifests with their outputs. */
export function contents(root: string): Readonly<Record<string, string>> {
  const read = (folder: string, name: string) => readFileSync(join(root, folder, name), "latin1")
  return Object.fromEntries([
    ...filesBelow(root, "objects").map((name) => [name, read("objects", name)]),
    ...filesBelow(root, "manifests").map((name) => [name, JSON.stringify(JSON.parse(read("manifests", name)).outputs)]),
  ])
}

export const check = (root: string, repair = false): Promise<VerifyReport> =>
  Effect.runPromise(verify(root, { repair }))

/** Kinds of the findings of a verification that are damage. */
export const damageIn = ({ steps }: VerifyReport): readonly string[] =>
  steps.flatMap(({ findings }) => findings.flatMap(({ kind, damage }) => (damage ? [kind] : [])))

/** A manifest of a stage with one output of the given text, and no inputs. */
export function manifestOf(
  text: string,
  { stage = "spell", params = {} as Manifest["recipe"]["params"] } = {},
): Manifest {
  const recipe = { stage, code: "code", params, inputs: {}, runtime: {} }
  const bytes = Buffer.from(text)
  const digest = contentDigest(bytes)
  return {
    format: 1,
    key: artifactKey(recipe),
    recipe,
    outputs: { text: { digest, bytes: bytes.length, rows: 1, format: "svg", schema: "text" } },
    provenance: {
      node: `words/${stage}`,
      labels: {},
      seconds: 0,
      finished: "2020-01-01T00:00:00.000Z",
      commit: undefined,
      machine: { node: "", platform: "", cpu: "" },
    },
  }
}

/** Writes the object and commits the manifest of {@link manifestOf}. */
export const publish = (store: Store, text: string, options: Parameters<typeof manifestOf>[1] = {}): Manifest => {
  const manifest = manifestOf(text, options)
  Effect.runSync(Effect.andThen(store.write(Buffer.from(text), "svg"), store.commit(manifest)))
  return manifest
}
